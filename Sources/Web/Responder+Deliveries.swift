import Bellhop
import Store

// What rows sent; dead letters and their second chance.
extension Responder {
  func rows() async throws(ProblemDocument) -> Reply {
    let insight = insight
    return .json(try await stored { () async throws(SpoolError) in try await insight.rows() })
  }

  func deliveries(_ text: String?, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let query = try Query(text, known: ["state", "destination", "before", "limit", "role", "channel", "since", "until", "q"])
    if query["state"] == "any" || ["role", "channel", "since", "until", "q"].contains(where: { query[$0] != nil }) {
      return try await deliveriesOfAllStates(query, history)
    }
    let state = try Self.state(query["state"])
    let destination = try query.text("destination", bytes: Query.destination)
    let before = try query.number("before", in: 0...Int64.max)
    let limit = Int(try query.number("limit", in: 1...1_000) ?? 50)
    let found = try await stored { () async throws(SpoolError) in
      try await history.deliveries(state: state, destination: destination, before: before, limit: limit)
    }
    var answer: JSON.Object = ["deliveries": .array(found.map { .object($0.view) })]
    if found.count == limit, let last = found.last { answer["next"] = .string(String(last.id)) }
    return .json(.object(answer))
  }

  /// Newest first, for a bounded time: a page may be short and have a next one.
  private func deliveriesOfAllStates(_ query: Query, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    if query["destination"] != nil { throw .field("destination", "stands beside state, before and limit only; say channel=") }
    var wish = try deliveries(query)
    if query["state"] == nil, wish.states.isEmpty { wish.states = [.dead] }
    let asked = wish
    let page = try await stored { () async throws(SpoolError) in try await history.deliveries(asked) }
    var answer: JSON.Object = ["deliveries": .array(page.deliveries.map { .object($0.delivery.view) })]
    answer["next"] = page.next.map { .string(String($0)) }
    answer["searched_back_to"] = page.back.map { .string($0.rfc3339) }
    return .json(.object(answer))
  }

  static func state(_ word: String?) throws(ProblemDocument) -> DeliveryState {
    guard let word else { return .dead }
    guard let state = DeliveryState(word: word) else {
      throw .field("state", "must be one of \(DeliveryState.allCases.map(\.word).joined(separator: ", "))")
    }
    return state
  }

  func delivery(_ id: Int64, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let found = try await stored { () async throws(SpoolError) in try await history.delivery(id: id) }
    guard let found else { throw ProblemDocument(404, "there is no such delivery") }
    return .json(.object(found.view))
  }

  func retry(_ id: Int64, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let hands = hands
    let ids = try await seen([id], history)
    let retried = try await stored { () async throws(SpoolError) in try await hands.retry(ids) }
    if retried.isEmpty {
      let found = try await stored { () async throws(SpoolError) in try await history.delivery(id: id) }
      guard let found else { throw ProblemDocument(404, "there is no such delivery") }
      throw ProblemDocument(409, "the delivery is \(found.state.word)", "only dead and unclear ones can be retried")
    }
    return .json(["count": 1, "retried": .array(retried.map { .int($0) })])
  }

  /// Those of them that are there for who asks.
  func seen(_ ids: [Int64], _ history: ReaderHistory) async throws(ProblemDocument) -> [Int64] {
    if history.isWhole { return ids }
    var seen: [Int64] = []
    for id in ids where try await stored({ () async throws(SpoolError) in try await history.delivery(id: id) }) != nil { seen.append(id) }
    return seen
  }
}
