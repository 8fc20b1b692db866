import Bellhop
import NIOCore

// What takes too long, and what a stop ends.
extension Connection {
  /// Since when it has done nothing for anybody: without a request, or with one that does not get on.
  func idleSince(_ now: NIODeadline) -> NIODeadline? {
    guard case .none = ending else { return nil }
    switch place {
    case .between, .head: return slots.isEmpty ? since : nil
    case .body, .surplus: return slots.count > 1 ? nil : since.map { $0 + .seconds(5) }
    }
  }

  /// Ends what has taken too long.
  func look(_ now: NIODeadline, _ patience: Patience) {
    follower?.look(isStuck: stuckSince.map { $0 + FollowerPulse.patience <= now } ?? false)
    switch ending {
    case .closed: return
    case .lingering: if let since, since + Patience.linger <= now { cut() }
    case .none, .closing:
      if let stuckSince, stuckSince + patience.taking <= now { return cut() }
      guard let since else { return }
      // While nothing is read, what does not arrive is not the client's fault.
      if !mayRead { return self.since = now }
      switch place {
      case .between: if slots.isEmpty, since + patience.idle <= now { cut() }
      case .head: if slots.isEmpty, patience.end(ofHead: since) <= now { cut() }
      case .surplus: if patience.end(ofBody: since, 0) <= now { cut() }
      case .body(let intake): if patience.end(ofBody: since, intake.count) <= now { giveUp(intake) }
      }
    }
  }

  private func giveUp(_ intake: Intake) {
    let isStopping = group.quiescedAt != nil
    refuse(
      isStopping
        ? ProblemDocument(503, "the gateway is stopping", "nothing of the request was kept; send it again", retryAfter: 1)
        : ProblemDocument(408, "the body took longer than \(intake.rules.limits.bodyTime.short) to arrive"),
      .lost)
    pour()
  }

  /// Says no in the place of an answer that comes too late. What the store has in its hands may be kept all the same: it cannot be taken
  /// back, and without a no its sender would think the same.
  func runOut(_ serial: Int) {
    let offset = serial - first
    guard offset >= 0, offset < slots.count else { return }
    let slot = slots[slots.index(slots.startIndex, offsetBy: offset)]
    guard case .open = slot.state else { return }
    // It has not begun: only the last one of all waits for those before it.
    if offset == slots.count - 1 { long = nil }
    let problem = ProblemDocument(
      503, "the disk has not taken it in time", "it may be kept all the same: with the same id it counts once", retryAfter: 5)
    slot.state = .reply(responder.refusal(problem, slot.purpose))
    isDue = true
    pour()
  }

  /// Ends as soon as nothing is under way.
  func quiesce() {
    stream?.stop()
    follower?.stop()
    held.removeAll()
    guard case .none = ending else { return }
    switch place {
    case .between:
      ending = .closing
      if let slot = slots.last { slot.manner.isLast = true } else { cut() }
    case .head: break
    case .body, .surplus:
      if let slot = slots.last { slot.manner.isLast = true } else { cut() }
    }
  }
}
