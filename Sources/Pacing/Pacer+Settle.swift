import Bellhop
import Store

/// `settle`: a problem that heals by itself within a time is nobody's news.
extension Pacer {
  private func window(_ event: PacedEvent) -> RuleSlot { slot("settle", [event.stem] + event.values(policy.by)) }

  func settle(_ rule: PacePolicy.Settle, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    guard event.life == .firing else { return nil }
    let window = window(event)
    if let state = states.read(window) {
      guard cuts(through: rule.unless, event) else {
        return .end(.folded, note: "settle: told with event \(state["s"]?.int ?? 0), if it does not heal")
      }
      // Told now: the one that waited has nothing to add.
      states.close(window)
      states.release(window.ref, .ended(.folded, note: "settle: told by event \(event.sequence)"))
      return nil
    }
    if cuts(through: rule.unless, event) || isTold(event, states) { return nil }
    states.open(
      window, ["o": .int(event.received.microseconds), "s": .int(event.sequence)], until: event.received + rule.wait)
    enter(window, length: rule.wait, event, &states)
    withhold(event, &states)
    noteNear(event, window, &states)
    return .hold(window: window.ref, note: "settle: waits \(rule.wait.short) to see whether it heals")
  }

  /// A resolution in time: neither of the two is told. Also where the rule has gone since, and its window has not ended yet.
  func heal(_ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    let window = window(event)
    guard let state = states.read(window) else { return nil }
    let opened = Timestamp(microseconds: state["o"]?.int ?? event.received.microseconds)
    let note = "settle: healed in \((event.received - opened).rough)"
    states.close(window)
    states.release(window.ref, .ended(.folded, note: note))
    withhold(event, &states)
    return .end(.folded, note: note)
  }

  func wakeSettle(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    guard let kept = end.state["s"]?.int.flatMap(states.event) else {
      // What was forgotten is not told; what is left of it goes its way.
      return states.release(end.slot.ref, .line(notBefore: nil))
    }
    let event = paced(kept.event, sequence: kept.sequence, received: end.now)
    go(on: proceed(event, from: .dedupe, &states), from: end.slot.ref, &states)
  }

  /// What a window held goes where the rules behind it say.
  func go(on verdict: PaceVerdict, from window: Int64, _ states: inout PaceStates) {
    switch verdict {
    case .tell, .unknown: states.release(window, .line(notBefore: nil))
    case .hold(let next, let note): states.release(window, .window(next, note: note))
    case .end(let state, let note): states.release(window, .ended(state, note: note))
    }
  }
}
