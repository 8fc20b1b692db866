import Bellhop
import GatewayWire
import NIOHTTP1

@testable import Catalogue
@testable import Curl
@testable import HTTPContract
@testable import Senders
@testable import Slack
@testable import Upstream
@testable import Web

extension Entry {
  private static let hooks = HookTable(
    Dialect.all.map { dialect in
      Sender(
        name: dialect.name, dialect: dialect, secrets: [Secret("s3cret")], hosts: dialect.name == "pagerduty" ? ["pager.example.com"] : [])
    })

  /// The head of a request: its path, its query, whom it is for.
  static let request: @Sendable ([UInt8]) throws -> Void = { bytes in
    let raw = RawRequest(bytes)
    let fields = HTTPHeaders(raw.headers.map { ($0.name, $0.value) })
    let head = Head(
      HTTPRequestHead(version: .http1_1, method: .init(rawValue: raw.word(0)), uri: raw.word(1), headers: fields),
      from: PeerAddress("192.0.2.1"))
    _ = head.flaw
    _ = Endpoint(head.path[...])
    _ = hooks.purpose(head, .tcp, at: Timestamp(seconds: 1_795_521_600))
    _ = hooks.purpose(head, .unix, at: Timestamp(seconds: 1_795_521_600))
    if let query = try? Query(head.query, known: ["q", "type", "since", "cursor", "limit"]) {
      if let text = try? query.text("type") { try demand(text.utf8.count <= Query.word, "a word of \(text.utf8.count) bytes") }
      if let number = try? query.number("limit", in: 1...1_000) { try demand((1...1_000).contains(number), "\(number)") }
      if let time = try? query.time("since", now: moment) {
        // Times are printed as far as four digits of a year go.
        if (0..<253_402_300_800).contains(time.seconds) {
          try demand(Timestamp(rfc3339: time.rfc3339) == time, "\(time) is read as another")
        }
      }
    }
    if let pairs = FormFields.pairs(String(decoding: raw.body, as: UTF8.self)) {
      let text = pairs.map { "\($0.name.percentEncoded())=\($0.value.percentEncoded())" }.joined(separator: "&")
      try demand(pairs.isEmpty || FormFields.pairs(text) == pairs, "a form is another when it is written again: \(pairs)")
    }
  }

  /// What vendors answer: a status, headers, a body.
  static let answer: @Sendable ([UInt8]) throws -> Void = { bytes in
    let raw = RawRequest(bytes)
    let head = bytes.prefix(bytes.count - raw.body.count)
    let now = RetryAfter.isNow(Array(head)) ? Duration.zero : nil
    let wait = HeaderLines(Array(head)).first("retry-after").flatMap { Int64($0) }.map { RetryAfter.length($0, now: moment) }
    let response = Response(
      status: Int(raw.word(0)).map { min(max($0, 200), 599) } ?? 200, head: Array(head), body: raw.body, isCut: false,
      retryAfter: wait ?? now)
    let answer = Answer.response(response)
    let needle = "hunter2-of-the-settings"
    var outcomes = [answer.outcome(), Answers.method(answer, channel: "#a"), Answers.hook(answer)]
    for page in Catalogue.pages {
      outcomes.append(page.answer.outcome(of: answer, secrets: [needle], at: moment))
      if case .failure(let trouble)? = page.token?.token(in: answer) { outcomes.append(trouble.outcome) }
    }
    for outcome in outcomes { try sound(outcome, needle) }
  }

  private static func sound(_ outcome: Outcome, _ needle: String) throws {
    switch outcome {
    case .delivered(let receipt):
      try demand(receipt.id?.utf8.count ?? 0 <= 200, "an id of \(receipt.id?.utf8.count ?? 0) bytes")
      try demand(!receipt.note.contains(where: \.isNewline) && receipt.note.utf8.count <= 1_024, "a note \(receipt.note.debugDescription)")
    case .postponed(let fault, _), .refused(let fault), .unclear(let fault):
      try demand(fault.line.count <= 500 && !fault.line.contains(where: \.isNewline), "a fault \(fault.line.debugDescription)")
      try demand(!fault.line.contains(needle), "a secret is told: \(fault.line)")
    }
  }

  /// What another gateway hands over: an event stream with messages in it. Its pieces may break anywhere.
  static let stream: @Sendable ([UInt8]) throws -> Void = { bytes in
    var whole = EventStream()
    let events = whole.take(bytes)
    var pieces = EventStream()
    var again: [EventStream.StreamEvent] = []
    var start = 0
    var length = 1
    while start < bytes.count {
      let end = min(start + length, bytes.count)
      again += pieces.take(bytes[start..<end])
      try demand(pieces.held <= EventStream.largest + EventStream.head, "\(pieces.held) bytes are held")
      start = end
      length = length % 7 + 1
    }
    try demand(again == events, "pieces make other events")
    for event in events {
      _ = Relayed.id(atHeadOf: event.data)
      try handed(event.data)
    }
    try handed(bytes)
  }

  private static func handed(_ bytes: [UInt8]) throws {
    guard let json = try? JSON(parsing: bytes) else { return }
    if let message = Relayed(json: json) {
      try demand(Relayed(json: message.json) == message, "a message is another when it is handed on: \(json.text)")
      let event = message.arrived()
      try demand(event.id == message.id && event.sender == Relayed.sender, "\(event)")
      try demand(Relayed.via(of: event) == message.via, "the way of \(message.via) is lost")
    }
    if let fate = RelayedFate(json: json) {
      try demand(RelayedFate(json: fate.json)?.state == fate.state, "a fate is another: \(json.text)")
      _ = fate.outcome
    }
  }
}
