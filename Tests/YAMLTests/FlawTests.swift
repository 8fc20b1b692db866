import Testing
import YAML

@Suite struct FlawTests {
  /// The text, the place and the beginning of the sentence.
  static let cases: [(String, Int, Int, String)] = [
    ("a: 1\nb: 2\na: 3", 3, 1, "the key \"a\" stands twice; the first is on line 1"),
    ("a: 1\n\"a\": 3", 2, 1, "the key \"a\" stands twice"),
    ("a: {<<: {b: 1}, <<: {b: 1}}", 1, 17, "the key \"<<\" stands twice"),
    ("a: *x", 1, 4, "the alias *x has no anchor &x before it"),
    ("a: *x\nx: &x 1", 1, 4, "the alias *x has no anchor"),
    ("a: &x [1, *x]", 1, 11, "the alias *x stands inside its own anchor"),
    ("a: &x {b: {c: *x}}", 1, 15, "the alias *x stands inside its own anchor"),
    ("<<: 1", 1, 5, "<< merges mappings"),
    ("<<: [{a: 1}, b]", 1, 14, "<< merges mappings"),
    ("a: 1\n---\nb: 2", 2, 1, "a second document starts here"),
    ("a: !env X", 1, 4, "the tag !env is not known"),
    ("a: !!set {x}", 1, 4, "the tag !!set is not known"),
    ("a: !x!y 1", 1, 4, "a value starts with `!`"),
    ("a:\n\tb: 1", 2, 1, "a tab stands where"),
    ("a:\n  b: 1\n\tc: 1", 3, 1, "a tab stands where"),
    ("a: |\n\tb", 2, 1, "a tab stands where"),
    ("a: *.failed", 1, 4, "a `*` without quotes is an alias"),
    ("a: {t: *.failed}", 1, 8, "a `*` without quotes is an alias"),
    ("a: >=error", 1, 4, "a `>` without quotes begins a block"),
    ("a: { s: >=error }", 1, 9, "a value cannot start with `>`"),
    ("a: @x", 1, 4, "a value cannot start with `@`"),
    ("a: `x`", 1, 4, "a value cannot start with a backtick"),
    ("a: {{x}} y", 1, 4, "`{{` without quotes opens two mappings"),
    ("a: :bell:", 1, 4, "a value between colons is a key"),
    ("a: { i: :bell: }", 1, 9, "a value between colons is a key"),
    ("a: { c: #x }\nb: 1", 1, 9, "`#x` without quotes is a comment"),
    ("a: [#x, y]\nb: 1", 1, 5, "`#x` without quotes is a comment"),
    ("a: { t: ${X} }", 1, 9, "`${` without quotes opens a mapping inside"),
    ("a: { b: { t: ${X} }, c: 1 }", 1, 14, "`${` without quotes opens a mapping inside"),
    ("a: { b: [${X}, ${Y}], c: 1 }", 1, 10, "`${` without quotes opens a mapping inside"),
    ("a: { b: 1,\n  u: https://x/${X}/y }", 2, 6, "`${` without quotes opens a mapping inside"),
    ("a: { t: {{x}} y }", 1, 9, "`{{` without quotes opens two mappings"),
    ("a: { t: New {{x}} }", 1, 9, "`{{` without quotes opens two mappings"),
    ("a: { t: Error: full }", 1, 9, "a `:` and a blank make a key"),
    ("a: [::1]:8484", 1, 4, "`[` without quotes begins a list"),
    ("a: { l: [::1]:8484 }", 1, 9, "`[` without quotes begins a list"),
    ("a: \"x", 1, 4, "a quote is opened here and never closed"),
    ("a: 'x\n", 1, 4, "a quote is opened here and never closed"),
    ("a: \"\\q\"", 1, 5, "the backslash begins no escape"),
    ("a: b: c", 1, 4, "a `:` and a blank make a key"), ("a: b\n  c: d", 2, 4, "a `:` makes a key where none can stand"),
    ("a: 1\nb: \"x\" y", 2, 8, "this does not continue the mapping of line 1"),
    ("a:\n  - x\n  y: 1", 3, 3, "this does not continue the list of line 2"),
    ("a: [1, 2\nb: 3", 1, 4, "the `[` is not closed"),
    ("a: {b: 1", 1, 4, "the `{` is not closed"),
    ("a: 1\nb\nc: 1", 3, 1, "the key of line 2 has no `:`"),
    ("%YAML 3.0\n---\na", 1, 1, "the file says it is another version"),
    ("a: \u{7}", 1, 4, "the character U+0007 is not allowed"),
    ("a\u{0}", 1, 2, "the character U+0000 is not allowed"),
    ("a: \u{FEFF}", 1, 4, "the character U+FEFF is not allowed"),
    ("a: 1\nb:\u{A0}2", 2, 3, "the character U+00A0 is no blank to YAML"),
    ("a:\n  b: 1\nc:\u{3000}d", 3, 3, "the character U+3000 is no blank to YAML"),
    // In a text it is one.
    ("a: \"1\u{A0}km\"\nb\nc: 1", 3, 1, "the key of line 2 has no `:`"),
  ]

  @Test(arguments: cases.indices) func sentence(index: Int) throws {
    let (text, line, column, beginning) = Self.cases[index]
    let flaw = try #require(Document(parsing: text).flaws.first, "\(text)")
    #expect(flaw.mark == Position(line: line, column: column), "\(text): \(flaw)")
    #expect(flaw.problem.hasPrefix(beginning), "\(text): \(flaw)")
  }

  /// The mend holds the value and nothing of what stands around it.
  @Test(arguments: [
    ("{ use: slack, token: ${SLACK_TOKEN} }", #"quote the whole value: "${SLACK_TOKEN}""#),
    ("- { to: log, text: {{subject}} is down }", #"quote the whole value: "{{subject}} is down""#),
    ("- { text: {{subject}} is down, to: log }", #"quote the whole value: "{{subject}} is down""#),
    ("- { text: {{a}}, {{b}} x, to: log }", #"quote the whole value: "{{a}}, {{b}} x""#),
    ("{ data.items[0].id: 5 }", #"quote the key: "data.items[0].id""#),
    ("- { to: log, text: New {{subject}} }", #"quote the whole value: "New {{subject}}""#),
    ("- { to: log, text: Error: disk full }", #"quote the whole value: "Error: disk full""#),
    ("- text: Error: disk full", #"quote the whole value: "Error: disk full""#),
    ("a: {{subject}} is down", #"quote the whole value: "{{subject}} is down""#),
    ("{ >=: 5 }", #"quote it: ">=""#), ("a: [::1]:8484", #"quote it: "[::1]:8484""#), ("{ l: [::1]:8484 }", #"quote it: "[::1]:8484""#),
    ("{ c: #x }\nb: 1", ##"quote it: "#x""##),
  ])
  func mend(text: String, hint: String) throws {
    #expect(try #require(Document(parsing: text).flaws.first).hint == hint, "\(Document(parsing: text).flaws)")
  }

  /// It is not a character of the first key.
  @Test func aByteOrderMarkHasNoColumn() {
    let document = Document(parsing: "\u{FEFF}a:\n  b: 1\nc: 2\n")
    #expect(document.flaws.isEmpty && document.root?["a"]?["b"]?.scalar?.int == 1 && document.root?["c"]?.scalar?.int == 2)
    #expect(document.root?.mapping?.first?.key.mark == Position(line: 1, column: 1))
    #expect(Document(parsing: "\u{FEFF}a: *x").flaws.first?.mark == Position(line: 1, column: 4))
  }

  /// What stands under the second of two keys is read too.
  @Test func theSecondOfTwoKeysIsLookedAt() {
    let document = Document(parsing: "a: { x: 1 }\na: { x: 2, y: 3 }\nl: [1]\nl: [2]")
    #expect(document.flaws.count == 2)
    #expect(document.root?["a"]?["x"]?.scalar?.int == 1 && document.root?["a"]?["y"]?.scalar?.int == 3)
    #expect(document.root?["l"]?.sequence?.count == 2)
  }

  @Test func tooManyValuesSpeakOfAliasesOnlyWhereThereAreSome() {
    func problem(_ text: String) -> String? { Document(parsing: text, limits: DocumentLimits(nodes: 5)).flaws.first?.problem }
    #expect(problem("[1, 2, 3, 4, 5, 6]") == "the document has more than the 5 values that are read")
    #expect(problem("[&a [1, 2], *a]")?.contains("aliases") == true)
  }

  @Test func readingGoesOnWhereItCan() {
    let document = Document(parsing: "a: *x\na: 1\nb: !foo 1\nc: *y\nd: 4")
    #expect(document.flaws.map(\.mark.line) == [1, 2, 3, 4])
    #expect(document.root?["d"]?.scalar?.int == 4)
    #expect(document.root?["c"]?.content == .flawed)
  }

  @Test func encodings() {
    func flaw(_ bytes: [UInt8]) -> String? {
      Document(parsing: bytes).flaws.first.map { "\($0.mark.line):\($0.mark.column) \($0.problem)" }
    }
    #expect(flaw([0x61, 0x0A, 0x62, 0xFF]) == "2:2 a byte here is not UTF-8")
    #expect(flaw([0xED, 0xA0, 0x80]) == "1:1 a byte here is not UTF-8")
    #expect(flaw([0xC3]) == "1:1 a byte here is not UTF-8")
    #expect(flaw([0xFF, 0xFE, 0x61, 0x00]) == "1:1 the file is UTF-16")
    #expect(flaw([0xEF, 0xBB, 0xBF, 0x61]) == nil)
  }
}
