import Bellhop
import Senders
import Testing

@Suite struct HostileTests {
  static let types: [String?] = [
    nil, "application/json", "application/x-ndjson", "application/cloudevents+json", "application/cloudevents-batch+json", "text/plain", "",
    ";", "x",
  ]

  @Test(
    arguments: [
      Array(repeating: UInt8(ascii: "["), count: 100_000),
      Array((String(repeating: #"{"data":"#, count: 50_000)).utf8),
      Array((#"{"type":"a","data":"# + String(repeating: #"{"x":"#, count: 70) + "1" + String(repeating: "}", count: 71)).utf8),
      [], [0], [0xFF, 0xFE], Array("{\"text\":\"\u{0}\"}".utf8), Array("{\"text\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8),
      Array(#"{"type":"a","data":{"n":1e999}}"#.utf8),
      Array((#"{"type":"a","data":{"n":"# + String(repeating: "9", count: 10_000) + "}}").utf8),
      Array(#"{"type":"a"}{"type":"b"}"#.utf8), Array(#"{"type":"a","#.utf8), Array(#"{"text":"\ud800\x"}"#.utf8), Array("\u{FEFF}".utf8),
      Array("\u{FEFF}\u{FEFF}{}".utf8),
    ] as [[UInt8]])
  func unreadableIsRefused(body: [UInt8]) {
    guard case .failure(let rejection) = decode(body) else { return #expect(Bool(false), "it was taken") }
    #expect(rejection.status == 400 && rejection.title.hasPrefix("the body is not JSON: "))
  }

  @Test func invalidTextIsRefused() {
    #expect(decode([0x68, 0xFF], "text/plain").mistakes == "400 the text is not valid UTF-8")
  }

  /// Whatever comes in: a verdict, within the limits, and what is taken keeps the promises.
  @Test func mutations() throws {
    var luck = Seeded(4)
    let seeds = [
      #"{"id":"a1","source":"web","type":"user.registered","subject":"a@b.c","severity":"notice","time":"2026-11-23T09:30:00+01:00","text":"Bearer abc123","data":{"password":"x","n":[1,2.5,null,{"y":"http://u:p@h"}]}}"#,
      "{\"text\":\"a\"}\n{\"type\":\"b.c\"}\n", #"[{"text":"é"},{"type":"a","data":{}}]"#,
      #"{"specversion":"1.0","id":"1","source":"s","type":"t","ext1":true,"data_base64":"AA=="}"#,
    ].map { Array($0.utf8) }
    let pieces = [
      "\"", "{", "}", "[", "]", ",", ":", "null", "\\u0000", "1e400", "-", "\n", "data", "\u{7F}", "•", "://", "@", "Bearer ", "\\ud83d",
      "\\udc00", "18446744073709551616", "0.12345678901234567890", "\u{FEFF}",
      "password=", "\\\"", "token: ", "4111111111111111", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.x", "{\\\"secret\\\":",
      "-----BEGIN RSA PRIVATE KEY-----",
    ]
    .map { Array($0.utf8) }
    var taken = 0
    for _ in 0..<20_000 {
      guard var body = seeds.randomElement(using: &luck) else { continue }
      for _ in 0..<Int.random(in: 0...4, using: &luck) {
        let at = Int.random(in: 0...body.count, using: &luck)
        switch Int.random(in: 0..<4, using: &luck) {
        case 0: body.insert(contentsOf: pieces.randomElement(using: &luck) ?? [], at: at)
        case 1: body.removeSubrange(at..<min(body.count, at + Int.random(in: 0...9, using: &luck)))
        case 2: if at < body.count { body[at] = UInt8.random(in: 0...255, using: &luck) }
        default: body.append(contentsOf: body[at...])
        }
      }
      let type = Self.types.randomElement(using: &luck) ?? nil
      let ce = Bool.random(using: &luck) ? [] : [("id", "%zz%41"), ("specversion", "1.0"), ("type", "\"a\"")]
      switch decode(body, type, ce: ce) {
      case .success(let events):
        taken += 1
        #expect(!events.isEmpty && events.count <= 1_000)
        for event in events {
          #expect(!event.id.isEmpty && !event.type.isEmpty && !event.text.isEmpty)
          #expect(event.data["password"].map { $0 == "•••" || $0.isNull } ?? true)
          _ = try JSON(parsing: JSON.object(event.json).bytes)
        }
      case .failure(let rejection):
        #expect([400, 413, 415, 422].contains(rejection.status) && !rejection.title.isEmpty && rejection.problems.count <= 20)
        #expect(rejection.problems.allSatisfy { !$0.detail.utf8.contains(0) && $0.detail.utf8.count < 400 })
      }
    }
    #expect(taken > 1_000, "\(taken)")
  }

  /// Extensions are as many as a body holds: one is found without a look at all the others.
  @Test func aHundredThousandExtensions() throws {
    let names = (0..<100_000).map { "e\($0)" }
    let body =
      "{\"specversion\":\"1.0\",\"type\":\"a.b\",\"data\":{\"ext\":{\"e7\":\"own\"}}," + names.map { "\"\($0)\":1" }.joined(separator: ",")
      + ",\"e9\":2}"
    let clock = ContinuousClock()
    let start = clock.now
    let events = try decode(body, "application/cloudevents+json").get()
    #expect(clock.now - start < .seconds(20), "each looks at all before it")
    let ext = try #require(events.first?.data["ext"]?.object)
    #expect(ext.members.count == 100_000 && ext["e7"] == "own" && ext["e9"] == 2 && ext["e99999"] == 1)
  }
}
