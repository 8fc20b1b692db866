import Bellhop
import Foundation
import TestSupport
import Testing

@testable import Matching

@Suite struct EventWordsTests {
  @Test(arguments: [
    ("Card DECLINED, for Zoë!", ["card", "declined", "for", "zoe"]), ("jane@example.com", ["jane", "example", "com"]),
    ("zoe\u{308} Zoe\u{308}", ["zoe", "zoe"]), ("don't a_b-c.d", ["don", "t", "a", "b", "c", "d"]), ("", []), (" -- 🎉 §¶ ", []),
    ("Straße ÆØ Łódź", ["straße", "æø", "łodz"]), ("ΟΔΌΣ οδός", ["οδοσ", "οδοσ"]), ("Ünïcode Ǆ", ["unicode", "ǆ"]),
    ("東京都", ["東", "京", "都"]), ("a東b", ["a", "東", "b"]), ("カナ", ["カ", "ナ"]), ("한국어", ["한국어".decomposed]), ("ÅNGSTRÖM Å", ["angstrom", "a"]),
    ("soft\u{AD}hyphen join\u{200D}er", ["softhyphen", "joiner"]), ("❤️ 1️⃣", ["1"]), ("İstanbul", ["istanbul"]), ("Việt", ["viet"]),
    ("мой Ёж", ["мои", "еж"]), ("שָׁלוֹם", ["שָׁלוֹם".decomposed]), ("12.5€ ½", ["12", "5", "½"]), ("a\u{0}b", ["a", "b"]),
  ])
  func whatIsAWord(text: String, words: [String]) {
    #expect(EventWords.all(in: text).map(Array.init(scalars:)) == words.map(Array.init(scalars:)), "\(text)")
  }

  /// Composed or taken apart, it is the same text. https://www.unicode.org/reports/tr15/
  @Test func bothFormsOfUnicodeAreOne() {
    for text in ["Zoë Ångström Việt Nam", "がぎぐ パピ", "한국어 각", "Ёлка й", "ὈΔΥΣΣΕΎΣ", "क़ ड़"] {
      #expect(EventWords.all(in: text.decomposed) == EventWords.all(in: text) && !EventWords.all(in: text).isEmpty, "\(text)")
    }
  }

  @Test func aLongWordIsCut() {
    let long = String(repeating: "a", count: 1_000)
    #expect(EventWords.all(in: long + " b") == [String(repeating: "a", count: 128), "b"])
    #expect(EventWords.all(in: String(repeating: "é", count: 127) + "ж" + "ab").map(\.utf8.count) == [127])
    #expect(FilterPhrase(long)?.words == [String(repeating: "a", count: 128)])
  }

  @Test func theLineOfAnEvent() {
    let event = Event(
      id: "Evt-1", sender: "shop", source: "eu", type: "a.b", subject: nil, time: Timestamp(seconds: 0), text: "Hi!",
      data: ["n": .double(1.5), "no": .null, "yes": .bool(true), "deep": ["list": ["x", .int(-7), "—"]]])
    #expect(String(decoding: EventWords.line(of: event), as: UTF8.self) == " hi ¶ evt 1 ¶ eu ¶ a b ¶ 1 5 ¶ x ¶ 7 ¶ ")
  }

  /// Whatever is typed, nothing in a word needs to be escaped, and words stand for themselves.
  @Test func wordsAreTheirOwn() {
    var luck = Seeded(27)
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &luck) {
        let top: UInt32 = luck.pick([0x80, 0x250, 0x3200, 0x1_0000, 0x11_0000])
        if let scalar = Unicode.Scalar(UInt32.random(in: 0..<top, using: &luck)) { text.unicodeScalars.append(scalar) }
      }
      let words = EventWords.all(in: text)
      #expect(
        words.allSatisfy { word in word.utf8.count <= 128 && !word.utf8.contains { $0 < 0x30 || ($0 >= 0x3A && $0 < 0x61) } }, "\(text)")
      #expect(EventWords.all(in: words.joined(separator: " ")) == words, "\(text)")
    }
  }
}

extension Array where Element == Unicode.Scalar {
  fileprivate init(scalars text: String) { self = Array(text.unicodeScalars) }
}

extension String {
  fileprivate var decomposed: String { decomposedStringWithCanonicalMapping }
}
