import Testing

@testable import Bellhop
@testable import JSONTree

@Suite struct JSONTests {
  /// What a sender wrote is what a vendor reads: in value, and where a double cannot hold it, in text.
  @Test(arguments: [
    "9223372036854775808", "9223372036854775809", "18446744073709551615", "18446744073709551616", "-9223372036854775809",
    "123456789012345678901234567890", "0.12345678901234567890", "-0.12345678901234567890", "3.14159265358979323846", "1e-400",
    "1234567890.12345678901", "0.1000000000000000055511151231257827", "1.7976931348623157e+308",
    "9007199254740993.0", "1.00000000000000000001E5",
  ])
  func numbersKeepTheirDigits(written: String) throws {
    let json = try JSON(parsing: #"{"a":[1,"7",-2.5],"x":\#(written),"b":{"y":[\#(written)]}}"#)
    if Double(written).map({ String($0) }) != written {
      #expect(
        json["x"] == .literal(NumberLiteral(unchecked: written)) && json["b"]?["y"] == .array([.literal(NumberLiteral(unchecked: written))])
      )
    }
    #expect(json["a"] == [1, "7", -2.5] && json["x"]?.plain == written && json["x"]?.double == Double(written))
    #expect(json.text == #"{"a":[1,"7",-2.5],"x":\#(written),"b":{"y":[\#(written)]}}"#)
    #expect(try JSON(parsing: json.text) == json)
  }

  @Test(arguments: [
    ("0", "0"), ("-1", "-1"), ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
    ("1.10", "1.1"), ("12.50", "12.5"), ("1e3", "1000.0"), ("0.30000000000000004", "0.30000000000000004"), ("0.0", "0.0"),
    ("5e-324", "5e-324"),
    ("123456789.123456", "123456789.123456"), ("1.0000000000000000000", "1.0"), ("100000000000000000000000.0", "1e+23"),
  ])
  func ordinaryNumbersStayOrdinary(written: String, printed: String) throws {
    let json = try JSON(parsing: "[\(written)]")
    #expect(json.text == "[\(printed)]")
    if case .array(let elements) = json, case .literal? = elements.first { Issue.record("\(written) needs no text of its own") }
  }

  @Test(arguments: ["1e400", "-1e400", "[1e999]", String(repeating: "9", count: 257), "01", "1.", "+1", "--1", "12345678901234567890123x"])
  func numbersThatAreNone(written: String) { #expect(throws: JSONError.self) { try JSON(parsing: written) } }

  @Test func numbersAreEqualByValue() throws {
    func number(_ text: String) throws -> JSON { try JSON(parsing: text) }
    #expect(
      try number("18446744073709551615") == number("1844674407370955161.5e1")
        && number("18446744073709551615.00") == number("18446744073709551615"))
    #expect(
      try number("18446744073709551615") != number("18446744073709551614")
        && number("-18446744073709551615") != number("18446744073709551615"))
    #expect(Set(try [number("9223372036854775809"), number("9.223372036854775809e18")]).count == 1)
    #expect(try number("9223372036854775809").int == nil && number("9223372036854775809").double == 9_223_372_036_854_775_808)
  }

  /// `JSON.stringify` writes half a character where a string was cut inside one. An event is not lost for it.
  @Test(arguments: [
    (#"cut here \ud83d"#, "cut here \u{FFFD}"), (#"\ud83d"#, "\u{FFFD}"), (#"\ude00 low"#, "\u{FFFD} low"),
    (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
    (#"\uD83D\u0041"#, "\u{FFFD}A"), (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"), (#"\\ud83d"#, #"\ud83d"#),
    (#"\ud83d\ude00 whole"#, "😀 whole"), (#"\"\ud83d\""#, "\"\u{FFFD}\""), (#"\udbff\udfff"#, "\u{10FFFF}"),
    (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"),
  ])
  func halfACharacter(written: String, read: String) throws {
    #expect(try JSON(parsing: #"{"text":"\#(written)"}"#) == ["text": .string(read)])
    #expect(
      try JSON(parsing: #"{"a":[{"\#(written)":["x","\#(written)",18446744073709551616]}]}"#)["a"]?.array?.first?[read]?.array?.count == 3)
  }

  @Test func stringsThatAreBrokenAreRefused() {
    for bad in [#""\ud83"#, #""\ud83d"#, #""\ud8zz""#, #""\x""#, #""\ud83d\""#, #"{"a":"\ud83d","b":}"#] {
      #expect(throws: JSONError.self, "\(bad)") { try JSON(parsing: bad) }
    }
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}".utf8)) == ["a": 1])
    #expect(try JSON(parsing: "\u{FEFF}[0.12345678901234567890]").text == "[0.12345678901234567890]")
    for bad in ["\u{FEFF}", "\u{FEFF}\u{FEFF}1", "1\u{FEFF}"] { #expect(throws: JSONError.self) { try JSON(parsing: bad) } }
  }

  @Test func everyIntegerPrints() {
    for value in [0, 9, 10, -1, -10, 99, 100, 1_000_000, .max, .min, .max - 1] as [Int64] { #expect(JSON.int(value).text == String(value)) }
    #expect(JSON.string("a\"\\\n\r\t\u{1}\u{7F}é").text == #""a\"\\\n\r\t\u0001\u007fé""# && JSON.string("").text == "\"\"")
    #expect(JSON.double(.infinity).text == "null" && JSON.double(1e21).text == "1e+21")
  }

  /// Of every length, plain or with something to escape at any place, as a value and as a key.
  @Test func stringsOfEveryLengthPrint() throws {
    for count in 0...70 {
      let plain = String(repeating: "x", count: count)
      #expect(JSON.string(plain).text == "\"\(plain)\"" && JSON.object([plain: 1]).text == "{\"\(plain)\":1}")
      for at in 0..<count {
        let (head, tail) = (plain.prefix(at), plain.suffix(count - at - 1))
        for (sign, escaped) in [("\"", "\\\""), ("\n", "\\n"), ("\u{7F}", "\\u007f"), ("é", "é")] {
          let text = JSON.object([head + sign + tail: .string(head + sign + tail)]).text
          #expect(text == "{\"\(head)\(escaped)\(tail)\":\"\(head)\(escaped)\(tail)\"}")
        }
      }
    }
  }

  /// A string is the same however it was written, among ASCII and among other letters.
  @Test(arguments: [
    ("é", #"\u00e9"#), ("A", #"\u0041"#), ("é", "é"), ("plain", "plain"),
    ("a longer text than a word has room for", "a longer text than a word has room for"),
    ("tab\tquote\"", #"tab\tquote\""#), ("a longer text with a letter: é", #"a longer text with a letter: \u00E9"#), ("\u{0}", #"\u0000"#),
    ("😀", "😀"), ("", ""),
  ])
  func lettersAreRead(text: String, written: String) throws {
    for around in ["", "é"] {
      let json = try JSON(parsing: #"{"\#(written)":["\#(written)","\#(around)"]}"#)
      #expect(json == [text: [.string(text), .string(around)]])
      let read = try #require(json[text]?.array?.first?.string)
      #expect(
        Array(read.utf8) == Array(text.utf8) && read.hashValue == text.hashValue && read.unicodeScalars.elementsEqual(text.unicodeScalars))
    }
  }

  @Test func drawnNumbersDiffer() {
    let luck = BufferedRandom()
    let drawn = (0..<2_000).map { _ in luck.next() }
    #expect(Set(drawn).count == 2_000 && drawn.reduce(0, |) == .max && drawn.reduce(.max, &) == 0)
  }
}
