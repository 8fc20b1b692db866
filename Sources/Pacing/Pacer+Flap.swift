import Bellhop
import Foundation
import Store

/// `flap`: a problem that comes and goes is told once, and then its rest. Each change of state adds 1 to a sum that decays, as routers damp routes:
/// https://www.rfc-editor.org/rfc/rfc2439
extension Pacer {
  private func window(_ event: PacedEvent) -> RuleSlot { slot("flap", [event.stem] + event.values(policy.by)) }

  func isFlapping(_ event: PacedEvent, _ states: PaceStates) -> Bool {
    policy.flap != nil && states.read(window(event))?["f"]?.bool ?? false
  }

  /// After so many half-lives without a change it is at rest, whatever the sum.
  private static let rest = 4.0

  func flap(_ rule: PacePolicy.Flap, _ event: PacedEvent, _ states: inout PaceStates) -> PaceVerdict? {
    guard event.isProblem, event.life != .acknowledgement else { return nil }
    let window = window(event)
    let state = states.read(window)
    let isFiring = event.life == .firing
    let wasFlapping = state?["f"]?.bool ?? false
    if state?["p"]?.bool == isFiring {
      // No change of state: a repeat.
      return wasFlapping ? .end(.folded, note: "flap: it comes and goes") : nil
    }
    let since = Timestamp(microseconds: state?["a"]?.int ?? event.received.microseconds)
    let sum = Self.decayed(state?["v"]?.double ?? 0, event.received - since, rule) + 1
    let isFlapping = wasFlapping || sum > rule.start
    var tally = Tally(state?["c"])
    tally.add(event)
    let opened = state?["o"]?.int ?? event.received.microseconds
    let kept: JSON = [
      "o": .int(opened), "a": .int(event.received.microseconds), "v": .double(sum), "f": .bool(isFlapping), "p": .bool(isFiring),
      "s": .int(event.sequence), "c": tally.json,
    ]
    guard isFlapping else {
      states.keep(window, kept, expires: event.received + rule.halfLife * Self.rest)
      return nil
    }
    states.open(window, kept, until: event.received + Self.calm(sum, rule))
    withheldByFlap(event, &states)
    if !wasFlapping {
      let end = WindowEnd(slot: window, state: kept, due: event.received, now: event.received)
      states.tell(summary(.flapping, tally, end, like: event.sequence))
    }
    return .end(.folded, note: "flap: it comes and goes")
  }

  /// People know that it flaps: of its state they are told at the end.
  private func withheldByFlap(_ event: PacedEvent, _ states: inout PaceStates) {
    states.close(problem(event))
  }

  static func decayed(_ sum: Double, _ time: Duration, _ rule: PacePolicy.Flap) -> Double {
    sum * exp2(-Swift.max(0, time / rule.halfLife))
  }

  /// How long until the sum is below `stop`.
  static func calm(_ sum: Double, _ rule: PacePolicy.Flap) -> Duration {
    rule.halfLife * min(rest, Swift.max(0.01, log2(sum / rule.stop)))
  }

  func wakeFlap(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    guard end.state["f"]?.bool == true else { return }
    let tally = Tally(end.state["c"])
    var told = summary(.settled, tally, end, like: end.state["s"]?.int)
    let isFiring = end.state["p"]?.bool ?? false
    told.state = isFiring ? .firing : .resolution
    states.tell(told)
    // What it ended in is told now: its resolution will be news.
    guard isFiring, let kept = end.state["s"]?.int.flatMap(states.event) else { return }
    self.told(paced(kept.event, sequence: kept.sequence, received: end.now), &states)
  }
}
