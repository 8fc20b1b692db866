import Bellhop

// Credentials inside text: `Bearer …` and `Basic …` (RFC 6750, RFC 7617), and the userinfo of URLs (RFC 3986, section 3.2.1).
extension Redactor {
  /// The text without credentials; nil where it holds none.
  static func scrub(_ text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      var out: [UInt8] = []
      var copied = 0
      var index = 0
      while index < bytes.count {
        guard let secret = secret(in: bytes, at: index) else {
          index += 1
          continue
        }
        out.append(contentsOf: bytes[copied..<secret.lowerBound])
        out.append(contentsOf: Secret.mask.utf8)
        copied = secret.upperBound
        index = secret.upperBound
      }
      guard copied > 0 else { return nil }
      out.append(contentsOf: bytes[copied...])
      return String(decoding: out, as: UTF8.self)
    }
  }

  private static func secret(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Range<Int>? {
    switch bytes[index] {
    case UInt8(ascii: ":"): userinfo(in: bytes, at: index)
    case UInt8(ascii: "b"), UInt8(ascii: "B"): credential(in: bytes, at: index)
    default: nil
    }
  }

  /// What stands between `://` and `@`.
  private static func userinfo(in bytes: UnsafeBufferPointer<UInt8>, at colon: Int) -> Range<Int>? {
    let start = colon + 3
    guard start < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/") else { return nil }
    var at: Int?
    scan: for index in start..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "@"): at = index
      case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "`"):
        break scan
      default: continue
      }
    }
    guard let at, at > start else { return nil }
    return start..<at
  }

  /// What stands behind the word `Bearer` or `Basic`, if it looks like a credential and not like the next word of a sentence.
  private static func credential(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Range<Int>? {
    if index > 0, isWord(bytes[index - 1]) { return nil }
    let isBearer = spells("bearer", in: bytes, at: index)
    guard isBearer || spells("basic", in: bytes, at: index) else { return nil }
    var start = index + (isBearer ? 6 : 5)
    let gap = start
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    guard start > gap else { return nil }
    var end = start
    var hasDigit = false, hasLower = false, hasLaterUpper = false, hasMark = false
    scan: while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
      case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower = true
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): if end > start { hasLaterUpper = true }
      case UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "="): hasMark = true
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): break
      default: break scan
      }
      end += 1
    }
    // A full stop ends the sentence, not the token.
    while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    let length = end - start
    guard length >= 20 || (length >= 4 && (hasDigit || hasMark || (hasLower && hasLaterUpper))) else { return nil }
    return start..<end
  }

  private static func spells(_ word: StaticString, in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    guard index + word.utf8CodeUnitCount < bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount where lower(bytes[index + offset]) != word.utf8Start[offset] { return false }
    return true
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    lower(byte) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_")
  }
}
