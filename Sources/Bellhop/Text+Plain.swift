extension StringProtocol {
  /// Whether it is nothing but ASCII from the blank to the tilde, which most texts are: no line break, no control character, nothing that turns
  /// the direction of reading, nothing to escape for. The empty one is. Looks at eight bytes at a time.
  package var isPlain: Bool {
    utf8.withContiguousStorageIfAvailable { Self.isPlain(UnsafeRawBufferPointer($0)) } ?? utf8.allSatisfy { 0x20..<0x7F ~= $0 }
  }

  private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    while at + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      // The top bit of a byte is set where it was before, where one more reaches it, and where 32 less falls below nothing. Neither happens to
      // any byte of a plain word, so that none disturbs its neighbour.
      guard (word | (word &+ 0x0101_0101_0101_0101) | (word &- 0x2020_2020_2020_2020)) & 0x8080_8080_8080_8080 == 0 else { return false }
      at += 8
    }
    while at < bytes.count {
      guard 0x20..<0x7F ~= bytes[at] else { return false }
      at += 1
    }
    return true
  }
}
