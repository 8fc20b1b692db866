import Bellhop
import Matching
import Store

/// `hold_until`: out of hours it waits. A few are told one by one when the hours begin, more of them in one message.
extension Pacer {
  /// So many are told one by one.
  static let single = 3

  /// - Parameter isNews: people do not know of it yet, and no answer is awaited.
  func hold(_ calendar: Calendar, _ event: PacedEvent, isNews: Bool = true, _ states: inout PaceStates) -> PaceVerdict? {
    if calendar.isOpen(at: event.received) { return nil }
    let window = slot("hold")
    let state = states.read(window)
    if isNews { told(event, &states) }
    var tally = Tally(state?["c"])
    tally.add(event)
    let opened = state?["o"]?.int ?? event.received.microseconds
    let kept: JSON = ["o": .int(opened), "s": state?["s"] ?? .int(event.sequence), "c": tally.json]
    let opening = calendar.nextOpening(after: event.received)
    if state == nil { states.open(window, kept, until: opening) } else { states.keep(window, kept) }
    if isNews { awaitAnswer(event, from: opening, &states) }
    let until = "until \(calendar.name) opens"
    return tally.count <= Self.single
      ? .hold(window: window.ref, note: "hold_until: waits \(until)") : .end(.folded, note: "hold_until: told with others, \(until)")
  }

  func wakeHold(_ end: WindowEnd, _ states: inout PaceStates) {
    // A calendar that was changed meanwhile: it waits for the new hours.
    if let calendar = policy.hold, !calendar.isOpen(at: end.now) {
      return states.open(end.slot, end.state, until: calendar.nextOpening(after: end.now))
    }
    states.close(end.slot)
    let tally = Tally(end.state["c"])
    if tally.count <= Self.single { return states.release(end.slot.ref, .line(notBefore: nil)) }
    states.release(end.slot.ref, .ended(.folded, note: "hold_until: told with \(tally.count - 1) more"))
    states.tell(summary(.digest, tally, end, like: end.state["s"]?.int))
  }
}
