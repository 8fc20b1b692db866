import Bellhop
import Testing

@testable import Senders

/// Most strings are rejected at a first look, which must not lose what the scan behind it would hide.
@Suite struct FirstLookTests {
  private static let words = [
    "the", "a", "payment", "failed", "created", "order", "benchmark", "is", "was", "by", "identified", "IDENTIFIED", "password", "Password",
    "passcode", "passwd", "otp", "OTP", "pin", "token", "secret", "API", "key", "access", "code", "Bearer", "bearer", "Basic", "basic",
    "-u",
    "-U", "--password", "--token", "--user", "--", "-", "-----BEGIN", "hunter22", "hunter2!", "483920", "a1B2c3d4", "'x'", "\"hunter22\"",
    "zW9xZ2hpamtsbW5vcHFyc3Q", "ghp_0123456789abcdef", "SG.0123456789abcdef", "r8_0123456789abcdef", "eyJhbGciOi.eyJ.abcdef0",
    "AKIA0123456789ABCDEF",
    "4111", "1111", "4111111111111111", "user:hunter2", "user@example.com", "état", "é", ",", ".", "…", "(", ")", "\\", "\"", "\u{1}",
  ]
  private static let gaps = [" ", " ", " ", "\n", "\t", "  ", ",", "", ".", "\u{A0}"]

  private func hides(_ text: String, _ mode: TextScan.Mode) -> (looked: Bool, scanned: Bool) {
    var text = text
    return text.withUTF8 { bytes in
      var scan = TextScan(bytes, SecretNames(), mode)
      scan.run()
      return (TextScan.mayHide(bytes), scan.clean() != nil)
    }
  }

  @Test(arguments: [TextScan.Mode.prose, .identifier, .key])
  func whatIsRejectedHoldsNothing(mode: TextScan.Mode) {
    var luck = Seeded(11)
    var (rejected, hidden) = (0, 0)
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...6, using: &luck)
      let text = (0..<count).map { _ in (Self.words.randomElement(using: &luck) ?? "") + (Self.gaps.randomElement(using: &luck) ?? "") }
        .joined()
      let found = hides(text, mode)
      #expect(found.looked || !found.scanned, "\(text.debugDescription)")
      rejected += found.looked ? 0 : 1
      hidden += found.scanned ? 1 : 0
    }
    #expect(rejected > 300 && hidden > 100, "\(rejected) rejected, \(hidden) hidden")
  }

  /// Short words that announce a secret are seen wherever they stand.
  @Test(arguments: [
    ("Your OTP 483920", "Your OTP •••"), ("otp 483920", "otp •••"), ("pin was x9k2", "pin was •••"), ("pin is x9k2", "pin is •••"),
    ("mysql -u ada", "mysql -u ada"), ("payment failed for order", "payment failed for order"),
    ("a benchmark event", "a benchmark event"),
  ])
  func shortWordsThatAnnounce(text: String, kept: String) throws {
    let event = try #require(try decode(JSON.object(["type": "a", "text": .string(text)]).text).get().first)
    #expect(event.text == kept)
  }

  /// The escapes of JSON inside of a string do not hide what it says.
  @Test func escapedWordsAreRead() throws {
    let inner = #""my p\u0061ssword hunter22 said""#
    let event = try #require(try decode(JSON.object(["type": "a", "text": .string(inner)]).text).get().first)
    #expect(!event.text.contains("hunter22"), "\(event.text)")
  }

  /// Ordinary sentences cost no scan.
  @Test func ordinarySentencesAreRejectedAtOnce() {
    for text in ["a benchmark event", "payment failed for order 4711", "New user registered from Zürich", "disk usage above 90 of 100 GB"] {
      #expect(!hides(text, .prose).looked, "\(text)")
    }
  }
}

@Suite struct NameTests {
  @Test func wordsBehindANameSayNothing() {
    let names = SecretNames(extra: ["iban", "tax_*"])
    let secret = ["token2", "secret_value", "password-hash", "token_raw", "iban", "IBAN_value", "tax_id", "db_pass", "Set-Cookie"]
    for name in secret { #expect(names.weight(of: name) != nil, "\(name)") }
    for name in ["value", "hash", "plain", "confirm", "plaintext", "amount", "endpoint", "plan", "tags", "2", "7a", "pass_value_x"] {
      #expect(names.weight(of: name) == nil, "\(name)")
    }
    #expect(names.weight(of: "pass") == .loose && names.weight(of: "cardHolder") == .prefixed && names.weight(of: "cardinality") == nil)
  }

  /// Names and values side by side, under each of the keys that such pairs have.
  @Test(arguments: [
    "name", "KEY", "field", "header", "param", "property", "variable", "label", "title", "id", "k", "n", "option", "setting",
  ])
  func namesBesideValues(key: String) {
    for value in ["value", "Values", "val", "v", "content", "data", "text", "rawvalue", "newValue", "default"] {
      var redaction = Redaction(names: SecretNames())
      let clean = redaction.clean([key: "Authorization", value: "hunter2", "at": 7] as JSON.Object)
      #expect(clean?[value] == "•••", "\(key) \(value)")
    }
    var redaction = Redaction(names: SecretNames())
    #expect(redaction.clean([key: "Authorization", "vale": "seen", "context": "seen"] as JSON.Object) == nil)
  }

  @Test func listsOfHeadersByTheirKeys() {
    for (key, isList) in [("rawHeaders", true), ("Trailers", true), ("params", true), ("ENV", true), ("tags", false), ("myenv", false)] {
      var redaction = Redaction(names: SecretNames())
      #expect((redaction.clean([key: ["cookie", "monster"]] as JSON.Object) != nil) == isList, "\(key)")
    }
  }
}

@Suite struct EventIDTests {
  @Test func digitsStandWhereTheyBelong() {
    var luck = Seeded(3)
    for index in 0..<500 {
      let ids = EventIDs(now: noon + .microseconds(Int64.random(in: 0...1 << 50, using: &luck)), random: luck.next())
      let id = ids.uuid(index)
      let micros = UInt64(ids.now.microseconds) + UInt64(index)
      let high = String((micros / 1_000) << 16 | 0x7000 | (micros % 1_000) * 4_096 / 1_000, radix: 16)
      let low = String(0x8000_0000_0000_0000 | ids.random >> 2, radix: 16)
      let digits = Array(String(repeating: "0", count: 16 - high.count) + high + low)
      let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
      #expect(id == parts.joined(separator: "-"))
    }
  }

  /// What has no id gets one of its own, wherever it stands in a request.
  @Test func noTwoEventsOfARequestShareOne() throws {
    let one = #"{"text":"x"}"#
    let ids = try decode("[\(one),{\"text\":\"x\",\"id\":\"own\"},\(one),\(one)]").get().map(\.id)
    #expect(Set(ids).count == 4 && ids[1] == "own" && ids[0] < ids[2] && ids[2] < ids[3])
    let lines = try decode("\(one)\n\n\(one)\n\(one)", "application/x-ndjson").get().map(\.id)
    #expect(Set(lines).count == 3 && lines == lines.sorted())
  }
}
