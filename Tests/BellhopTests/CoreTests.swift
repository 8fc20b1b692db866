import Testing

@testable import Bellhop

@Suite struct CoreTests {
  @Test func globs() {
    #expect(Glob("user.*").matches("user.registered"))
    #expect(!Glob("user.*").matches("user.a.b"))
    #expect(Glob("user.**").matches("user.a.b"))
    #expect(Glob("*.failed").matches("login.failed"))
    #expect(!Glob("*.failed").matches("user.login.failed"))
    #expect(Glob("#shop-*").matches("#shop-1"))
    #expect(!Glob("a*").matches("ba"))
  }

  @Test func budgets() {
    var budget = ByteBudget(10)
    #expect(budget.spend(4) && budget.left == 6)
    #expect(!budget.spend(7) && budget.left == 6)
    #expect(budget.spend(6) && budget.spend(0) && !budget.spend(1) && budget.left == 0)
    #expect(ByteBudget(-5).left == 0)
    #expect("aüb".prefix(bytes: 2) == "a" && "aüb".prefix(bytes: 3) == "aü" && "aü".prefix(bytes: 9) == "aü" && "ü".prefix(bytes: 0) == "")
  }

  @Test func dates() {
    let date = Timestamp(rfc3339: "2026-11-23T09:30:00.123456+01:00")
    #expect(date?.rfc3339 == "2026-11-23T08:30:00.123456Z")
    #expect(Timestamp(rfc3339: "1969-12-31T23:59:59.5Z")?.microseconds == -500_000)
    #expect(Timestamp(rfc3339: "1969-12-31T23:59:59.5Z")?.rfc3339 == "1969-12-31T23:59:59.500Z")
    for bad in ["2026-02-29T00:00:00Z", "2026-11-23", "2026-11-23T09:30:00", "2026-11-23T24:00:00Z", "2026-11-23T09:30:00Zx", "x"] {
      #expect(Timestamp(rfc3339: bad) == nil, "\(bad)")
    }
  }

  @Test func json() throws {
    let text = #"{"a":[1,-2.5,true,null,"x\n\"é"],"b":{"c":"d"},"big":9223372036854775807}"#
    let json = try JSON(parsing: text)
    #expect(json.text == text)
    #expect(json["b"]?["c"]?.string == "d")
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 65) + String(repeating: "]", count: 65)) }
    for bad in ["", "{", "{}x", "1e999", "\u{0}", "[1,]", "{'a':1}", "nul", "\"\u{1}\""] {
      #expect(throws: JSONError.self, "\(bad)") { try JSON(parsing: bad) }
    }
    #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22] as [UInt8]) }
  }

  @Test func renderingsSurviveTheStore() throws {
    let rendering = Rendering(
      title: Text([.bold([.text("a")]), .emoji("tada")]),
      text: Text([
        .text("x"), .line, .list([[.text("1")], [.code("2"), .link([.text("l")], url: "https://x")]]), .codeBlock("c"), .italic([]),
      ]),
      fields: [.init(name: "n", value: Text(literal: "a\nb"))], links: [.init(label: "l", url: "u")])
    #expect(Rendering(json: try JSON(parsing: rendering.json.text)) == rendering)
  }

  @Test func secretsDoNotPrint() {
    let secret = Secret("hunter2")
    #expect("\(secret) \(String(reflecting: secret))" == "••• •••")
    var dumped = ""
    dump([secret], to: &dumped)
    #expect(!dumped.contains("hunter2"))
    #expect(secret.matches("hunter2".utf8))
    #expect(
      !secret.matches("hunter".utf8) && !secret.matches("hunter2hunter2".utf8) && !secret.matches("".utf8) && !Secret("").matches("".utf8))
  }

  @Test func durationsAndRates() {
    #expect(Duration(parsing: "90s") == .seconds(90) && Duration(parsing: "80ms") == .milliseconds(80))
    for bad in ["", "s", "5", "5 m", "-1s", "99999999d", "1w", "９s"] { #expect(Duration(parsing: bad) == nil, "\(bad)") }
    #expect(Duration.seconds(900).short == "15m" && Duration.milliseconds(1500).short == "1500ms")
    #expect(Rate(parsing: "30/m")?.spacing == .seconds(2) && Rate(parsing: "0/s") == nil && Rate(parsing: "1/") == nil)
  }
}
