import Bellhop
import Matching
import Store

/// `until_ack`: what was told is told again at a fixed distance from the first, until somebody has acknowledged it, it is over, or it was told often
/// enough. Then others are told, where the row names some.
///
/// What is kept of a problem: `o` when it was told first, `s` of which event, `n` how often it was told; `d` when it is told next, while it is.
/// Afterwards `x`, it was told often enough; or `a` and `w`, when and by whom it was acknowledged.
extension Pacer {
  func awaited(_ event: PacedEvent) -> RuleSlot { slot("until_ack", [event.stem] + event.values(policy.by)) }

  /// How long it is known what became of it: so long is a link good.
  public static let answered = Duration.seconds(7 * 86_400)

  /// It is told now, or will be then: from that time on an answer is awaited.
  func awaitAnswer(_ event: PacedEvent, from first: Timestamp, _ states: inout PaceStates) {
    guard let rule = policy.untilAck, event.life == .firing else { return }
    let slot = awaited(event)
    if let state = states.read(slot) {
      if state["d"] != nil { return }
      // Somebody is at it already.
      if let answer = state["a"]?.int, event.received < Timestamp(microseconds: answer) + rule.every { return }
    }
    var tally = Tally()
    tally.add(event)
    let next = first + rule.every
    states.open(
      slot,
      [
        "o": .int(first.microseconds), "s": .int(event.sequence), "n": 1, "d": .int(next.microseconds), "c": tally.json,
      ], until: next)
    enter(slot, length: rule.every * rule.max, event, &states)
    states.need(event.sequence, received: event.received, until: next)
  }

  /// The end of its problem ends it, and so does a monitor's word that somebody saw it; both whatever becomes of the event. Answers whether people
  /// were asked.
  func heed(_ event: PacedEvent, _ states: inout PaceStates) -> Bool {
    guard event.life != .firing else { return false }
    let slot = awaited(event)
    guard let state = states.read(slot) else { return false }
    switch event.life {
    // Also where the row does not ask just now: what is over while the rule is away is not news when it is back.
    case .resolution: states.close(slot)
    case .acknowledgement: answer(slot, state, at: event.received, by: event.event.sender, &states)
    case .firing: break
    }
    return policy.untilAck != nil
  }

  func answer(_ slot: RuleSlot, _ state: JSON, at now: Timestamp, by who: String, _ states: inout PaceStates) {
    guard let rule = policy.untilAck, state["a"] == nil, var kept = state.object else { return }
    states.close(slot)
    kept["d"] = nil
    kept["c"] = nil
    kept["a"] = .int(now.microseconds)
    kept["w"] = .string(who)
    states.keep(slot, .object(kept), expires: now + max(rule.every, Self.answered))
  }

  func wakeAwaited(_ end: WindowEnd, isSilenced: (Event) -> Bool, _ states: inout PaceStates) {
    guard let rule = policy.untilAck, let sequence = end.state["s"]?.int, let kept = states.event(sequence) else {
      return states.close(end.slot)
    }
    let due = Timestamp(microseconds: end.state["d"]?.int ?? end.due.microseconds)
    let told = Int(clamping: end.state["n"]?.int ?? 1)
    // The rule says something else now, and nothing is due yet.
    if end.now < due, told < rule.max || rule.escalates {
      return again(end, rule, told: told, after: max(end.opened, end.now), &states)
    }
    if isSilenced(kept.event) { return again(end, rule, told: told, after: end.now, &states) }
    if let hours = policy.hold, !hours.isOpen(at: end.now) {
      return keepAwaiting(end, told: told, until: hours.nextOpening(after: end.now), &states)
    }
    if told < rule.max {
      remind(.reminder, kept, end, due: due, ReminderTurn(number: told + 1, of: rule.max), &states)
      if told + 1 < rule.max || rule.escalates { return again(end, rule, told: told + 1, after: end.now, &states) }
      return giveUp(end, told: told + 1, &states)
    }
    if rule.escalates { remind(.escalation, kept, end, due: due, nil, &states) }
    giveUp(end, told: told, &states)
  }

  private func remind(
    _ kind: PaceSummary.Kind, _ kept: StoredEvent, _ end: WindowEnd, due: Timestamp, _ turn: ReminderTurn?, _ states: inout PaceStates
  ) {
    var tally = Tally()
    tally.add(kept.sequence, type: kept.event.type, severity: kept.event.severity)
    let end = WindowEnd(slot: end.slot, state: end.state, due: due, now: end.now)
    var told = summary(kind, tally, end, like: kept.sequence)
    told.turn = turn
    states.tell(told)
  }

  /// Its next time, at a whole number of distances from the first.
  private func again(
    _ end: WindowEnd, _ rule: PacePolicy.UntilAck, told: Int, after time: Timestamp, _ states: inout PaceStates
  ) {
    let step = max(1, rule.every.microseconds)
    let passed = max(0, (time - end.opened).microseconds / step)
    keepAwaiting(end, told: told, until: end.opened + .microseconds((passed + 1) * step), &states)
  }

  private func keepAwaiting(_ end: WindowEnd, told: Int, until next: Timestamp, _ states: inout PaceStates) {
    guard var kept = end.state.object else { return states.close(end.slot) }
    kept["n"] = .int(Int64(told))
    kept["d"] = .int(next.microseconds)
    states.open(end.slot, .object(kept), until: next)
    if let first = kept["s"]?.int.flatMap(states.event) { states.need(first.sequence, received: first.received, until: next) }
  }

  /// It was told often enough. An answer still counts: people who were told in the end give it.
  private func giveUp(_ end: WindowEnd, told: Int, _ states: inout PaceStates) {
    states.close(end.slot)
    guard var kept = end.state.object else { return }
    kept["d"] = nil
    kept["c"] = nil
    kept["n"] = .int(Int64(told))
    kept["x"] = true
    states.keep(end.slot, .object(kept), expires: end.now + Self.answered)
  }
}
