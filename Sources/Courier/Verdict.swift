import Bellhop
import Store

/// What follows from an attempt's outcome.
enum Verdict: Sendable, Hashable {
  case delivered(Receipt)
  /// The delivery stays at the head of its lane, and the lane rests so long.
  case rest(Duration, Reason, spent: Duration)
  /// Only this delivery waits so long, out of line.
  case later(Duration, spent: Duration)
  case unclear(Fault)
  case dead(Fault)

  /// Why a lane rests.
  enum Reason: Sendable, Hashable {
    /// The vendor named the time: it outlives a restart.
    case asked
    /// The vendor named no time.
    case throttled
    /// Nobody there.
    case unreachable
  }
}

/// Judges an outcome. Pure: `luck` is from 0 to below 1; `throttles` says how often in a row the lane was told to slow down before.
///
/// Only delays that nobody asked for count against `retry.for`, and they tell the next delay too: `spent + first` doubles it each time.
func judge(_ outcome: Outcome, of delivery: Delivery, under policy: Policy, throttles: Int, luck: Double) -> Verdict {
  switch outcome {
  case .delivered(let receipt): return .delivered(receipt)
  case .refused(let fault): return .dead(fault)
  case .postponed(_, let after?) where after > .zero: return .rest(min(after, longestAsked), .asked, spent: delivery.spent)
  case .postponed(let fault, _) where fault.kind == .throttled:
    let doubled = policy.retry.first * (1 << min(throttles, 20))
    return .rest(jitter(min(policy.retry.max, doubled), luck), .throttled, spent: delivery.spent)
  case .postponed(let fault, _) where fault.kind == .interrupted:
    // It was not begun: a queue on the way was too long. That is not the message's time.
    return .rest(jitter(policy.retry.first, luck), .unreachable, spent: delivery.spent)
  case .postponed(let fault, _):
    guard let delay = nextDelay(after: delivery.spent, policy.retry, luck) else { return .dead(spentUp(fault, policy)) }
    let spent = delivery.spent + delay
    return fault.kind == .unreachable ? .rest(delay, .unreachable, spent: spent) : .later(delay, spent: spent)
  case .unclear(let fault):
    guard policy.repeats, !isAnsweredEnough(fault, delivery), let delay = nextDelay(after: delivery.spent, policy.retry, luck) else {
      return .unclear(fault)
    }
    return .later(delay, spent: delivery.spent + delay)
  }
}

/// How often a message is sent to somebody who answers what cannot be read: it has arrived each time, as likely as not.
private let unreadableAnswers = 5

private func isAnsweredEnough(_ fault: Fault, _ delivery: Delivery) -> Bool {
  fault.kind == .unintelligible && delivery.attempts + 1 >= unreadableAnswers
}

/// However long a vendor asks to wait, it is asked again after a day, with one message.
let longestAsked = Duration.seconds(86_400)

/// The delay after so much was spent; nil when the budget is used up. The last one ends with the budget.
func nextDelay(after spent: Duration, _ retry: RetryPolicy, _ luck: Double) -> Duration? {
  guard spent < retry.for else { return nil }
  let base = min(retry.max, max(retry.first, .milliseconds(1)) + spent)
  return min(jitter(base, luck), retry.for - spent)
}

/// From three quarters of it to all of it, so that the cap stays a cap.
func jitter(_ delay: Duration, _ luck: Double) -> Duration {
  .microseconds(max(1, Int64(Double(delay.microseconds) * (0.75 + 0.25 * luck))))
}

/// Whether a message is too old to be worth telling.
func isStale(_ delivery: Delivery, under policy: Policy, at time: Timestamp) -> Bool {
  guard let stale = policy.stale else { return false }
  return time - delivery.ready > stale
}

private func spentUp(_ fault: Fault, _ policy: Policy) -> Fault {
  Fault(fault.kind, "\(fault.line) (tried for \(policy.retry.for.short))")
}
