import Bellhop
import Senders
import Store

// Taking events in, and showing what became of them.
extension Responder {
  /// The events of a posted body, within the sender's rate. Decided at once: nothing here waits.
  func events(
    _ body: [UInt8], _ head: Head, of sender: Sender, _ purpose: Purpose, _ rules: Rules
  ) throws(ProblemDocument) -> [Event] {
    if discards { return [] }
    if case .hook(let hook) = purpose { return try events(body, of: hook, rules) }
    let decoded = sender.decode(body, head.envelope, limits: rules.limits.events, at: state.now())
    show(body, head, of: sender, decoded)
    switch decoded {
    case .failure(let rejection): throw ProblemDocument(rejection)
    case .success(let events):
      if let wait = state.take(events.count, of: sender) { throw Self.tooFast(sender.rate, wait) }
      return events
    }
  }

  /// Writes which events were accepted: `{"accepted":[{"id":…,"duplicate":…}]}`.
  static func write(_ acceptances: [Acceptance], of events: [Event], to out: inout [UInt8]) {
    out.append(contentsOf: #"{"accepted":["#.utf8)
    for (index, (event, acceptance)) in zip(events, acceptances).enumerated() {
      out.append(contentsOf: (index == 0 ? #"{"id":"# : #",{"id":"#).utf8)
      JSON.string(event.id).write(to: &out)
      out.append(contentsOf: (acceptance.duplicate ? #","duplicate":true}"# : #","duplicate":false}"#).utf8)
    }
    out.append(contentsOf: "]}".utf8)
  }

  func search(_ text: String?, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let query = try Query(text, known: ["q", "type", "subject", "role", "fate", "since", "until", "cursor", "limit"])
    let now = state.now()
    var search = HistoryQuery()
    search.words = try query.text("q").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) } ?? []
    search.type = try query.text("type")
    search.subject = try query.text("subject")
    search.role = try query.text("role")
    if let word = query["fate"] {
      guard let fate = Fate.allCases.first(where: { $0.word == word }) else {
        throw .field("fate", "must be one of \(Fate.allCases.map(\.word).joined(separator: ", "))")
      }
      search.fate = fate
    }
    search.since = try query.time("since", now: now)
    search.until = try query.time("until", now: now)
    search.cursor = try query.number("cursor", in: 0...Int64.max)
    search.limit = Int(try query.number("limit", in: 1...1_000) ?? 50)
    let found = search
    let page = try await stored { () async throws(SpoolError) in try await history.search(found) }
    var answer: JSON.Object = ["events": .array(page.events.map { .object($0.view(whole: false)) })]
    answer["next"] = page.next.map { .string(String($0)) }
    return .json(.object(answer))
  }

  func event(_ id: String, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let found = try await stored { () async throws(SpoolError) -> HistoryEvent? in
      if let event = try await history.event(id: id) { return event }
      guard let sequence = Int64(id) else { return nil }
      return try await history.event(sequence: sequence)
    }
    guard let found else { throw ProblemDocument(404, "there is no such event") }
    return .json(.object(found.view(whole: true)))
  }
}
