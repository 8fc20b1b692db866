import Bellhop
import Store

/// `dedupe`: the first is told at once, its repeats are counted and told at the end.
extension Pacer {
  private func window(_ rule: PacePolicy.Dedupe, _ event: PacedEvent) -> RuleSlot { slot("dedupe", event.values(rule.by)) }

  func dedupe(_ rule: PacePolicy.Dedupe, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    guard event.life != .resolution else { return nil }
    if cuts(through: rule.unless, event) { return nil }
    let window = window(rule, event)
    guard let state = states.read(window) else {
      open(window, rule, event, &states)
      return nil
    }
    var tally = Tally(state["c"])
    let first = state["v"]?.int.flatMap { Severity(rawValue: Int(clamping: $0)) } ?? .debug
    if event.event.severity > first {
      // Worse than what people know: that is news, and what was counted so far is told with it.
      tellRepeats(WindowEnd(slot: window, state: state, due: event.received, now: event.received), &states)
      open(window, rule, event, &states)
      return nil
    }
    tally.add(event)
    var changed = state.object ?? [:]
    changed["c"] = tally.json
    states.keep(window, .object(changed))
    withhold(event, &states)
    return .end(.folded, note: "dedupe: a repeat of event \(state["s"]?.int ?? 0)")
  }

  private func open(_ window: RuleSlot, _ rule: PacePolicy.Dedupe, _ event: PacedEvent, _ states: inout PaceStates) {
    states.open(
      window,
      [
        "o": .int(event.received.microseconds), "s": .int(event.sequence), "v": .int(Int64(event.event.severity.rawValue)),
        "c": Tally().json,
      ], until: event.received + rule.within)
  }

  /// The end of its problem ends the window, and carries what was counted.
  func closeDedupe(_ event: PacedEvent, _ states: inout PaceStates) {
    guard let rule = policy.dedupe else { return }
    let window = window(rule, event)
    guard let state = states.read(window) else { return }
    states.close(window)
    tellRepeats(
      WindowEnd(slot: window, state: state, due: event.received, now: event.received), life: .resolution, &states)
  }

  func wakeDedupe(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    tellRepeats(end, &states)
  }

  private func tellRepeats(_ end: WindowEnd, life: ProblemLife? = nil, _ states: inout PaceStates) {
    let tally = Tally(end.state["c"])
    guard tally.count > 0 else { return }
    var told = summary(.repeats, tally, end, like: end.state["s"]?.int, atMost: .quiet)
    told.state = life
    states.tell(told)
  }
}
