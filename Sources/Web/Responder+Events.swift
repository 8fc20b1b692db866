import Bellhop
import Hummingbird
import HummingbirdCore
import Senders
import Store

// Taking events in, and showing what became of them.
extension Responder {
  func accept(_ exchange: inout Exchange, _ writer: borrowing ResponseWriter) async throws(ProblemDocument) -> Reply {
    let rules = exchange.rules
    let sender: Sender
    switch rules.access.sender(exchange.head, door) {
    case .success(let found): sender = found
    case .failure(let problem): throw problem
    }
    if let wait = state.take(0, of: sender) { throw Self.tooFast(sender, wait) }

    let envelope = exchange.head.envelope
    let limit = Self.isLines(envelope.contentType) ? rules.limits.lines : rules.limits.body
    let events: [Event]
    do {
      let body = try await exchange.body(limit: limit, writer)
      switch sender.decode(body.bytes, envelope, limits: rules.limits.events, at: state.now()) {
      case .success(let decoded): events = decoded
      case .failure(let rejection): throw ProblemDocument(rejection)
      }
    }
    if let wait = state.take(events.count, of: sender) { throw Self.tooFast(sender, wait) }
    let acceptances = try await stored { () async throws(SpoolError) in try await desk.accept(events) }
    return Reply(status: 202, contentType: "application/json", body: Self.accepted(events, acceptances))
  }

  private static func tooFast(_ sender: Sender, _ wait: Duration) -> ProblemDocument {
    let seconds = max(1, Int((wait.microseconds + 999_999) / 1_000_000))
    let rate = sender.rate.map(\.description) ?? ""
    return ProblemDocument(
      429, "the sender is above its rate of \(rate)", "nothing of the request was kept; send it again later", retryAfter: seconds)
  }

  private static func isLines(_ contentType: String?) -> Bool {
    guard let contentType, contentType != "application/json" else { return false }
    let lower = contentType.lowercased()
    return ["application/x-ndjson", "application/ndjson", "application/jsonl"].contains { lower.hasPrefix($0) }
  }

  private static func accepted(_ events: [Event], _ acceptances: [Acceptance]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(16 + events.count * 72)
    out.append(contentsOf: #"{"accepted":["#.utf8)
    for (index, (event, acceptance)) in zip(events, acceptances).enumerated() {
      out.append(contentsOf: (index == 0 ? #"{"id":"# : #",{"id":"#).utf8)
      JSON.string(event.id).write(to: &out)
      out.append(contentsOf: (acceptance.duplicate ? #","duplicate":true}"# : #","duplicate":false}"#).utf8)
    }
    out.append(contentsOf: "]}".utf8)
    return out
  }

  func search(_ text: Substring?) async throws(ProblemDocument) -> Reply {
    let query = try Query(text, known: ["q", "type", "subject", "role", "fate", "since", "until", "cursor", "limit"])
    let now = state.now()
    var search = HistoryQuery()
    search.words = query["q"].map { $0.split(whereSeparator: \.isWhitespace).map(String.init) } ?? []
    search.type = query["type"]
    search.subject = query["subject"]
    search.role = query["role"]
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
    let page = try await stored { () async throws(SpoolError) in try await desk.history.search(found) }
    var answer: JSON.Object = ["events": .array(page.events.map { .object($0.view(whole: false)) })]
    answer["next"] = page.next.map { .string(String($0)) }
    return .json(.object(answer))
  }

  func event(_ id: String) async throws(ProblemDocument) -> Reply {
    let history = desk.history
    let found = try await stored { () async throws(SpoolError) -> HistoryEvent? in
      if let event = try await history.event(id: id) { return event }
      guard let sequence = Int64(id) else { return nil }
      return try await history.event(sequence: sequence)
    }
    guard let found else { throw ProblemDocument(404, "there is no such event") }
    return .json(.object(found.view(whole: true)))
  }
}
