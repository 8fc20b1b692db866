import Bellhop
import Store

/// `throttle`: the first so many in a time are told, the rest in one message at its end.
extension Pacer {
  func throttle(_ rule: PacePolicy.Throttle, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    if cuts(through: rule.unless, event) { return nil }
    // As many ends as beginnings were told: they need no limit of their own.
    if event.life == .resolution, isTold(event, states) { return nil }
    let window = slot("throttle", event.values(rule.by))
    guard let state = states.read(window) else {
      states.open(
        window, ["o": .int(event.received.microseconds), "s": .int(event.sequence), "n": 1, "c": Tally().json],
        until: event.received + rule.per)
      return nil
    }
    var changed = state.object ?? [:]
    let told = state["n"]?.int ?? 0
    if told < Int64(rule.max) {
      changed["n"] = .int(told + 1)
      states.keep(window, .object(changed))
      return nil
    }
    var tally = Tally(state["c"])
    tally.add(event)
    changed["c"] = tally.json
    states.keep(window, .object(changed))
    withhold(event, &states)
    return .end(.folded, note: "throttle: above \(rule.max) in \(rule.per.short), told at the end")
  }

  func wakeThrottle(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    let tally = Tally(end.state["c"])
    guard tally.count > 0 else { return }
    states.tell(summary(.throttled, tally, end, like: end.state["s"]?.int))
  }
}
