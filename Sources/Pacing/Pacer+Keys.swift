import Bellhop
import Store

/// The end of memory: how many keys of a rule may be open at a time. Beyond that the oldest is closed, and told with others like it in one message.
///
/// Windows of a rule are all as long, so that the oldest to open is the first to end: their places in a row are counted, and the row is as long as the
/// last of them is young. Those that ended early are counted until their time is up.
extension Pacer {
  /// Notes a window that opens now, and closes the oldest where there are too many.
  ///
  /// Call it once the window is kept, with its first event under `s`: a key that ends and opens again has another place.
  func enter(_ window: RuleSlot, length: Duration, _ event: PacedEvent, _ states: inout PaceStates) {
    let count = slot("keys \(window.rule)")
    let state = states.read(count)
    var head = state?["h"]?.int ?? 0
    let tail = state?["t"]?.int ?? 0
    // What ended by itself is behind the head.
    while head < tail, isGone(at: head, window.rule, states) { head += 1 }
    if tail - head >= Int64(policy.keys) {
      closeOldest(at: head, window.rule, length, event, &states)
      head += 1
    }
    let first = states.read(window)?["s"] ?? .null
    states.keep(place(tail, window.rule), [.int(window.ref), first], expires: event.received + length)
    states.keep(count, ["h": .int(head), "t": .int(tail + 1)], expires: event.received + length)
  }

  /// In front of the rule whose closed keys are counted there.
  package static let others = "others "

  private func place(_ number: Int64, _ rule: String) -> RuleSlot { slot("place \(rule)", [String(number)]) }

  private func isGone(at number: Int64, _ rule: String, _ states: PaceStates) -> Bool { standing(at: number, rule, states) == nil }

  /// The window that took a place, if it is still the same: its key may have ended and opened again, and is the youngest then.
  private func standing(at number: Int64, _ rule: String, _ states: PaceStates) -> (slot: RuleSlot, state: JSON)? {
    guard let entry = states.read(place(number, rule))?.array, entry.count == 2, let ref = entry[0].int, let window = states.window(ref),
      window.state["s"] ?? .null == entry[1]
    else { return nil }
    return window
  }

  private func closeOldest(
    at number: Int64, _ rule: String, _ length: Duration, _ event: PacedEvent, _ states: inout PaceStates
  ) {
    guard let (oldest, known) = standing(at: number, rule, states) else { return }
    let ref = oldest.ref
    states.close(oldest)
    states.count(ClosedKeys(role: policy.role, row: policy.row, rule: rule))
    states.release(ref, .ended(.folded, note: "\(rule): too many at a time, told with others"))
    let others = slot(Self.others + rule)
    let state = states.read(others)
    var tally = Tally(state?["c"])
    // A problem that waited to be told; of other rules what was counted and not told yet.
    if rule == "settle", let kept = known["s"]?.int.flatMap(states.event) {
      tally.add(kept.sequence, type: kept.event.type, severity: kept.event.severity)
      told(paced(kept.event, sequence: kept.sequence, received: event.received), &states)
    } else if rule != "settle" {
      tally.add(Tally(known["c"]))
    }
    guard tally.count > 0 else { return }
    let opened = state?["o"]?.int ?? event.received.microseconds
    let kept: JSON = ["o": .int(opened), "c": tally.json]
    if state == nil { states.open(others, kept, until: event.received + length) } else { states.keep(others, kept) }
  }

  func wakeOthers(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    let tally = Tally(end.state["c"])
    if tally.count > 0 { states.tell(summary(.others, tally, end, like: tally.first.first)) }
  }
}
