import Bellhop
import Store

/// `digest`: one message for many. A digest of one is that one's own message; a daily one is a report, and is sent in any case.
extension Pacer {
  func digest(_ rule: PacePolicy.Digest, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    if cuts(through: rule.unless, event) { return nil }
    told(event, &states)
    switch rule.when {
    case .every(let length): return gather(rule, length, event, &states)
    case .daily(let time, _): return report(time, event, &states)
    }
  }

  private func gather(
    _ rule: PacePolicy.Digest, _ length: Duration, _ event: PacedEvent, _ states: inout PaceStates
  ) -> PaceVerdict {
    let window = slot("digest", event.values(rule.by))
    let state = states.read(window)
    var tally = Tally(state?["c"])
    tally.add(event)
    let opened = state?["o"]?.int ?? event.received.microseconds
    let kept: JSON = ["o": .int(opened), "s": state?["s"] ?? .int(event.sequence), "c": tally.json]
    if let max = rule.max, tally.count >= max {
      let end = WindowEnd(slot: window, state: kept, due: event.received, now: event.received)
      close(end, &states)
      return .end(.folded, note: "digest: it was full, and is told now")
    }
    if state == nil {
      states.open(window, kept, until: event.received + length)
      if !rule.by.isEmpty { enter(window, length: length, event, &states) }
      return .hold(window: window.ref, note: "digest: told within \(length.short)")
    }
    states.keep(window, kept)
    return .end(.folded, note: "digest: told with event \(state?["s"]?.int ?? 0)")
  }

  func wakeDigest(_ end: WindowEnd, _ states: inout PaceStates) { close(end, &states) }

  private func close(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    let tally = Tally(end.state["c"])
    if tally.count == 1 {
      guard let kept = end.state["s"]?.int.flatMap(states.event) else {
        return states.release(end.slot.ref, .line(notBefore: nil))
      }
      let event = paced(kept.event, sequence: kept.sequence, received: end.now)
      // That people know of its problem was noted when it came: they may have heard of its end since.
      let verdict = policy.hold.flatMap { hold($0, event, isNews: false, &states) } ?? .tell(atMost: nil)
      return go(on: verdict, from: end.slot.ref, &states)
    }
    states.release(end.slot.ref, .ended(.folded, note: "digest: told with \(tally.count - 1) more"))
    states.tell(summary(.digest, tally, end, like: end.state["s"]?.int))
  }

  // MARK: Reports

  /// The report's own slot, one for the row.
  private var day: RuleSlot { slot("report") }

  private func report(_ time: DailyTime, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict {
    begin(at: event.received, &states)
    var state = states.read(day)?.object ?? [:]
    var tally = Tally(state["c"])
    tally.add(event)
    state["c"] = tally.json
    states.keep(day, .object(state))
    return .end(.folded, note: "digest: told in the report of \(time.words)")
  }

  /// Opens what waits for a time of the day, where it is not open yet: called when a configuration comes into force.
  public func begin(at now: Timestamp, _ states: inout PaceStates) {
    guard case .daily(let time, _)? = policy.digest?.when, states.read(day) == nil else { return }
    states.open(day, ["o": .int(now.microseconds), "c": Tally().json], until: time.next(after: now))
  }

  /// What was missed is told once, unless that was long ago: then it is told with the next.
  private static let stillToday = Duration.seconds(6 * 3_600)

  func wakeReport(_ end: WindowEnd, _ states: inout PaceStates) {
    let tally = Tally(end.state["c"])
    guard case .daily(let time, let empty)? = policy.digest?.when else {
      states.close(end.slot)
      if tally.count > 0 { states.tell(summary(.report, tally, end)) }
      return
    }
    let next = time.next(after: end.now)
    guard end.now - end.due <= Self.stillToday else { return states.open(end.slot, end.state, until: next) }
    if tally.count > 0 || empty {
      var told = summary(.report, tally, end)
      told.before = end.state["b"].map { Tally($0).types }
      states.tell(told)
    }
    states.open(end.slot, ["o": .int(end.now.microseconds), "c": Tally().json, "b": tally.json], until: next)
  }
}

extension DailyTime {
  /// For people: `09:00`.
  public var words: String {
    func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(pad(minute / 60)):\(pad(minute % 60))"
  }
}
