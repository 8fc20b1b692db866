import Bellhop
import Senders

// What ops do by hand.
extension Responder {
  /// `{"lane": …}`, and for a pause `until` (a time, or how long) and `why`.
  func lane(_ word: String, _ body: JSON.Object) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(word == "pause" ? ["lane", "until", "why"] : ["lane"])
    guard let name = try body.text("lane") else { throw .field("/lane", "say which lane; GET /v1/lanes lists them") }
    let action: LaneAction =
      switch word {
      case "pause": .pause(until: try until(body), why: try body.text("why"))
      case "resume": .resume
      default: .drop
      }
    return try done(await hands.lane(name, action))
  }

  private func until(_ body: JSON.Object) throws(ProblemDocument) -> Timestamp? {
    guard let text = try body.text("until") else { return nil }
    if let time = Timestamp(rfc3339: text) { return time }
    if let length = Duration(parsing: text) { return state.now() + length }
    throw .field("/until", "must be a time like 2026-11-23T09:30:00Z, or how long, like 2h")
  }

  /// `{"event": {…}}`, and if wanted `at` (a time) and `sender` (a name).
  func explain(_ body: JSON.Object, _ rules: Rules) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(["event", "at", "sender"])
    guard let event = body["event"] else { throw .field("/event", "is missing: the event to explain") }
    var at: Timestamp?
    if let text = try body.text("at") {
      guard let time = Timestamp(rfc3339: text) else { throw .field("/at", "must be a time like 2026-11-23T09:30:00Z") }
      at = time
    }
    let sender: Sender
    switch rules.access.named(try body.text("sender") ?? event["type"]?.string.flatMap { Sender.isOwn($0) ? Sender.own : nil }) {
    case .success(let found): sender = found
    case .failure(let problem): throw problem
    }
    switch sender.decode(event.bytes, Envelope(), limits: rules.limits.events, at: at ?? state.now()) {
    case .failure(let rejection): throw ProblemDocument(rejection)
    case .success(let events):
      guard let event = events.first, events.count == 1 else { throw .field("/event", "must be one event") }
      return .json(await insight.explain(event, at: at))
    }
  }

  /// `{"name": …}`, and if wanted `text`.
  func ring(_ body: JSON.Object) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(["name", "text"])
    guard let name = try body.text("name") else { throw .field("/name", "say which transport or channel") }
    return try done(await hands.ring(name, text: try body.text("text")))
  }

  /// `{"subject": …}`, and if wanted `limit`: so many events, and whether there may be more.
  func forget(_ body: JSON.Object) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(["subject", "limit"])
    guard let subject = try body.text("subject") else { throw .field("/subject", "say whom to forget") }
    let limit = try body.limit() ?? .max
    switch await hands.forget(subject, limit: limit) {
    case .success(let count): return .json(["forgotten": .int(Int64(count)), "more": .bool(count == limit)])
    case .failure(let error): throw ProblemDocument(error)
    }
  }
}

extension JSON.Object {
  /// A string that is not empty; nil where it is absent or null.
  func text(_ key: String) throws(ProblemDocument) -> String? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let text = value.string, !text.isEmpty else { throw .field("/\(key)", "must be a string that is not empty") }
    return text
  }

  /// How much to do in one request.
  func limit() throws(ProblemDocument) -> Int? {
    guard let value = self["limit"], !value.isNull else { return nil }
    guard let limit = value.int, (1...100_000).contains(limit) else { throw .field("/limit", "must be a whole number from 1 to 100000") }
    return Int(limit)
  }

  func refuseUnknown(_ known: [String]) throws(ProblemDocument) {
    guard let stray = keys.first(where: { !known.contains($0) }) else { return }
    throw .field("/\(stray.prefix(40))", "is not known here; known are \(known.joined(separator: ", "))")
  }
}
