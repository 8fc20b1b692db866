import Bellhop

/// Notices that a whole lane fails, stops asking, and asks with a single message now and then.
struct Breaker: Sendable, Hashable {
  enum BreakerState: Sendable, Hashable {
    case closed
    /// No attempts until then, in ticks.
    case open(until: Duration)
    /// One attempt at a time until one succeeds.
    case probing
  }

  enum Change: Sendable, Hashable {
    case opened
    case mended
  }

  /// Failures in a row that open it.
  static let threshold = 5
  /// However long the lane's retries grow, it is asked again after this.
  static let longest = Duration.seconds(300)

  private(set) var state = BreakerState.closed
  private(set) var failures = 0
  private var openings = 0
  /// It was told that the lane is broken.
  private var isTold = false
  /// Who failed since the last success: they do not count twice, and a probe is rather another one. So a few poison messages
  /// neither open the breaker nor keep it open.
  private(set) var suspects: [Int64] = []

  /// Takes note of an outcome. Telling a change means telling people: only the first opening is one.
  mutating func note(_ outcome: Outcome, of delivery: Int64, retry: RetryPolicy, at now: StepTime) -> Change? {
    switch outcome {
    // Not taken for who we are: nor will the next one be. A single one may be the message's own fault, and is not told of the lane.
    case .refused(let fault) where fault.kind == .unauthorized: return shut(retry, now)
    case .delivered, .refused: return succeed()
    case .postponed(_, let after?) where after > .zero: return nil
    case .postponed(let fault, _) where fault.kind == .throttled || fault.kind == .interrupted: return nil
    case .postponed(let fault, _): return fail(delivery, aboutLane: fault.kind == .unreachable, retry, now)
    case .unclear(let fault): return fault.kind == .interrupted ? nil : fail(delivery, aboutLane: false, retry, now)
    }
  }

  /// An open breaker whose time is over lets a probe through.
  mutating func settle(at ticks: Duration) {
    if case .open(let until) = state, until <= ticks { state = .probing }
  }

  private mutating func succeed() -> Change? {
    defer { self = Breaker() }
    return isTold ? .mended : nil
  }

  /// At the first such refusal no more messages are lost to it than one for each look.
  private mutating func shut(_ retry: RetryPolicy, _ now: StepTime) -> Change? {
    failures += 1
    if case .open = state {} else { open(retry, now) }
    guard failures > 1, !isTold else { return nil }
    isTold = true
    return .opened
  }

  private mutating func fail(_ delivery: Int64, aboutLane: Bool, _ retry: RetryPolicy, _ now: StepTime) -> Change? {
    let isNew = !suspects.contains(delivery)
    // Where nobody is there no message is to blame: the first in line stays the first that is tried.
    if isNew, !aboutLane {
      if suspects.count >= 2 * Self.threshold { suspects.removeFirst() }
      suspects.append(delivery)
    }
    switch state {
    case .open: return nil
    case .probing:
      open(retry, now)
      return nil
    case .closed:
      guard isNew || aboutLane else { return nil }
      failures += 1
      guard failures >= Self.threshold else { return nil }
      open(retry, now)
      isTold = true
      return .opened
    }
  }

  private mutating func open(_ retry: RetryPolicy, _ now: StepTime) {
    let doubled = retry.first * (1 << min(openings, 20))
    openings += 1
    state = .open(until: now.ticks + jitter(min(doubled, retry.max, Self.longest), now.luck))
  }
}
