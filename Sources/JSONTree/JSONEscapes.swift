/// Which bytes of a text cannot stand in JSON as they are: control characters, the quote and the backslash (RFC 8259, section 7). The delete
/// character could, but nobody sees it.
enum JSONEscapes {
  static func isNeeded(_ byte: UInt8) -> Bool { byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F }

  /// Where the first such byte stands from `start` on; the end where there is none. Looks at eight bytes at a time.
  static func plain(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var at = start
    while at + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let found = escapes(in: word)
      if found != 0 { return at + found.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < bytes.count, !isNeeded(bytes[at]) { at += 1 }
    return at
  }

  /// The top bit of each byte that needs an escape, the lowest such byte first: a byte below `n` is the one whose top bit appears when `n` is
  /// taken from all. Bits above the lowest may be set by what was borrowed. https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
  @inline(__always)
  private static func escapes(in word: UInt64) -> UInt64 {
    func below(_ n: UInt8, _ word: UInt64) -> UInt64 { (word &- all(n)) & ~word }
    return
      (below(0x20, word) | below(1, word ^ all(UInt8(ascii: "\""))) | below(1, word ^ all(UInt8(ascii: "\\")))
      | below(1, word ^ all(0x7F))) & all(0x80)
  }

  @inline(__always)
  private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
