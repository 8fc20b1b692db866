/// A moment of wall time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Since 1970-01-01T00:00:00Z; negative before.
  public var microseconds: Int64

  /// Any value: the extremes stand for "before all" and "never".
  public init(microseconds: Int64) { self.microseconds = microseconds }
  /// Whole seconds since 1970; within ±292,000 years.
  public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  /// Whole seconds, rounded down.
  public var seconds: Int64 { microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000 }

  /// Earlier is less.
  public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

  /// Saturates instead of overflowing: a delay of centuries is "never".
  public static func + (left: Self, right: Duration) -> Self {
    let (sum, overflow) = left.microseconds.addingReportingOverflow(right.microseconds)
    return Self(microseconds: overflow ? (right < .zero ? .min : .max) : sum)
  }
  /// Saturates like adding.
  public static func - (left: Self, right: Duration) -> Self { left + (.zero - right) }
  /// From the right one to the left one; negative where the left one is earlier.
  public static func - (left: Self, right: Self) -> Duration {
    .microseconds(left.microseconds.subtractingReportingOverflow(right.microseconds).partialValue)
  }
}

extension Duration {
  /// Whole microseconds, rounded toward zero; saturates at ±292,000 years.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, over) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    return over ? (seconds < 0 ? .min : .max) : sum
  }
}
