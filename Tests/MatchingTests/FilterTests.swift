import Bellhop
import TestSupport
import Testing

@testable import Matching

@Suite struct FilterTests {
  private static let event = Event(
    id: "1", sender: "shop", source: "shop/eu", type: "payment.failed", subject: "Jane \"J\" Doe, 5*",
    severity: .error, time: Timestamp(seconds: 1_800_000_000), text: "Card DECLINED for Zoë",
    data: [
      "amount": .int(120), "rate": .double(0.5), "host": "db1.example.com", "order": "0123", "code": "42", "paid": .bool(false),
      "note": .null, "tags": ["new", "vip"], "user": ["id": .int(7)], "Ünïcode": "x",
    ])

  private func takes(_ text: String) throws -> Bool { try FilterText.parse(text).matches(Self.event) }

  private func mistake(_ text: String, _ extras: Set<FilterText.Extra> = []) -> FilterMistake? {
    do throws(FilterMistake) {
      _ = try FilterText.parse(text, allowing: extras)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    "", "  ", "type:payment.failed", "type:payment.*", "type:**", "type:a,payment.failed", "sender:shop", "source:shop/*", "severity:error",
    "severity:warning+", "severity:info,error", "-severity:critical", "data.amount>100", "data.amount>=120", "data.amount<120.5",
    "data.amount<=120", "data.amount:120", "data.amount:120.0", "data.rate:0.5", "data.host:db1.example.com", "data.host:db1.*.com",
    "data.order:0123", "data.order:\"0123\"", "data.code:42", "data.code:\"42\"", "data.paid:false", "data.note:null", "data.tags:vip",
    "data.tags:vip data.tags:new", "data.user.id:7", "data.Ünïcode:x", "-data.gone:x", "declined", "DECLINED", "\"card declined\"",
    "zoë", "ZOË", "jane", "vip", "db1.EXAMPLE", "-refund", "-\"declined card\"", "type:payment.failed severity:error+ card",
    "zoe", "zoe\u{301}", "decl*", "-declin", "payment", "shop/eu", "120", "0.5", "1", "db1.exa*", "card-declined", "\"doe 5\"",
    #"subject:"Jane \"J\" Doe, 5*""#, "subject:**", "-subject:\"Jane*\"", "\ttype:payment.failed\n",
  ])
  func whatMatches(text: String) throws { #expect(try takes(text)) }

  @Test(arguments: [
    "type:payment", "type:\"payment.*\"", "-type:payment.*", "type:payment.failed -card", "severity:critical", "severity:error+ sender:x",
    "data.amount>120", "data.amount<120", "data.amount:\"120\"", "data.gone:x", "data.gone<5", "data.host>1", "data.order:123",
    "data.tags:old", "card declined refund", "\"declined card\"", "subject:jane", "declin", "eclined", "zo", "\"zoe 120\"",
    "\"doe declined\"", "tags", "false",
    "-decl*", "critical", "subject:\"Jane \\\"J\\\" Doe, 5\"",
  ])
  func whatDoesNot(text: String) throws { #expect(try !takes(text)) }

  @Test func moreThanTheEvent() throws {
    let filter = try FilterText.parse(
      "role:devops,finance row:\"critical server errors\" since:24h until:2026-11-23T09:30:00Z state:dead type:x",
      allowing: Set(FilterText.Extra.allCases))
    #expect(filter.roles == ["devops", "finance"] && filter.rows == ["critical server errors"] && filter.states == ["dead"])
    let now = Timestamp(seconds: 1_800_000_000)
    #expect(filter.since?.moment(now: now) == now - .seconds(86_400))
    #expect(filter.until?.moment(now: now) == Timestamp(rfc3339: "2026-11-23T09:30:00Z"))
    #expect(filter.match == .type([Glob("x")]) && filter.phrases.isEmpty)
  }

  @Test func whatTakesEverything() throws {
    for text in ["", "type:**", "severity:debug+", "source:** sender:**", "-severity:error type:**"] {
      #expect(try FilterText.parse(text).takesEveryEvent == !text.hasPrefix("-"), "\(text)")
    }
    #expect(try !FilterText.parse("a").takesEveryEvent)
    #expect(try !FilterText.parse("subject:**").takesEveryEvent)  // Some events have none.
  }

  /// Each with the place, what is said, and a piece of the hint.
  @Test(arguments: [
    ("type:a tpye:b", 7, 4, "there is no key tpye", "did you mean type?"),
    ("type:a severty:error", 7, 7, "there is no key severty", "did you mean severity?"),
    ("severity:eror", 9, 4, "eror is not a severity", "did you mean error?"),
    ("severity:eror+", 9, 5, "eror+ is not a severity", "did you mean error+?"),
    ("severity:>=error", 9, 7, ">=error is not a severity", "did you mean error+?"),
    ("severity>=error", 0, 10, ">= compares numbers of data only", "severity:error+"),
    ("type=a", 4, 1, "= is not used here", "type:value"),
    ("type: a", 0, 5, "type: has no value", "without a space"),
    ("data.amount > 5", 12, 1, "there is no key in front of this", "without spaces"),
    ("data.amount>much", 12, 4, "much is not a number", "data.amount>100"),
    ("data.amount>\"5\"", 12, 3, "5 is not a number", "compares numbers"),
    ("data..x:1", 0, 7, "a part of the path is empty", "data.KEY"),
    ("data:1", 0, 4, "data wants a path", "data.KEY:value"),
    ("date.x:1", 0, 6, "there is no key date.x", "did you mean data.x?"),
    ("http://x/y", 0, 4, "there is no key http", "in quotes"),
    ("\"open", 0, 1, "the quote is not closed", "add \""),
    ("subject:\"a\"b", 11, 1, "something stands right behind the quote", "comma"),
    ("\"a\"b", 3, 1, "something stands right behind the quote", "space"),
    ("subject:a\"b", 9, 1, "a quote begins inside a value", "whole value"),
    ("a\"b", 1, 1, "a quote begins inside a word", "quotes"),
    ("\"a\\n\"", 2, 1, "\\ stands before neither", "\\\\"),
    ("“card declined”", 0, 1, "“ is no quote here", "instead"),
    ("subject:„x“", 8, 1, "„ is no quote here", "instead"),
    ("type:a,,b", 7, 1, "there is nothing between the commas", "remove one"),
    ("- type:a", 0, 1, "- leaves out nothing", "in front of a term"),
    ("role:devops", 0, 4, "role cannot be asked here", "there are type"),
    ("type:a type:b", 0, 13, "no event can match this", "comma between"),
    ("severity:error severity:info", 0, 28, "no event can match this", "comma between"),
    ("\"\"", 0, 2, "the phrase is empty", ""), ("a ...", 2, 3, "... has no word in it", "letters and digits"),
    ("*", 0, 1, "* has no word in it", "letters"), ("a pay*ment", 5, 1, "* stands at the end of a word only", "fail*"),
    ("pay.*", 4, 1, "* stands right behind a letter or digit only", "type:job.*"), ("🎉", 0, 1, "🎉 has no word in it", "letters"),
  ])
  func mistakes(text: String, offset: Int, length: Int, what: String, hint: String) throws {
    let mistake = try #require(self.mistake(text))
    #expect(mistake.offset == offset && mistake.length == length, "\(text): \(mistake.offset), \(mistake.length)")
    #expect(
      mistake.description.hasPrefix(what) && (hint.isEmpty || mistake.hint?.contains(hint) == true),
      "\(text): \(mistake) \(mistake.hint ?? "")")
  }

  @Test func mistakesOfExtras() {
    let all = Set(FilterText.Extra.allCases)
    #expect(mistake("-role:a", all)?.description == "role cannot be left out")
    #expect(mistake("role:a role:b", all)?.description == "role stands there twice")
    #expect(mistake("since:yesterday", all)?.description == "yesterday is not a time")
    #expect(mistake("since>5", all)?.description == "> compares numbers of data only")
    #expect(mistake("state:daed", all)?.hint?.contains("did you mean dead?") == true && mistake("state:dead,unrouted", all) == nil)
    #expect(mistake("rol:a", [.role])?.hint?.contains("did you mean role?") == true)
  }

  @Test func theLineUnderThePlace() throws {
    let text = "type:a tpye:b"
    #expect(try #require(mistake(text)).caret(in: text) == "type:a tpye:b\n       ^^^^")
    let long = String(repeating: "x ", count: 60) + "tpye:b " + String(repeating: "y ", count: 200)
    #expect(mistake(long)?.description.contains("more than 64 terms") != true)
    let far = "\"" + String(repeating: "x", count: 200) + "\" tpye:b"
    let lines = try #require(mistake(far)).caret(in: far).split(separator: "\n").map(Array.init)
    #expect(lines.count == 2 && lines[0].count <= 122)
    #expect(lines[1].indices.filter { lines[1][$0] == "^" }.map { lines[0][$0] } == Array("tpye"))
  }

  @Test func limits() {
    #expect(mistake(String(repeating: "x", count: 2_049))?.description == "the filter is longer than 2048 bytes")
    #expect(mistake(String(repeating: "x ", count: 65))?.description == "there are more than 64 terms")
    #expect(mistake(String(repeating: "x ", count: 64)) == nil)
  }

  /// A hostile text is looked at once: this would take minutes otherwise.
  @Test(.timeLimit(.minutes(5))) func phrasesTakeLinearTime() throws {
    var event = Self.event
    event.text = String(repeating: "a ", count: 500_000)
    #expect(try !FilterText.parse("\"" + String(repeating: "a ", count: 1_000) + "b\"").matches(event))
    event.text = String(repeating: "e\u{301}\u{323}\u{5B0}", count: 200_000)
    #expect(try !FilterText.parse("nowhere").matches(event))
  }

  /// What is made of an event is a filter, and means that event and no other.
  @Test func likeAnEvent() throws {
    var luck = Seeded(20_261_126)
    let letters = Array("aB9 .:*\"\\,-<>=\n\t“ü🎉'+/@%\u{202E}").map(String.init)
    for _ in 0..<2_000 {
      func word() -> String { (0..<Int.random(in: 1...12, using: &luck)).map { _ in letters.randomElement(using: &luck) ?? "" }.joined() }
      let type = word()
      let subject = Bool.random(using: &luck) ? word() : nil
      let event = Event(id: "1", sender: "s", source: "s", type: type, subject: subject, time: Timestamp(seconds: 0))
      let filter = try FilterText.parse(FilterText.like(event))
      #expect(filter.matches(event))
      var other = event
      other.type += "x"
      #expect(!filter.matches(other))
      guard subject != nil else { continue }
      other = event
      other.subject = (subject ?? "") + "x"
      #expect(!filter.matches(other))
    }
    #expect(FilterText.like(type: "payment.failed", subject: "jane@example.com") == "type:payment.failed subject:jane@example.com")
    #expect(FilterText.like(type: "a b", subject: #"x"\*"#) == #"type:"a b" subject:"x\"\\*""#)
    #expect(FilterText.like(type: "a", subject: "") == "type:a")
    // A quote in front of a combining mark is one character with it, and ends the text all the same.
    let marked = Event(id: "1", sender: "s", source: "s", type: "\"\"\u{748}", subject: "\\\u{301}", time: Timestamp(seconds: 0))
    #expect(try FilterText.parse(FilterText.like(marked)).matches(marked))
    let longest = String(repeating: "\"", count: 512)
    #expect(throws: Never.self) { try FilterText.parse(FilterText.like(type: String(repeating: "*", count: 128), subject: longest)) }
  }

  /// Nothing that is typed brings it down, and each mistake has a place in the line.
  @Test func anythingMayBeTyped() {
    var luck = Seeded(7)
    let pieces = [
      "type", ":", "\"", "\\", "-", ",", " ", ">", "<=", "=", "data.", "severity", "error+", "*", "5", "role", "x", "\u{0}", "é",
    ]
    for _ in 0..<5_000 {
      let text = (0..<Int.random(in: 0...20, using: &luck)).map { _ in pieces.randomElement(using: &luck) ?? "" }.joined()
      guard let mistake = self.mistake(text, [.role]) else { continue }
      let count = text.unicodeScalars.count
      #expect(mistake.offset >= 0 && mistake.offset <= count && mistake.offset + mistake.length <= count + 1, "\(text)")
      #expect(mistake.caret(in: text).split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    }
  }
}
