import Testing

@testable import Bellhop
@testable import JSONTree

/// Texts are looked at by words of eight bytes: whatever stands wherever in them, it comes out as if each character were looked at.
@Suite struct FastWayTests {
  /// Texts of every length around a word and two, plain but for one character at each place; and some drawn from all of Unicode.
  private static let texts: [String] = {
    var luck = Draw(state: 7)
    let odd = (0..<0x100).compactMap(Unicode.Scalar.init).map(Character.init) + ["\u{61C}", "\u{200E}", "\u{2028}", "\u{202E}", "\u{2066}"]
    var texts: [String] = []
    for length in 0...18 {
      texts.append(String(repeating: "x", count: length))
      for place in 0..<length {
        for character in odd {
          var plain = (0..<length).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0x20...0x7E, using: &luck))) }
          plain[place] = character
          texts.append(String(plain))
        }
      }
    }
    for _ in 0..<5_000 {
      let most: UInt32 = [0x7F, 0x100, 0x3000, 0x10FFFF].randomElement(using: &luck) ?? 0x7F
      let scalars = (0..<Int.random(in: 0..<70, using: &luck)).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...most, using: &luck)) }
      texts.append(String(String.UnicodeScalarView(scalars)))
    }
    return texts
  }()

  private struct Draw: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  /// The text in JSON, character by character.
  private func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\0"..<" ", "\u{7F}": out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  @Test func everyTextIsPrintedAsItsCharactersAre() throws {
    #expect(Self.texts.count > 40_000)
    for text in Self.texts {
      let printed = quoted(text)
      guard Array(JSON.string(text).bytes) == Array(printed.utf8) else {
        return #expect(JSON.string(text).text == printed)
      }
    }
  }

  @Test func plainIsWhatHasNothingButVisibleASCII() {
    for text in Self.texts {
      let isPlain = text.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }
      guard text.isPlain == isPlain, Substring(("é" + text).unicodeScalars.dropFirst()).isPlain == isPlain else {
        return #expect(Bool(false), "\(text.debugDescription)")
      }
    }
  }

  @Test func plainTextsAreLeftAsTheyAreAndOthersAreCleaned() {
    func turns(_ scalar: Unicode.Scalar) -> Bool {
      [0x61C, 0x200E, 0x200F].contains(scalar.value) || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
    func cleaned(_ text: String, _ isOut: (Unicode.Scalar) -> Bool) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.filter { !isOut($0) }))
    }
    func isHidden(_ scalar: Unicode.Scalar) -> Bool {
      turns(scalar)
        || scalar.value != 9 && scalar.value != 10 && (scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value || scalar.value == 0xFEFF)
    }
    for text in Self.texts {
      let undirected = cleaned(text, turns)
      let line = cleaned(text.split { $0.isNewline || $0 == "\t" }.joined(separator: " "), \.isHiddenCommand)
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      let nodes = lines.map { $0.isEmpty ? [] : [Text.Node.text(String($0))] }.joined(separator: [.line])
      guard Text.undirected(text) == undirected, Text([.text(text)]).undirected == Text([.text(undirected)]),
        text.readable == cleaned(text, \.isHiddenCommand), text.readableLine == line, Text(literal: text).nodes == Array(nodes),
        Text.clean(text) == cleaned(text, isHidden)
      else { return #expect(Bool(false), "\(text.debugDescription)") }
    }
  }

  /// Whatever room there was to begin with.
  @Test func anObjectIsPrintedAsItWouldBeBuilt() {
    let texts = Self.texts.suffix(400)
    for room in [0, 1, 7, 64, 4_096] {
      var printer = ObjectPrinter(reserving: room)
      var built: JSON.Object = [:]
      var inner: JSON.Object = [:]
      for (index, text) in texts.enumerated() {
        let value: JSON = [.string(text), .int(Int64(index) * 1_000_003 - 7), .double(Double(index) / 3), .bool(index % 2 == 0), .null]
        inner.members += [.init("text", .string(text)), .init("none", .null), .init("value", value), .init("data", .object([text: value]))]
      }
      printer.nest("inner") { printer in
        for member in inner.members {
          switch (member.key, member.value) {
          case ("text", let value): printer.add("text", value.string)
          case ("none", _): printer.add("none", String?.none)
          case ("data", .object(let object)): printer.add("data", object)
          case (_, let value): printer.add("value", value)
          }
        }
      }
      printer.add("last", "x")
      built.members = [.init("inner", .object(inner)), .init("last", "x")]
      let begun = printer.bytes
      printer.end()
      #expect(printer.bytes == JSON.object(built).bytes && printer.bytes.dropLast() == begun[...])
      var behind = Array("before".utf8)
      built.write(to: &behind)
      #expect(behind == Array("before".utf8) + printer.bytes)
    }
  }
}
