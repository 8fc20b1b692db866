import Bellhop

/// A word that is looked for, in any case.
struct Word {
  private let text: String
  private let isASCII: Bool
  private let bytes: [UInt8]
  /// As it stands inside JSON text.
  private let escaped: [UInt8]

  init(_ word: String) {
    text = word.lowercased()
    isASCII = word.utf8.allSatisfy { $0 < 0x80 }
    bytes = Array(text.utf8)
    escaped = JSON.string(text).bytes.dropFirst().dropLast() + []
  }

  func stands(in hay: UnsafeBufferPointer<UInt8>) -> Bool { find(bytes, in: hay) }
  func standsInJSON(_ hay: UnsafeBufferPointer<UInt8>) -> Bool { find(escaped, in: hay) }

  private func find(_ needle: [UInt8], in hay: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = needle.first else { return true }
    guard isASCII else { return Self.contains(Array(String(decoding: hay, as: UTF8.self).lowercased().utf8), needle) }
    guard hay.count >= needle.count else { return false }
    for start in 0...(hay.count - needle.count) where Self.lower(hay[start]) == first {
      var index = 1
      while index < needle.count, Self.lower(hay[start + index]) == needle[index] { index += 1 }
      if index == needle.count { return true }
    }
    return false
  }

  private static func contains(_ hay: [UInt8], _ needle: [UInt8]) -> Bool {
    guard hay.count >= needle.count else { return false }
    return (0...(hay.count - needle.count)).contains { hay[$0..<$0 + needle.count].elementsEqual(needle) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
