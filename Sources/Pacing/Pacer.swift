import Bellhop
import Matching
import Store

/// The noise rules of one row at work. Pure: what becomes of an event is a function of the policy, the states, the event and the time.
///
/// The rules stand in one order, and the first that holds an event back is the one that the history names: silence, `muted_while`, `settle`,
/// `dedupe`, `flap`, `throttle`, `digest`, `hold_until`.
public struct Pacer: Sendable {
  /// What the row says.
  public let policy: PacePolicy
  let calendars: [String: Calendar]

  /// The rules of one row. `calendars` are for matches with `during:` and `outside:`.
  public init(_ policy: PacePolicy, calendars: [String: Calendar] = [:]) {
    self.policy = policy
    self.calendars = calendars
  }

  /// A rule that every event passes in turn.
  enum PaceStage: Int, CaseIterable { case settle, dedupe, flap, throttle, digest, hold }

  /// An event as this row sees it.
  public func paced(_ event: Event, sequence: Int64, received: Timestamp) -> PacedEvent {
    PacedEvent(event, sequence: sequence, received: received, policy: policy, calendars: calendars)
  }

  /// What becomes of an event that the row takes.
  /// - Parameter silence: the line of the silence that is in force for it.
  public func decide(_ event: PacedEvent, silence: String? = nil, _ states: inout PaceStates) -> PaceVerdict {
    let isAwaited = heed(event, &states)
    // Who is told again and again need not be rung for the word that somebody saw it.
    var cap: Alert? = policy.untilAck != nil && event.life == .acknowledgement ? .quiet : nil
    if let silence {
      // People heard that it began: they hear that it is over.
      guard event.life == .resolution, isTold(event, states) else {
        withhold(event, &states)
        return .end(.silenced, note: silence)
      }
      cap = .quiet
    }
    if let note = muted(event, &states) {
      withhold(event, &states)
      return .end(.folded, note: note)
    }
    if event.life != .firing, let end = ending(event, isAwaited: isAwaited, &states) { return end }
    return proceed(event, from: .settle, atMost: cap, &states)
  }

  /// The way through the rules from one of them on.
  func proceed(_ event: PacedEvent, from first: PaceStage, atMost cap: Alert? = nil, _ states: inout PaceStates) -> PaceVerdict {
    for stage in PaceStage.allCases where stage.rawValue >= first.rawValue {
      if let verdict = pass(event, stage, &states) { return verdict }
    }
    told(event, &states)
    awaitAnswer(event, from: event.received, &states)
    return .tell(atMost: cap)
  }

  /// Nil: the rule lets it pass.
  private func pass(_ event: PacedEvent, _ stage: PaceStage, _ states: inout PaceStates) -> PaceVerdict? {
    switch stage {
    case .settle: policy.settle.flatMap { settle($0, event, &states) }
    case .dedupe: policy.dedupe.flatMap { dedupe($0, event, &states) }
    case .flap: policy.flap.flatMap { flap($0, event, &states) }
    case .throttle: policy.throttle.flatMap { throttle($0, event, &states) }
    case .digest: policy.digest.flatMap { digest($0, event, &states) }
    case .hold: policy.hold.flatMap { hold($0, event, &states) }
    }
  }

  /// What becomes of a window of this row whose time has come, or whose rule is no more.
  /// - Parameter isSilenced: whether a silence that is in force now holds a message of this row about that event back.
  public func wake(
    _ slot: RuleSlot, _ state: JSON, due: Timestamp, at now: Timestamp, isSilenced: (Event) -> Bool = { _ in false },
    _ states: inout PaceStates
  ) {
    let end = WindowEnd(slot: slot, state: state, due: due, now: now)
    switch slot.rule {
    case "settle": wakeSettle(end, &states)
    case "dedupe": wakeDedupe(end, &states)
    case "flap": wakeFlap(end, &states)
    case "throttle": wakeThrottle(end, &states)
    case "digest": wakeDigest(end, &states)
    case "report": wakeReport(end, &states)
    case "hold": wakeHold(end, &states)
    case "until_ack": wakeAwaited(end, isSilenced: isSilenced, &states)
    case let rule where rule.hasPrefix(Self.others): wakeOthers(end, &states)
    default: if slot.rule.hasPrefix("muted") { wakeMuted(end, &states) } else { states.close(slot) }
    }
  }

  /// A window at its end.
  struct WindowEnd {
    let slot: RuleSlot
    let state: JSON
    let due: Timestamp
    let now: Timestamp

    /// When it began.
    var opened: Timestamp { Timestamp(microseconds: state["o"]?.int ?? due.microseconds) }
    /// Told so where people waited for it: the gateway was down, or the clock was.
    var late: Timestamp? { now - due > .seconds(60) ? due : nil }
  }

  /// The place of a rule's key.
  func slot(_ rule: String, _ values: [String?] = []) -> RuleSlot {
    RuleSlot(owner: Pacer.owner, name: "\(policy.role)/\(policy.row)", rule: rule, values: values)
  }

  /// Of the slots of all rows.
  public static let owner = "pace"

  /// It is told whatever the rule says.
  func cuts(through unless: Match?, _ event: PacedEvent) -> Bool {
    guard let unless else { return false }
    return unless.miss(at: MatchContext(event: event.event, time: event.received, calendars: calendars)) == nil
  }

  /// A message of a rule's own.
  func summary(_ kind: PaceSummary.Kind, _ tally: Tally, _ end: WindowEnd, like: Int64? = nil, atMost: Alert? = nil) -> PaceSummary {
    PaceSummary(
      kind: kind, role: policy.role, row: policy.row, window: end.slot.ref, opened: end.opened, closed: end.now, due: end.late,
      types: tally.types, count: tally.count, worst: tally.worst, samples: tally.first + tally.last, like: like, atMost: atMost)
  }
}
