import Bellhop
import Senders

/// What visitors have left of their rates, for as many as there is room for.
///
/// Two halves: where the younger is full, it becomes the older, and that is forgotten. Who comes again moves to the younger. So nothing is ever
/// looked for among all of them, and only who stayed away while thousands came is taken for new.
struct VisitorTable {
  /// Visitors in each half.
  static let half = 8_192

  private struct VisitorKey: Hashable {
    let sender: String
    let address: PeerAddress
  }
  private var young: [VisitorKey: RateLimiter] = [:]
  private var old: [VisitorKey: RateLimiter] = [:]

  /// How many are remembered.
  var count: Int { young.count + old.count }

  /// Takes so many events, or tells how long to wait and takes none; with none, looks whether one could be taken. `now` is the time since some
  /// fixed moment.
  mutating func take(_ count: Int, of sender: String, _ visitor: VisitorAllowance, at now: Duration) -> Duration? {
    let key = VisitorKey(sender: sender, address: visitor.address.network)
    var limiter = young[key] ?? old[key] ?? RateLimiter(visitor.rate)
    // A reload may have changed it.
    if limiter.rate != visitor.rate { limiter = RateLimiter(visitor.rate) }
    guard count > 0 else { return limiter.wait(at: now) }
    let wait = limiter.take(count, at: now)
    if young[key] == nil {
      if young.count >= Self.half {
        old = young
        young = [:]
      }
      old[key] = nil
    }
    young[key] = limiter
    return wait
  }
}
