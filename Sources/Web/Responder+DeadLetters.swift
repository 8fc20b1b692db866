import Bellhop
import Store

// Many dead letters at a time: tried again, or sent elsewhere.
extension Responder {
  /// `{"ids": […]}`, or `{"state": "dead", "destination": …, "role": …}` for all of them. The ids of the first thousand are told. With `limit`
  /// about so many are looked at, and `next` is the `before` of the next request where there may be more.
  func retryMany(_ body: JSON.Object, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(Self.manyKeys)
    let hands = hands
    return try await many(body, history, told: "retried") { ids throws(ProblemDocument) in
      try await stored { () async throws(SpoolError) in try await hands.retry(ids) }
    }
  }

  /// The same with `to`, a channel: new deliveries of the same events.
  func redirectMany(_ body: JSON.Object, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(Self.manyKeys + ["to"])
    guard let channel = try body.text("to") else { throw .field("/to", "say to which channel") }
    var refusal: String?
    var reply = try await many(body, history, told: "redirected") { ids throws(ProblemDocument) in
      switch await hands.redirect(ids, to: channel) {
      case .failure(let fault): throw ProblemDocument(fault)
      case .success(let report):
        refusal = refusal ?? report.refusal
        return report.redirected
      }
    }
    if let refusal, case .object(var object)? = try? JSON(parsing: reply.body) {
      guard object["count"]?.int != 0 else { throw .field("/to", "it cannot take them: \(refusal)") }
      object["refusal"] = .string(refusal)
      reply.body = JSON.object(object).bytes
    }
    return reply
  }

  private static let manyKeys = ["ids", "state", "destination", "role", "limit", "before"]

  /// Does something with those that are meant, a page after the other.
  private func many(
    _ body: JSON.Object, _ history: ReaderHistory, told name: String, _ act: ([Int64]) async throws(ProblemDocument) -> [Int64]
  ) async throws(ProblemDocument) -> Reply {
    var count = 0
    var told: [Int64] = []
    var next: Int64?
    func take(_ done: [Int64]) {
      count += done.count
      told += done.prefix(1_000 - told.count)
    }
    if let list = body["ids"] {
      guard let ids = list.array?.map(\.int), !ids.contains(nil), ids.count <= 10_000, body["state"] == nil else {
        throw .field("/ids", "must be a list of up to 10,000 numbers, and then the only key")
      }
      take(try await act(try await seen(ids.compactMap { $0 }, history)))
    } else {
      let wanted = try DeadSelection(body)
      let limit = try body.limit() ?? .max
      var before = body["before"]?.int
      var looked = 0
      while looked < limit {
        let cursor = before
        let page = try await stored { () async throws(SpoolError) in
          try await history.deliveries(
            state: wanted.state, destination: wanted.destination, role: wanted.role, before: cursor, limit: min(500, limit - looked))
        }
        if page.isEmpty { break }
        take(try await act(page.map(\.id)))
        before = page.last?.id
        looked += page.count
      }
      if looked == limit { next = before }
    }
    var answer: JSON.Object = ["count": .int(Int64(count)), name: .array(told.map { .int($0) })]
    if let next { answer["next"] = .int(next) }
    return .json(.object(answer))
  }
}

/// All that failed in one way, on its way to a place, for a role.
struct DeadSelection: Sendable {
  var state = DeliveryState.dead
  var destination: String?
  var role: String?

  init(_ body: JSON.Object) throws(ProblemDocument) {
    guard let word = try body.text("state") else { throw .field("/state", "say which: {\"ids\": [1]} or {\"state\": \"dead\"}") }
    state = try Responder.state(word)
    guard state == .dead || state == .unclear else { throw .field("/state", "only dead and unclear ones can be retried") }
    destination = try body.text("destination")
    role = try body.text("role")
  }
}
