import Bellhop

/// How a lane in front of one transport behaves: its kind's defaults under what the YAML says.
public struct Policy: Sendable, Hashable {
  /// Nil is as fast as it goes.
  public var rate: Rate?
  /// Attempts under way at once in a lane, 1 or more. Only 1 keeps the order.
  public var concurrency: Int
  /// Attempts under way at once in all lanes of the transport, or `concurrency` where that is more.
  public var parallel: Int
  /// How long an attempt may take in all.
  public var timeout: Duration
  /// When and how long again.
  public var retry: RetryPolicy
  /// Whether an attempt that ended ``Outcome/unclear(_:)`` is made again.
  public var repeats: Bool
  /// Messages older than this are folded instead of sent; nil is never.
  public var stale: Duration?

  /// One at a time, as fast as it goes, repeated when unclear.
  public init(
    rate: Rate? = nil, concurrency: Int = 1, parallel: Int = 64, timeout: Duration = .seconds(15), retry: RetryPolicy = RetryPolicy(),
    repeats: Bool = true, stale: Duration? = nil
  ) {
    self.rate = rate
    self.concurrency = concurrency
    self.parallel = parallel
    self.timeout = timeout
    self.retry = retry
    self.repeats = repeats
    self.stale = stale
  }
}
