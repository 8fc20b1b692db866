import Testing
import YAML

/// Reads a text that must be without flaws.
func tree(_ text: String) throws -> YAMLNode {
  let document = Document(parsing: text)
  #expect(document.flaws.isEmpty, "\(document.flaws)")
  return try #require(document.root)
}

@Suite struct TreeTests {
  @Test func placesStartAtOne() throws {
    let root = try tree("# héllo\nä: {b: [1, \"zwei\"]}\n")
    let a = try #require(root.mapping?.first)
    #expect(a.key.mark == Position(line: 2, column: 1))
    #expect(a.value.mark == Position(line: 2, column: 4))
    let list = try #require(a.value["b"]?.sequence)
    #expect(list.map(\.mark) == [Position(line: 2, column: 9), Position(line: 2, column: 12)])
    #expect(list.map { $0.scalar?.isPlain } == [true, false])
  }

  @Test func orderIsKept() throws {
    let root = try tree("b: 1\na: 2\nc: 3")
    #expect(root.mapping?.map { $0.key.scalar?.text } == ["b", "a", "c"])
  }

  @Test func emptyTextIsNull() throws {
    for text in ["", "\n", "# nothing\n", "---\n", "\u{FEFF}"] { #expect(try tree(text).isNull, "\(text)") }
  }

  @Test func coreSchema() throws {
    func scalar(_ text: String) throws -> Scalar { try #require(try tree("a: \(text)")["a"]?.scalar) }
    for text in ["", "~", "null", "Null", "NULL"] { #expect(try scalar(text).isNull) }
    for text in ["'~'", "\"\"", "nil", "none"] { #expect(try !scalar(text).isNull) }
    for text in ["on", "off", "yes", "no", "y", "n", "'true'", "tRUE", "1"] { #expect(try scalar(text).bool == nil, "\(text)") }
    #expect(try scalar("True").bool == true && scalar("false").bool == false)
    let ints = ["17": 17, "017": 17, "-3": -3, "+4": 4, "0o17": 15, "0x1F": 31, "9223372036854775807": .max, "-9223372036854775808": .min]
    for (text, int) in ints { #expect(try scalar(text).int == int, "\(text)") }
    for text in ["1_000", "0b1", "1.0", "'1'", "9223372036854775808", "0x-1", "0o8", "1:30", "-0x1", "0x"] {
      #expect(try scalar(text).int == nil, "\(text)")
    }
    #expect(try scalar("017").text == "017")
    for (text, double) in ["1.5": 1.5, "1.": 1, ".5": 0.5, "1e3": 1000, "-2.5E-1": -0.25, ".inf": .infinity, "7": 7] {
      #expect(try scalar(text).double == double, "\(text)")
    }
    #expect(try scalar(".nan").double?.isNaN == true)
    for text in ["nan", "inf", "infinity", "0x1p3", ".", "1e", "e1", "'1.5'", "1.5.2"] {
      #expect(try scalar(text).double == nil, "\(text)")
    }
  }

  @Test func tagsOverrideTheSpelling() throws {
    #expect(try tree("!!str 17").scalar == Scalar("17", isPlain: false))
    #expect(try tree("! 17").scalar == Scalar("17", isPlain: false))
    #expect(try tree("!!int '17'").scalar?.int == 17)
    #expect(try tree("!!map {a: !!seq [1]}")["a"]?.sequence?.count == 1)
  }

  @Test func aliasesKeepThePlaceOfTheirAnchor() throws {
    let root = try tree("a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x")
    #expect(root["b"] == root["a"])
    #expect(root["b"]?.mark == Position(line: 1, column: 4))
    #expect(root["d"]?.scalar?.int == 2)
  }

  @Test func mergeKeys() throws {
    let root = try tree(
      """
      base: &base {a: 1, b: 2}
      other: &other {b: 3, c: 4}
      one: {<<: *base, b: 9}
      two: {z: 0, <<: [*base, *other]}
      text: {"<<": *base}
      """)
    func pairs(_ key: String) -> [String] {
      root[key]?.mapping?.map { "\($0.key.scalar?.text ?? "?")=\($0.value.scalar?.text ?? "?")" } ?? []
    }
    #expect(pairs("one") == ["a=1", "b=9"])
    #expect(pairs("two") == ["z=0", "a=1", "b=2", "c=4"])
    #expect(pairs("text") == ["<<=?"])
  }

  @Test func blocksAndEscapes() throws {
    let root = try tree("a: |\n  x: #y\n  z\nb: >-\n  one\n  two\nc: \"t\\tab\\u00e9\"\nd: 'it''s'")
    #expect(root["a"]?.scalar == Scalar("x: #y\nz\n", isPlain: false))
    #expect(root["b"]?.scalar?.text == "one two")
    #expect(root["c"]?.scalar?.text == "t\tabé")
    #expect(root["d"]?.scalar?.text == "it's")
  }

  @Test func windowsLineEnds() throws {
    let root = try tree("a: 1\r\nb:\r\n  - x\r\n")
    #expect(root["b"]?.sequence?.first?.mark == Position(line: 3, column: 5))
  }
}
