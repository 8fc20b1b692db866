import Bellhop

/// A token bucket that holds what its rate gives in one period and fills evenly: a whole period's worth may come at once.
/// Kept as the time at which it is full again (GCRA), so that it needs no timer. Pure: the caller tells the time.
public struct RateLimiter: Sendable {
  /// What it lets through.
  public let rate: Rate
  private var full: Duration

  /// A full bucket.
  public init(_ rate: Rate) {
    self.rate = rate
    full = .zero
  }

  /// Takes so many, or answers how long to wait before they may be asked for again, and takes none.
  /// More than a whole period's worth is taken from a full bucket and paid off before anything else passes: else a batch
  /// above the rate could never come. `now` is the time since some fixed moment, on a clock that never runs backwards.
  public mutating func take(_ count: Int, at now: Duration) -> Duration? {
    let begin = max(full, now)
    let level = begin - now
    let room = rate.per - rate.spacing * min(count, rate.count)
    guard level <= room else { return level - room }
    full = begin + rate.spacing * count
    return nil
  }

  /// How long until one may be taken; nil when it may be now.
  public func wait(at now: Duration) -> Duration? {
    var copy = self
    return copy.take(1, at: now)
  }
}
