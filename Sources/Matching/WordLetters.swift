import Foundation

/// What each character is to a word.
enum WordLetters {
  enum LetterPart {
    /// Stands between words.
    case none
    /// Does not count: an accent, a soft hyphen, what joins or varies the letters around it.
    case dropped
    /// Folded: in lower case and without its accent.
    case letter(UInt32)
    /// A word by itself.
    case alone(UInt32)
    /// Folded to more than one.
    case several([UInt32])
  }

  /// By a byte of UTF-8: the letters and digits of ASCII in lower case; 0 for what stands between words, -1 for what is not ASCII.
  static let ascii: [Int8] = (0..<256).map { byte in
    switch byte {
    case 0x30...0x39, 0x61...0x7A: Int8(byte)
    case 0x41...0x5A: Int8(byte) | 0x20
    case 0x80...: -1
    default: 0
    }
  }

  /// Most of what people write in is below this: it is worked out once.
  private static let tabled: UInt32 = 0x3100
  private static let table: [LetterPart] = (0..<tabled).map(work)

  static func part(_ scalar: UInt32) -> LetterPart { scalar < tabled ? table[Int(scalar)] : work(scalar) }

  /// Written without spaces between words.
  static func isAlone(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: true  // Thai and Lao, Burmese, Khmer
    case 0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF: true  // Kana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true  // Han
    default: false
    }
  }

  private static func isDropped(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF: true  // Soft hyphen, joiners
    case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true  // Accents
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF: true  // Variations
    default: false
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber, .otherNumber,
      .nonspacingMark, .spacingMark, .enclosingMark:
      true
    default: false
    }
  }

  private static func work(_ value: UInt32) -> LetterPart {
    if isDropped(value) { return .dropped }
    guard let scalar = Unicode.Scalar(value), isLetter(scalar) else { return .none }
    // Most of Han is what it is; its compatibility forms are not.
    let isPlainHan = isAlone(value) && value >= 0x3400 && !(0xF900...0xFAFF).contains(value) && value < 0x2F800
    let folded = isPlainHan ? [value] : fold(scalar)
    guard folded.count == 1, let letter = folded.first else { return folded.isEmpty ? .dropped : .several(folded) }
    return isAlone(letter) ? .alone(letter) : .letter(letter)
  }

  /// Taken apart as Unicode says (https://www.unicode.org/reports/tr15/), in lower case, without what is dropped. One by one, as the whole of a text
  /// with a long run of marks would take quadratic time.
  private static func fold(_ scalar: Unicode.Scalar) -> [UInt32] {
    let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.filter { !isDropped($0.value) }
    return parts.flatMap { $0.properties.lowercaseMapping.unicodeScalars.map(\.value) }.filter { !isDropped($0) }
      // The two forms of the small sigma are one letter.
      .map { $0 == 0x3C2 ? 0x3C3 : $0 }
  }
}
