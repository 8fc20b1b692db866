import Bellhop

/// What time it is for a sweep, which can remove but not bring back: wall time as far as it has gone on as the monotonic clock has. Pure.
///
/// A clock that leaps ahead by more than an hour is not believed before it has stood by it for an hour: a wrong time server, a clock without a
/// battery, a machine that was asleep. Until then time goes on from where it was.
struct SweepClock {
  static let tolerance = Duration.seconds(3_600)

  /// The last moment that was believed, as wall time and in ticks.
  private var last: (wall: Timestamp, ticks: Duration)?
  /// Since when the wall has been ahead.
  private var aheadSince: Duration?

  /// The time for one round.
  /// - Parameters:
  ///   - wall: what the machine's clock says.
  ///   - ticks: monotonic.
  mutating func time(wall: Timestamp, ticks: Duration) -> Timestamp {
    guard let last else {
      self.last = (wall, ticks)
      return wall
    }
    let expected = last.wall + (ticks - last.ticks)
    if wall <= expected + Self.tolerance {
      aheadSince = nil
      self.last = (wall, ticks)
      return wall
    }
    let since = aheadSince ?? ticks
    aheadSince = since
    guard ticks - since >= Self.tolerance else { return expected }
    aheadSince = nil
    self.last = (wall, ticks)
    return wall
  }
}

extension SweepClock {
  /// A clock that starts with the time of the newest event: over a restart a leap is not believed either.
  init(newest: Timestamp?, ticks: Duration) {
    // The stores of a gateway that stood still for a while are swept an hour late.
    if let newest, newest.microseconds != .min { last = (newest, ticks) }
  }
}
