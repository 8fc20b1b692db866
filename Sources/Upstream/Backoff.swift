/// How long to wait before the next connection. Pure: luck is passed in.
struct Backoff {
  static let first = Duration.seconds(1)
  static let longest = Duration.seconds(60)
  /// A connection that held so long was a good one.
  static let good = Duration.seconds(30)

  private var failures = 0

  /// After a connection that lasted so long.
  /// - Parameter luck: from 0 to below 1: gateways that lost the hub together do not come back together.
  mutating func next(after lasted: Duration, luck: Double) -> Duration {
    if lasted >= Self.good { failures = 0 }
    let doubled = min(Self.first * (1 << min(failures, 10)), Self.longest)
    failures += 1
    return doubled * (0.5 + 0.5 * luck)
  }
}
