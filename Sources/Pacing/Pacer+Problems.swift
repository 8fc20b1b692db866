import Bellhop
import Store

/// What people were last told of a problem: a resolution is told if, and only if, its problem was.
extension Pacer {
  /// Without news of it a problem is forgotten after so long.
  static let memory = Duration.seconds(30 * 86_400)

  func problem(_ event: PacedEvent) -> RuleSlot { slot("problem", [event.stem] + event.values(policy.by)) }

  func isTold(_ event: PacedEvent, _ states: PaceStates) -> Bool { states.read(problem(event))?["t"]?.bool ?? false }

  /// It is told now: what follows of the problem is news.
  func told(_ event: PacedEvent, _ states: inout PaceStates) {
    guard event.isProblem else { return }
    switch event.life {
    case .firing: remember(event, isTold: true, &states)
    case .resolution: states.close(problem(event))
    case .acknowledgement: break
    }
  }

  /// It is held back: unless its problem was told before, nobody waits for its end.
  func withhold(_ event: PacedEvent, _ states: inout PaceStates) {
    guard event.isProblem else { return }
    switch event.life {
    case .firing: if !isTold(event, states) { remember(event, isTold: false, &states) }
    case .resolution: states.close(problem(event))
    case .acknowledgement: break
    }
  }

  private func remember(_ event: PacedEvent, isTold: Bool, _ states: inout PaceStates) {
    states.keep(problem(event), ["t": .bool(isTold), "s": .int(event.sequence)], expires: event.received + Self.memory)
  }

  /// What becomes of an acknowledgement or a resolution whose problem nobody was told of. Nil: it was told, and so is this.
  func ending(_ event: PacedEvent, isAwaited: Bool, _ states: inout PaceStates) -> PaceVerdict? {
    if event.life == .resolution {
      if let healed = heal(event, &states) { return healed }
      closeDedupe(event, &states)
    }
    switch states.read(problem(event))?["t"]?.bool {
    case true?: return nil
    case false?:
      // A problem that flaps is told as such, and each of its changes counts.
      if event.life == .resolution, isFlapping(event, states) { return nil }
      withhold(event, &states)
      return .end(.folded, note: "its problem was not told")
    // Rows that follow no problems tell what they match; the others know of all that was told since they began.
    case nil:
      // Who was told again and again wants to hear of the end, whatever the type of the beginning says.
      if policy.isEmpty || isAwaited { return nil }
      if event.life == .resolution, isFlapping(event, states) { return nil }
      return .unknown
    }
  }
}
