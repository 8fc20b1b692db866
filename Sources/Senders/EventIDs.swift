import Bellhop

/// Gives ids to events that came without: UUIDs of version 7, whose order is that of time, also within a batch.
/// https://www.rfc-editor.org/rfc/rfc9562#section-5.7
struct EventIDs {
  let now: Timestamp
  /// Shared by a batch: its ids differ in time, and no two batches share it.
  let random: UInt64

  /// Gives an id to each event whose id is empty.
  func fill(_ events: inout [Event]) {
    for index in events.indices where events[index].id.isEmpty { events[index].id = uuid(index) }
  }

  /// The id of the event with that index. Within a batch the time is counted on by a microsecond each.
  func uuid(_ index: Int) -> String {
    let micros = UInt64(clamping: now.microseconds) &+ UInt64(index)
    // Method 3 of section 6.2: twelve bits of the fraction of the millisecond stand where version 7 has random bits.
    let high = (micros / 1_000) << 16 | 0x7000 | (micros % 1_000) * 4_096 / 1_000
    let low = 0x8000_0000_0000_0000 | random >> 2
    return String(unsafeUninitializedCapacity: 36) { text in
      var at = 0
      for digit in 0..<32 {
        if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
          text[at] = UInt8(ascii: "-")
          at += 1
        }
        let word = digit < 16 ? high : low
        let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15))) & 15
        text[at] = nibble < 10 ? 48 + nibble : 87 + nibble
        at += 1
      }
      return at
    }
  }
}
