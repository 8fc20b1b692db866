import Bellhop
import Foundation
import Testing

@testable import Senders

/// What must hold for every dialect in the list, whatever it speaks.
@Suite struct DialectTests {
  static let foreign = Dialect.all.filter { !$0.isOwn }

  /// A sender of it, with the settings that it must have.
  static func sender(_ dialect: Dialect, _ entries: [String: Value] = [:]) -> Sender {
    var values = Values()
    for field in dialect.settings { values.entries[field.name] = field.value }
    for (name, value) in entries { values.entries[name] = value }
    return Sender(name: "shop", dialect: dialect, secrets: [Secret("s3cret-of-shop"), Secret("s3cret-of-before")], values: values)
  }

  @Test func namesAreToldApart() {
    #expect(Set(Dialect.all.map(\.name)).count == Dialect.all.count)
    #expect(Dialect.all.first?.name == "api")
    for dialect in Dialect.all {
      #expect(dialect.pressure == 429 || dialect.pressure == 503, "\(dialect.name)")
      #expect(!dialect.doc.isEmpty && !dialect.doc.contains("\n") && !dialect.methods.isEmpty && dialect.limit >= 16_384, "\(dialect.name)")
      #expect(Set(dialect.settings.map(\.name)).isDisjoint(with: ["use", "secret", "rate", "redact", "host"]), "\(dialect.name)")
    }
  }

  @Test(arguments: foreign.map(\.name)) func whoBringsNothingIsNotHeard(name: String) throws {
    let sender = Self.sender(try #require(Dialect.named(name)))
    let proof = sender.proof(of: PostHead(), at: Timestamp(seconds: 0))
    #expect(proof != .proven, "without anything that proves it")
    if proof == .open {
      guard case .failure(let refusal) = sender.receive(Array("{}".utf8), PostHead(), at: noon) else {
        Issue.record("a body without proof was taken")
        return
      }
      #expect(refusal.status == 401)
    }
  }

  /// Senders switch themselves off where they hear 404 or 410; pressure has the word that they try again after.
  @Test(arguments: foreign.map(\.name)) func refusalsNeverEndASender(name: String) throws {
    let dialect = try #require(Dialect.named(name))
    let sender = Self.sender(dialect)
    for status in [400, 401, 403, 405, 408, 413, 415, 422, 429, 500, 503] {
      let answer = sender.answer(.refused(PostRefusal(status: status, title: "because", retryAfter: 1)), to: PostHead())
      guard let answer else { continue }
      #expect(answer.status != 404 && answer.status != 410 && answer.status >= 400, "\(name) \(status): \(answer.status)")
      if status == 429 || status == 503 { #expect(answer.status == dialect.pressure, "\(name) \(status): \(answer.status)") }
    }
  }

  /// The table in the docs is what the code says.
  @Test func thePressureTableIsTrue() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/senders.md")
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    let told = lines.compactMap { line in line.wholeMatch(of: /\| `([a-z0-9-]+)` \| (429|503) \|/).map { "\($0.1) \($0.2)" } }
    #expect(told == Dialect.all.map { "\($0.name) \($0.pressure)" })
  }

  /// So is that of who waits how long.
  @Test func thePatienceTableIsTrue() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/senders.md")
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    let told = lines.compactMap { line in line.wholeMatch(of: /\| `([a-z0-9-]+)` \| ([0-9]+s) \|/).map { "\($0.1) \($0.2)" } }
    #expect(told == Dialect.all.compactMap { dialect in dialect.patience.map { "\(dialect.name) \($0.short)" } })
  }

  @Test(arguments: foreign.map(\.name)) func aYesIsAYes(name: String) throws {
    let sender = Self.sender(try #require(Dialect.named(name)))
    let event = Event(id: "1", sender: "shop", source: "shop", time: noon)
    for outcome in [PostOutcome.kept([]), .kept([.init(event)]), .kept([.init(event, isDuplicate: true)])] {
      if let answer = sender.answer(outcome, to: PostHead()) { #expect((200..<300).contains(answer.status), "\(name): \(answer.status)") }
    }
  }

  /// Whatever comes, it is refused or it becomes events within the limits; nothing crashes and nothing takes long.
  @Test(arguments: foreign.map(\.name)) func anyBodyIsAnswered(name: String) throws {
    let dialect = try #require(Dialect.named(name))
    let receiver = try #require(Self.sender(dialect).receiver)
    let sender = Self.sender(dialect)
    var luck = Seeded(7)
    var bodies = Hostile.bodies
    for _ in 0..<200 { bodies.append((0..<Int.random(in: 0...64, using: &luck)).map { _ in UInt8.random(in: 0...255, using: &luck) }) }
    let limits = EventLimits()
    for body in bodies {
      for type in [nil, "application/json", "application/x-www-form-urlencoded", "text/plain"] {
        let head = PostHead(path: ["x"], headers: type.map { [.init("content-type", $0)] } ?? [])
        guard case .success(let drafts) = receiver.drafts(body, head, at: noon) else { continue }
        for var draft in drafts {
          draft.fit(limits, sender: "shop")
          var reading = Reading(sender: sender, envelope: Envelope(), limits: limits, ids: EventIDs(now: noon, random: 0))
          let event = reading.finish(&draft, at: .init())
          #expect(event != nil, "\(name) made of \(String(decoding: body.prefix(80), as: UTF8.self)): \(reading.problems)")
        }
      }
    }
  }
}

/// Bodies that nobody should send.
enum Hostile {
  static let words = [
    "", " ", "null", "true", "0", "[]", "{}", "[[]]", #""text""#, "{", #"{"text":"#, "payload=", "payload=%7B%7D", "payload=null",
    "a=b&a=c", "%", "%zz=%zz",
    "\u{FEFF}{}", "\0", "{\"text\":\"\\u0000\"}", "{\"text\":\"\\ud800\"}", #"{"text":null,"attachments":null,"blocks":null}"#,
    #"{"text":[],"attachments":{},"blocks":"x"}"#, #"{"text":1,"attachments":[1,null,[]],"blocks":[1,null,[]]}"#,
    #"{"type":"bellhop.store.low","source":"bellhop","text":"x"}"#, #"{"type":{},"id":[],"time":"x","severity":"loud"}"#,
    #"{"alerts":[{}],"status":7}"#, #"{"alerts":[1,null,{"labels":[],"annotations":7,"startsAt":"x"}]}"#, #"{"alerts":{}}"#,
    #"{"data":{"object":[]},"created":"x","id":{}}"#, #"{"event_action":"trigger","payload":[]}"#,
    #"{"heartbeat":null,"monitor":null,"msg":null}"#,
    #"{"embeds":[{"fields":[{}],"title":7}],"content":7}"#, #"{"message":null,"priority":"x","title":[]}"#, #"{"created":1e400}"#,
    #"{"created":-9223372036854775808}"#, #"{"created":99999999999999999999}"#, #"{"action":7,"repository":[],"sender":null}"#,
  ]

  static var bodies: [[UInt8]] {
    words.map { Array($0.utf8) } + [
      Array((#"{"text":""# + String(repeating: "x", count: 200_000) + #""}"#).utf8),
      Array((String(repeating: "[", count: 600) + String(repeating: "]", count: 600)).utf8),
      Array((#"{"text":"# + String(repeating: #"{"text":"#, count: 400) + "1" + String(repeating: "}", count: 401)).utf8),
      Array((#"{"alerts":["# + Array(repeating: "{}", count: 10_000).joined(separator: ",") + "]}").utf8),
      Array((#"{"content":""# + String(repeating: "*_~`", count: 20_000) + #""}"#).utf8),
      [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0], [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], Array(repeating: 0x80, count: 1_000),
    ]
  }
}
