#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What real senders write and simdjson refuses or garbles. One pass that is made only where it may be needed; everything keeps its length,
/// so that offsets stay true.
struct Mending {
  /// A whole number may have so many digits.
  static let digits = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  private var mended: [UInt8]?
  private var at = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Without the byte order mark that some editors and libraries write before JSON. https://www.rfc-editor.org/rfc/rfc8259#section-8.1
  static func withoutMark(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
  }

  /// What the escapes of a text may stand for.
  enum EscapeRange {
    case ascii, anything
    /// Somewhere stands `\ud…`, of which simdjson 3.0 takes the lower half alone and an upper half before any other escape.
    case halfPairs
  }

  static func escapes(_ bytes: UnsafeBufferPointer<UInt8>) -> EscapeRange {
    guard let base = bytes.baseAddress else { return .ascii }
    var range = EscapeRange.ascii
    var at = 0
    while at < bytes.count, let found = memchr(base + at, Int32(UInt8(ascii: "\\")), bytes.count - at) {
      at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      if at + 2 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") {
        if bytes[at + 2] | 0x20 == UInt8(ascii: "d") { return .halfPairs }
        range = .anything
      }
      at += 2
    }
    return range
  }

  static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var bits: UInt8 = 0
    for byte in bytes { bits |= byte }
    return bits < 0x80
  }

  /// The text put right; nil where there is nothing that this can mend.
  static func mended(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var mending = Mending(bytes)
    while mending.at < bytes.count {
      switch bytes[mending.at] {
      case UInt8(ascii: "\""): mending.string()
      case let byte where isNumber(byte): mending.number()
      default: mending.at += 1
      }
    }
    return mending.mended
  }

  /// Half a surrogate pair, as `JSON.stringify` writes for a string that was cut inside a character, becomes U+FFFD.
  private mutating func string() {
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      guard bytes[at] == UInt8(ascii: "\\") else {
        at += 1
        continue
      }
      switch unit(at) {
      case 0xD800...0xDBFF where 0xDC00...0xDFFF ~= unit(at + 6): at += 12
      case 0xD800...0xDFFF:
        mended = mended ?? Array(bytes)
        mended?.replaceSubrange(at..<at + 6, with: "\\ufffd".utf8)
        at += 6
      default: at += 2
      }
    }
    at += 1
  }

  /// The value of `\uXXXX`; 0 for anything else.
  private func unit(_ at: Int) -> UInt32 {
    guard at + 6 <= bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return 0 }
    return UInt32(String(decoding: bytes[at + 2..<at + 6], as: UTF8.self), radix: 16) ?? 0
  }

  /// A whole number beyond 64 bits is put down as `0.0`: whoever walks the tape reads its text, and sees that 0 is not what it says.
  private mutating func number() {
    let start = at
    while at < bytes.count, Self.isPartOfNumber(bytes[at]) { at += 1 }
    let isNegative = bytes[start] == UInt8(ascii: "-")
    let first = isNegative ? start + 1 : start
    guard 19...Self.digits ~= at - first, bytes[first] != UInt8(ascii: "0"), bytes[first..<at].allSatisfy({ $0 &- 48 < 10 }) else { return }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    guard UInt64(text) == nil, Int64(text) == nil else { return }
    mended = mended ?? Array(bytes)
    for index in start..<at { mended?[index] = 0x20 }
    mended?.replaceSubrange(start..<start + 3, with: "0.0".utf8)
  }

  static func isNumber(_ byte: UInt8) -> Bool { byte &- 48 < 10 || byte == UInt8(ascii: "-") }

  static func isPartOfNumber(_ byte: UInt8) -> Bool {
    isNumber(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
  }
}
