import Bellhop

/// Gives ids to events that came without: UUIDs of version 7, whose order is that of time, also within a batch.
/// https://www.rfc-editor.org/rfc/rfc9562#section-5.7
struct EventIDs {
  let now: Timestamp
  /// Shared by a batch: its ids differ in time, and no two batches share it.
  let random: UInt64

  /// The id of the event with that index. Within a batch the time is counted on by a microsecond each.
  func uuid(_ index: Int) -> String {
    let micros = UInt64(clamping: now.microseconds) &+ UInt64(index)
    // Method 3 of section 6.2: twelve bits of the fraction of the millisecond stand where version 7 has random bits.
    let high = (micros / 1_000) << 16 | 0x7000 | (micros % 1_000) * 4_096 / 1_000
    let low = 0x8000_0000_0000_0000 | random >> 2
    let digits = (Self.digits(high >> 32), Self.digits(high), Self.digits(low >> 32), Self.digits(low))
    return String(unsafeUninitializedCapacity: 36) { text in
      let room = UnsafeMutableRawBufferPointer(text)
      func put(_ eight: UInt64, _ at: Int) { room.storeBytes(of: eight.bigEndian, toByteOffset: at, as: UInt64.self) }
      // Eight digits at a time; what is too much of a group is written over by the next.
      put(digits.0, 0)
      put(digits.1, 9)
      put(digits.1 << 32, 14)
      put(digits.2, 19)
      put(digits.2 << 32 | digits.3 >> 32, 24)
      put(digits.3, 28)
      for dash in [8, 13, 18, 23] { text[dash] = UInt8(ascii: "-") }
      return 36
    }
  }

  /// The lower 32 bits as eight hexadecimal digits, the first one in the top byte: all at once, as each event has 32 of them.
  private static func digits(_ word: UInt64) -> UInt64 {
    var nibbles = word & 0xFFFF_FFFF
    nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let areLetters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ areLetters &* 39
  }
}
