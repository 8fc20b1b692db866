/// Room for bytes that is filled from the front, so that a piece of text costs one look at the room and not one at each of its parts.
struct PrintRoom {
  /// What is printed, and behind it zeros.
  private var room: [UInt8]
  private var count = 0

  /// Nothing, with room for so many bytes before there must be more.
  init(reserving capacity: Int) { room = [UInt8](repeating: 0, count: capacity) }

  /// What is printed so far.
  var bytes: [UInt8] { count == room.count ? room : Array(room[..<count]) }

  /// Gives the room behind the last byte back: ``bytes`` are no copy any more.
  mutating func trim() { room.removeLast(room.count - count) }

  private mutating func widen(_ length: Int) {
    var wider = [UInt8](repeating: 0, count: count + max(length, count, 64))
    wider.withUnsafeMutableBytes { $0.copyBytes(from: room[..<count]) }
    room = wider
  }

  /// Lets `fill` write exactly `length` bytes.
  @inline(__always)
  private mutating func put(_ length: Int, _ fill: (UnsafeMutableRawPointer) -> Void) {
    if room.count - count < length { widen(length) }
    // From `count` on there are `length` bytes at least, and each caller below writes no more than the length that it asks for.
    room.withUnsafeMutableBytes { bytes in
      if let start = bytes.baseAddress { fill(start + count) }
    }
    count += length
  }

  /// One byte.
  mutating func put(_ byte: UInt8) { put(1) { $0.storeBytes(of: byte, as: UInt8.self) } }

  /// Bytes as they are.
  mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    put(bytes.count) { $0.copyMemory(from: start, byteCount: bytes.count) }
  }

  /// A word as it is.
  mutating func put(_ word: StaticString) { put(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)) }

  /// A text as it is.
  mutating func put(asItIs text: String) {
    var text = text
    text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
  }

  /// A key that needs no escape, in quotes and before its colon, behind a comma where others came before it.
  mutating func put(key: StaticString, isFirst: Bool) {
    let length = key.utf8CodeUnitCount
    put(length + (isFirst ? 3 : 4)) { start in
      var at = start
      if !isFirst {
        at.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
        at += 1
      }
      at.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
      (at + 1).copyMemory(from: key.utf8Start, byteCount: length)
      (at + 1 + length).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
      (at + 2 + length).storeBytes(of: UInt8(ascii: ":"), as: UInt8.self)
    }
  }

  /// A text in quotes, with its escapes.
  mutating func put(quoted text: String) {
    var text = text
    text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      var plain = JSONEscapes.plain(bytes, from: 0)
      if plain == bytes.count, let first = bytes.baseAddress {
        // Nearly every text.
        put(plain + 2) { start in
          start.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
          (start + 1).copyMemory(from: first, byteCount: plain)
          (start + 1 + plain).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        }
        return
      }
      put(UInt8(ascii: "\""))
      var start = 0
      while start < bytes.count {
        put(UnsafeRawBufferPointer(rebasing: bytes[start..<plain]))
        guard plain < bytes.count else { break }
        put(escaped: bytes[plain])
        start = plain + 1
        plain = JSONEscapes.plain(bytes, from: start)
      }
      put(UInt8(ascii: "\""))
    }
  }

  private mutating func put(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): put("\\\"")
    case UInt8(ascii: "\\"): put("\\\\")
    case 0x0A: put("\\n")
    case 0x0D: put("\\r")
    case 0x09: put("\\t")
    default:
      put("\\u00")
      for nibble in [byte >> 4, byte & 15] { put(nibble < 10 ? 48 + nibble : 87 + nibble) }
    }
  }

  /// A whole number.
  mutating func put(_ value: Int64) {
    if 0..<10 ~= value { return put(48 + UInt8(truncatingIfNeeded: value)) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var at = 20
      var rest = value.magnitude
      repeat {
        at -= 1
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        digits[at] = 48 + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      } while rest > 0
      if value < 0 {
        at -= 1
        digits[at] = UInt8(ascii: "-")
      }
      put(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[at...]))
    }
  }
}
