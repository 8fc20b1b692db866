import Bellhop

/// Numbers as they are read back. A store can hold what Bellhop never wrote, after a fault of the disk or an edit by hand: what cannot be so is
/// read as the nearest that can, so that no sum overflows and one such row stops nothing.
enum KeptValue {
  /// The years 1 to 9999. https://www.rfc-editor.org/rfc/rfc3339
  private static let times: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
  /// Beyond these no number is ever given, so that counting on cannot overflow.
  static let numbers: ClosedRange<Int64> = 0...1 << 50

  static func time(_ value: Int64) -> Timestamp { Timestamp(microseconds: clamp(value, times)) }

  /// A part of a retry budget: up to a hundred years.
  static func duration(_ value: Int64) -> Duration { .microseconds(clamp(value, 0...3_155_760_000_000_000)) }

  static func count(_ value: Int64) -> Int { Int(clamp(value, 0...1 << 30)) }

  private static func clamp(_ value: Int64, _ range: ClosedRange<Int64>) -> Int64 { min(max(value, range.lowerBound), range.upperBound) }
}
