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

  /// What `only` lets through: a star is one level of a path, and the dots of a file's name are no levels.
  @Test func starsOfTargetsStopAtSlashes() {
    for field in ["path", "topic"] {
      #expect(Glob("shops/*").allows("shops/1", in: field) && Glob("shops/*").allows("shops/a.json", in: field))
      #expect(!Glob("shops/*").allows("shops/1/orders/9/delete", in: field) && !Glob("*").allows("people/a/b/c", in: field))
      #expect(Glob("shops/**").allows("shops/1/orders/9", in: field) && Glob("shops/*/orders/*").allows("shops/1/orders/9", in: field))
      #expect(!Glob("shops/*/orders/*").allows("shops/1/2/orders/9", in: field) && Glob("a/b").allows("a/b", in: field))
    }
    #expect(!Glob("acme/*").allows("acme/a/b", in: "repo") && Glob("acme/*").allows("acme/a", in: "repo"))
    #expect(!Glob("#shop-*").allows("#shop-a.b", in: "channel") && Glob("*@x.y").allows("ann@x.y", in: "to"))
    #expect(Glob("https://x/*").matches("https://x/a/b"), "in matches a star goes on over slashes, as it always did")
  }

  @Test func signsAreEscapedWhereverTheyStand() {
    #expect("a\"b\\".inQuotes == #""a\"b\\""#)
    // One character with what follows or stands before it.
    #expect("\"\u{748}\\\u{301}".inQuotes.utf8.elementsEqual("\"\\\"\u{748}\\\\\u{301}\"".utf8))
    #expect("a\r\nb".escaped(["\n": "n", "\r": ""]) == "anb")
  }

  /// What people are told of an attempt holds nothing that something else obeys.
  @Test func whatIsToldIsReadable() {
    let hostile = "a\u{202e}txt\u{2066}b\u{1b}[31m\u{9b}1m\u{200f}\u{61c}c\u{7}\r\nd\te\u{2028}f\u{feff} ü \u{1F9D1}\u{200D}\u{1F680}"
    let line = "atxtb[31m1mc d e f ü \u{1F9D1}\u{200D}\u{1F680}"
    #expect(hostile.readableLine == line)
    #expect(Fault(.rejected, hostile).line == line && Receipt(note: hostile).note == line)
    #expect("a\n\tb".readable == "a\n\tb" && "a\rb\u{0}".readable == "ab")
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
