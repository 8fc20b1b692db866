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

  @Test func aSignIsANumberToTheBaseOf36() {
    var luck = Seeded(36)
    let numbers =
      [0, 1, 9, 10, 35, 36, 1_295, 1_296, .max]
      + (0..<200).map { _ in UInt64.random(in: 0 ... .max, using: &luck) >> UInt64.random(in: 0...63, using: &luck) }
    for number in numbers { #expect(Self.said { $0.add(sign: "r", number) } == "§r\(String(number, radix: 36)) ") }
  }
}
