import Bellhop
import Senders
import Synchronization

/// What holds for a request from its first byte to its last: a reload swaps it whole.
final class Rules: Sendable {
  let access: Access
  let limits: SiteLimits
  let hooks: HookTable
  let proxies: TrustedProxies

  init(_ settings: SiteSettings) {
    access = Access(
      senders: settings.senders, readers: settings.readers, listensOnLoopback: Loopback.isAddress(settings.host),
      expectsOthers: settings.hasPublicName || !settings.senders.isEmpty || settings.readers.proxy != nil)
    limits = settings.limits
    hooks = HookTable(settings.senders)
    proxies = settings.proxies
  }
}

/// What changes while the site runs.
final class SiteState: Sendable {
  private let rules: Guarded<Rules>
  private let limiters: Guarded<[String: RateLimiter]>
  private let visitors = Guarded(VisitorTable())
  private let wrong: Guarded<(table: WrongProofs, log: WrongProofLog)>
  private let held = Guarded(0)
  private let known: Guarded<ListenerIdentity?>
  /// Who looks on.
  let captures = Captures()
  private let start = ContinuousClock.now
  /// Counts reloads, so that who has the rules need not take the lock to learn that they still hold.
  let generation = Atomic(0)
  let now: @Sendable () -> Timestamp

  init(_ settings: SiteSettings, now: @escaping @Sendable () -> Timestamp) {
    rules = Guarded(Rules(settings))
    limiters = Guarded(Self.buckets(settings.senders, keeping: [:]))
    wrong = Guarded((WrongProofs(allowed: settings.limits.wrongProofs), WrongProofLog()))
    known = Guarded(settings.identity)
    self.now = now
  }

  /// What new connections speak TLS with; nil where they speak plain HTTP.
  var identity: ListenerIdentity? { known.withLock { $0 } }
  func adopt(_ identity: ListenerIdentity?) { known.withLock { $0 = identity } }

  var current: Rules { rules.withLock { $0 } }

  func adopt(_ settings: SiteSettings) {
    rules.withLock { $0 = Rules(settings) }
    limiters.withLock { $0 = Self.buckets(settings.senders, keeping: $0) }
    generation.add(1, ordering: .releasing)
  }

  /// A reload does not refill the bucket of a sender whose rate stays.
  private static func buckets(_ senders: [Sender], keeping old: [String: RateLimiter]) -> [String: RateLimiter] {
    var buckets: [String: RateLimiter] = [:]
    for sender in senders {
      guard let rate = sender.rate else { continue }
      buckets[sender.name] = old[sender.name].flatMap { $0.rate == rate ? $0 : nil } ?? RateLimiter(rate)
    }
    return buckets
  }

  /// Takes so many events of the sender's rate, or tells how long to wait; with none, looks whether one could be taken.
  func take(_ count: Int, of sender: Sender) -> Duration? {
    guard sender.rate != nil else { return nil }
    let now = ContinuousClock.now - start
    return limiters.withLock { count == 0 ? $0[sender.name]?.wait(at: now) : $0[sender.name]?.take(count, at: now) }
  }

  /// The same of a visitor's own rate.
  func take(_ count: Int, of sender: Sender, _ visitor: VisitorAllowance) -> Duration? {
    let now = ContinuousClock.now - start
    return visitors.withLock { $0.take(count, of: sender.name, visitor, at: now) }
  }

  /// Notes a wrong proof: how long its address must wait, and what the log is told.
  func noteWrongProof(from client: PeerAddress) -> (wait: Duration?, entry: WrongProofLog.ProofTally?) {
    let now = ContinuousClock.now - start
    return wrong.withLock { ($0.table.note(from: client, at: now), $0.log.note(from: client, at: now)) }
  }

  /// How long who proves nothing must wait.
  func wait(of client: PeerAddress) -> Duration? {
    let now = ContinuousClock.now - start
    return wrong.withLock { $0.table.wait(of: client, at: now) }
  }

  /// What the log is told a minute later.
  func dueWrongProofs() -> [WrongProofLog.ProofTally] {
    let now = ContinuousClock.now - start
    return wrong.withLock { $0.log.due(at: now) }
  }

  /// Asks for room for a larger body; false when all of it is taken.
  func hold(_ bytes: Int, of limit: Int) -> Bool {
    held.withLock {
      guard $0 + bytes <= limit else { return false }
      $0 += bytes
      return true
    }
  }

  func release(_ bytes: Int) { if bytes > 0 { held.withLock { $0 -= bytes } } }

  /// Bytes of larger bodies in memory now.
  var heldBytes: Int { held.withLock { $0 } }
}
