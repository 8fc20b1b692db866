import Bellhop
import TestSupport
import Testing

@testable import Matching

/// Lines are written by bytes, most words a byte at a time: here they are read once more as plainly as can be.
@Suite struct WordLineTests {
  /// One character after the other, by what it is to a word.
  private static func plainly(_ text: String) -> [String] {
    var words = [[Unicode.Scalar]()]
    var isFull = false
    func put(_ value: UInt32) {
      guard let scalar = Unicode.Scalar(value), !isFull else { return }
      let length = words[words.count - 1].reduce(0) { $0 + UTF8.width($1) }
      if length + UTF8.width(scalar) > EventWords.maximumLength { isFull = true } else { words[words.count - 1].append(scalar) }
    }
    func end() {
      words.append([])
      isFull = false
    }
    for scalar in text.unicodeScalars {
      switch WordLetters.part(scalar.value) {
      case .none: end()
      case .dropped: break
      case .letter(let letter): put(letter)
      case .alone(let letter):
        end()
        put(letter)
        end()
      case .several(let letters):
        for letter in letters {
          if WordLetters.isAlone(letter) { end() }
          put(letter)
          if WordLetters.isAlone(letter) { end() }
        }
      }
    }
    return words.filter { !$0.isEmpty }.map { word in
      var text = ""
      text.unicodeScalars.append(contentsOf: word)
      return text
    }
  }

  private static func said(_ write: (inout WordLine) -> Void) -> String {
    var line = WordLine()
    write(&line)
    return String(decoding: line.bytes, as: UTF8.self)
  }

  /// Mostly ASCII as people write it, or all of Unicode, with words as long as they get.
  private static func text(_ luck: inout Seeded) -> String {
    let tops: [UInt32] = luck.pick([[0x80], [0x80, 0x80, 0x80, 0x250], [0x80, 0x250, 0x3200, 0x1_0000, 0x11_0000]])
    var text = ""
    for _ in 0..<luck.pick([0, 1, 2, 7, 8, 9, 15, 16, 17, 40]) {
      if luck.chance(3) {
        text += String(repeating: luck.pick(["a", "Z9", "é", "aé", "東", "\u{301}"]), count: Int.random(in: 60...130, using: &luck))
      }
      if luck.chance(20) { text += luck.pick([" ", ", ", "-", "\u{0}", "…", "é", "\u{301}", "𝒳", "¶", "§"]) }
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<luck.pick(tops), using: &luck)) { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyTextIsReadAsIfPlainly(seed: UInt64) {
    var luck = Seeded(seed)
    for _ in 0..<3_000 {
      let text = Self.text(&luck)
      #expect(
        EventWords.all(in: text).map { Array($0.utf8) } == Self.plainly(text).map { Array($0.utf8) },
        "seed \(seed): \(text.debugDescription)")
    }
  }

  /// Wherever the first character that is not ASCII stands, and wherever a word ends.
  @Test func lengthsAroundTheLongestWord() {
    for length in [0, 1, 7, 8, 9, 126, 127, 128, 129, 130, 255, 256, 257, 300, 1_000] {
      for tail in ["", " ", " b", "é", "é b", " é", "\u{301}", "東", "b", "-b-"] {
        for head in ["", " ", "x ", "é ", "é"] {
          let text = head + String(repeating: "A", count: length) + tail
          #expect(EventWords.all(in: text) == Self.plainly(text), "\(head)…\(length)…\(tail)")
        }
      }
    }
  }

  /// What was in it before is not in it any more, however long it was.
  @Test func aLineIsUsedAgain() {
    var luck = Seeded(5)
    var line = WordLine()
    for _ in 0..<300 {
      let text = Self.text(&luck)
      let event = Event(
        id: "e", sender: "s", source: "x", type: luck.pick(["a.b", text]), subject: luck.pick([nil, text]), time: Timestamp(seconds: 0),
        text: text)
      line.removeAll()
      line.add(event)
      #expect(line.bytes == EventWords.line(of: event))
      #expect(line.withBytes { Array($0) } == line.bytes)
    }
  }

  private static func value(_ depth: Int, _ luck: inout Seeded) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 12 : 10), using: &luck) {
    case 0, 1, 2: .string(text(&luck))
    case 3: .string(luck.pick(["", "a\"b", "\\", "\\\\\"", "{\"no\":1}", "tab\tend", "\u{1}", "4:5", "a:b"]))
    case 4: .int(luck.pick([0, -1, 7, 4711, 100, .max, .min, Int64.random(in: .min ... .max, using: &luck)]))
    case 5: .double(luck.pick([0, -0.0, 5, 1.5, 100, 1e16, 1e300, 1e-7, -12.75, 0.1, 0.10, 20.5, 1e15, 123456789.5]))
    case 6: .double(Double.random(in: -1e6...1e6, using: &luck))
    case 7:
      (try? JSON(
        parsing: luck.pick(["1.50000000000000000000", "18446744073709551616", "0.30000000000000000001", "123456789012345678901234567890"])))
        ?? .null
    case 8: luck.pick([.null, .bool(true), .bool(false)])
    case 9: .array([])
    case 10: .array((0..<Int.random(in: 0...4, using: &luck)).map { _ in value(depth - 1, &luck) })
    default: .object(object(depth - 1, &luck))
    }
  }

  private static func object(_ depth: Int, _ luck: inout Seeded) -> JSON.Object {
    JSON.Object(
      (0..<Int.random(in: 0...4, using: &luck)).map { _ in .init(luck.pick(["key", "", "a b", "é", "q\"", "\\", ":"]), value(depth, &luck))
      })
  }

  /// As the data are kept, and as somebody else may have written them.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func theTextOfDataSaysWhatTheirTreeSays(seed: UInt64) {
    var luck = Seeded(seed)
    for _ in 0..<2_000 {
      var event = Event(id: "e", sender: "s", source: "x", type: "t", time: Timestamp(seconds: 0), text: "hi", data: Self.object(3, &luck))
      let line = EventWords.line(of: event)
      let text = JSON.object(event.data).text
      event.data = [:]
      #expect(Self.said { $0.add(event, data: Array(text.utf8)) } == String(decoding: line, as: UTF8.self), "seed \(seed): \(text)")
    }
  }

  @Test func spacesInTheTextOfDataSayNothing() {
    let event = Event(id: "e", sender: "s", source: "x", type: "t", time: Timestamp(seconds: 0), text: "hi")
    let text = "{ \"key\" :\n\"value\" , \"list\"\t: [ 1.50 , -2 , 1e3, true , \"caf\\u00e9\" ] }"
    #expect(Self.said { $0.add(event, data: Array(text.utf8)) } == " hi ¶ e ¶ x ¶ t ¶ value ¶ 1 5 ¶ 2 ¶ 1000 ¶ cafe ¶ ")
  }

  /// A disk may have damaged what is kept: it is read as far as it goes, and what is written is UTF-8 all the same.
  @Test func damagedDataAreReadAsFarAsTheyGo() {
    let event = Event(id: "e", sender: "s", source: "x", type: "t", time: Timestamp(seconds: 0), text: "hi")
    var luck = Seeded(9)
    for _ in 0..<3_000 {
      var bytes = Array(JSON.object(Self.object(2, &luck)).text.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &luck) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &luck)
        if luck.chance(30) {
          bytes.removeSubrange(at...)
        } else {
          bytes[at] = luck.pick([0xFF, 0xF0, 0xE2, 0xC3, 0x80, 0x22, 0x5C, 0x2D, 0x3A, 0x7B])
        }
      }
      var line = WordLine()
      line.add(event, data: bytes)
      #expect(String(validating: line.bytes, as: UTF8.self) != nil && line.bytes.starts(with: " hi ¶ e ¶ x ¶ t ¶ ".utf8), "\(bytes)")
    }
  }

  @Test func aSignIsANumberToTheBaseOf36() {
    var luck = Seeded(36)
    let numbers =
      [0, 1, 9, 10, 35, 36, 1_295, 1_296, .max]
      + (0..<200).map { _ in UInt64.random(in: 0 ... .max, using: &luck) >> UInt64.random(in: 0...63, using: &luck) }
    for number in numbers { #expect(Self.said { $0.add(sign: "r", number) } == "§r\(String(number, radix: 36)) ") }
  }
}
