import Bellhop

/// Reads a string once, from left to right, for secrets: values beside names that tell of one, and tokens that are known by their form.
///
/// Each byte is looked at a few times at most; a text that asks for more than ``stepsPerByte`` is hidden from there on.
struct TextScan {
  /// Where the string stands.
  enum Mode {
    /// A text of people or machines.
    case prose
    /// An id, a source, a type: colons part its words, as in `session:42`.
    case identifier
    /// The key of an object: a name itself.
    case key
  }

  /// The budget.
  static let stepsPerByte = 12

  let bytes: UnsafeBufferPointer<UInt8>
  let names: SecretNames
  let mode: Mode
  /// Where the scan stands.
  var at = 0
  /// Bytes that were looked at, the same byte counted as often as it was.
  private(set) var steps = 0
  private var hidden: [Range<Int>] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ names: SecretNames, _ mode: Mode) {
    self.bytes = bytes
    self.names = names
    self.mode = mode
  }

  mutating func run() {
    while at < bytes.count {
      if isSpent { return hide(at..<bytes.count) }
      switch bytes[at] {
      case let byte where Self.isWord(byte): word()
      case UInt8(ascii: "="), UInt8(ascii: ":"): separator(width: 1)
      // The fullwidth colon and equals sign: EF BC 9A and EF BC 9D.
      case 0xEF where peek(1) == 0xBC && (peek(2) == 0x9A || peek(2) == 0x9D): separator(width: 3)
      case UInt8(ascii: "%")
      where peek(1) == UInt8(ascii: "3") && (peek(2) | 0x20 == UInt8(ascii: "a") || peek(2) | 0x20 == UInt8(ascii: "d")):
        separator(width: 3)
      case UInt8(ascii: "<"): element()
      default:
        at += 1
        steps += 1
      }
    }
  }

  /// What is hidden is not looked at again. Two findings may overlap; ranges stand in order and apart.
  mutating func hide(_ range: Range<Int>) {
    let start = max(range.lowerBound, hidden.last?.upperBound ?? 0)
    if start < range.upperBound { hidden.append(start..<range.upperBound) }
    at = max(at, range.upperBound)
  }

  mutating func spend(_ count: Int) { steps += count }

  /// Nothing more is looked at: what is left is hidden.
  var isSpent: Bool { steps > bytes.count * Self.stepsPerByte + 1_024 }

  /// The text with its secrets masked; nil where there are none.
  func clean() -> String? {
    guard !hidden.isEmpty else { return nil }
    var out: [UInt8] = []
    var copied = 0
    for range in hidden {
      out.append(contentsOf: bytes[copied..<range.lowerBound])
      out.append(contentsOf: Secret.mask.utf8)
      copied = range.upperBound
    }
    out.append(contentsOf: bytes[copied...])
    return String(decoding: out, as: UTF8.self)
  }

  // MARK: A first look

  /// Rejects most strings at one look at each byte: there is no separator in them, no word that is long enough for a token, no word that
  /// announces a credential and too few digits for a card. What it rejects holds nothing that a scan would hide.
  static func mayHide(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 4 else { return false }
    var digits = 0
    var index = 0
    while index < bytes.count {
      let start = index
      while index < bytes.count, isWord(bytes[index]) {
        if isDigit(bytes[index]) { digits += 1 }
        index += 1
      }
      if index - start >= 19 || digits >= 13 { return true }
      if index == bytes.count { return false }
      switch bytes[index] {
      // In the escapes of JSON inside of a string anything may stand.
      case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "["),
        UInt8(ascii: "%"), UInt8(ascii: "\\"), 0xEF:
        return true
      case 0...0x20 where index - start > 1 && mayAnnounce(bytes, start..<index): return true
      default: index += 1
      }
    }
    return false
  }

  /// What ``announced(by:)`` and ``option(_:)`` look behind; of the words before `is` and `was` the names are not known here.
  private static func mayAnnounce(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Bool {
    func ends(with end: StaticString, isWhole: Bool = false) -> Bool {
      let start = word.upperBound - end.utf8CodeUnitCount
      return isWhole ? start == word.lowerBound && spells(bytes, end, at: start) : start >= 0 && spells(bytes, end, at: start)
    }
    switch bytes[word.upperBound - 1] | 0x20 {
    case _ where bytes[word.lowerBound] == UInt8(ascii: "-"): return true
    case UInt8(ascii: "d"): return ends(with: "password") || ends(with: "passwd")
    case UInt8(ascii: "e"): return ends(with: "passcode")
    case UInt8(ascii: "p"): return ends(with: "otp")
    case UInt8(ascii: "r"): return ends(with: "bearer", isWhole: true)
    case UInt8(ascii: "c"): return ends(with: "basic", isWhole: true)
    case UInt8(ascii: "s"): return ends(with: "is", isWhole: true) || ends(with: "was", isWhole: true)
    case UInt8(ascii: "y"): return ends(with: "by", isWhole: true)
    default: return false
    }
  }

  // MARK: Bytes

  func peek(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

  func byte(_ index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0 }

  /// The bytes from there on spell a word in lower case, whatever their own case.
  func spells(_ word: StaticString, at index: Int) -> Bool {
    index >= 0 && index + word.utf8CodeUnitCount <= bytes.count && Self.spells(bytes, word, at: index)
  }

  /// The same where the word is known to have room.
  private static func spells(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString, at index: Int) -> Bool {
    for offset in 0..<word.utf8CodeUnitCount where NameFolding.lower(bytes[index + offset]) != word.utf8Start[offset] { return false }
    return true
  }

  @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
  /// Letters, digits and `_ - .`: what names and most tokens are made of.
  @inline(__always) static func isWord(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
  @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  @inline(__always) static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  @inline(__always) static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }
}
