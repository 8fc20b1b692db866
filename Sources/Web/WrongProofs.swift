import Bellhop
import Senders

/// How long who brings wrong tokens, keys and signatures is told to wait: by address, for as many as there is room for. Pure: the time is passed
/// in, as the time since some fixed moment.
///
/// It never stands in the way of a right proof: that is looked at first, so nobody is locked out by a neighbour behind the same address.
struct WrongProofs {
  /// Addresses in each half. Where the younger is full it becomes the older, and that is forgotten (see ``VisitorTable``).
  static let half = 4_096
  /// The first wait; each further one is twice as long.
  static let first = Duration.seconds(1)
  /// No wait is longer.
  static let longest = Duration.seconds(300)
  /// Who has waited and was good for so long begins anew.
  static let memory = Duration.seconds(600)

  private struct Record {
    var limiter: RateLimiter
    var waits = 0
    /// The end of the last wait.
    var until = Duration.zero

    /// While somebody waits, more of the same makes the wait no longer: else one who tries often would never hear the truth about his token.
    mutating func wrong(at now: Duration) -> Duration? {
      if waits > 0, now < until { return until - now }
      if waits == 0, limiter.take(1, at: now) == nil { return nil }
      let wait = min(WrongProofs.first * (1 << min(waits, 20)), WrongProofs.longest)
      waits += 1
      until = now + wait
      return wait
    }
  }

  /// So many may be wrong before anybody waits.
  let allowed: Rate
  private var young: [PeerAddress: Record] = [:]
  private var old: [PeerAddress: Record] = [:]

  init(allowed: Rate) { self.allowed = allowed }

  /// How many addresses are remembered.
  var count: Int { young.count + old.count }

  /// Notes a wrong proof, and tells how long to wait; nil where that is not yet called for.
  mutating func note(from address: PeerAddress, at now: Duration) -> Duration? {
    let key = address.network
    var record = young[key] ?? old[key] ?? Record(limiter: RateLimiter(allowed))
    if record.waits > 0, now - record.until >= Self.memory { record = Record(limiter: RateLimiter(allowed)) }
    let wait = record.wrong(at: now)
    if young[key] == nil {
      if young.count >= Self.half {
        old = young
        young = [:]
      }
      old[key] = nil
    }
    young[key] = record
    return wait
  }

  /// How long who proves nothing at all must wait; nil where he need not.
  func wait(of address: PeerAddress, at now: Duration) -> Duration? {
    guard let record = young[address.network] ?? old[address.network], record.waits > 0, now < record.until else { return nil }
    return record.until - now
  }
}
