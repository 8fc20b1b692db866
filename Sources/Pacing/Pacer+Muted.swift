import Bellhop
import Matching
import Store

/// `muted_while`: a consequence is quiet while its cause is known, and told if it outlives it.
extension Pacer {
  /// Consequences that are remembered one by one; more are counted.
  private static let remembered = 50
  /// What came so shortly before its cause, and settles, is a consequence too.
  private static let near = Duration.seconds(30)

  private func cause(_ number: Int, _ event: PacedEvent) -> RuleSlot {
    slot("muted\(number)", event.values(policy.mutedWhile[number].same))
  }

  private func nearby(_ number: Int, _ event: PacedEvent) -> RuleSlot {
    slot("near\(number)", event.values(policy.mutedWhile[number].same))
  }

  /// The cause's own kind, whatever of its life the event speaks of.
  private func isCause(_ rule: PacePolicy.MutedWhile, _ event: PacedEvent) -> Bool {
    func matches(_ event: Event, _ time: Timestamp) -> Bool {
      rule.cause.miss(at: MatchContext(event: event, time: time, calendars: calendars)) == nil
    }
    if matches(event.event, event.received) { return true }
    guard let told = ProblemLife.told(by: event.event.type) else { return false }
    var other = event.event
    for type in [told.stem, told.stem + ".firing"] {
      other.type = type
      if matches(other, event.received) { return true }
    }
    return false
  }

  /// Looks at every event of the house, taken by the row or not: one may be a cause.
  public func watchCauses(_ event: PacedEvent, _ states: inout PaceStates) {
    for (number, rule) in policy.mutedWhile.enumerated() where isCause(rule, event) {
      let window = cause(number, event)
      let state = states.read(window)
      let life = ProblemLife.told(by: event.event.type)?.life ?? .firing
      // Several causes may be known at a time: the last of them to end is the end.
      let name = String(fingerprint("\(problem(event).ref)"), radix: 36)
      var causes = (state?["a"]?.array ?? []).compactMap(\.string)
      switch (life, state) {
      case (.firing, let state?) where state["p"]?.int == 0:
        guard !causes.contains(name), causes.count < Self.remembered else { continue }
        causes.append(name)
        var more = state.object ?? [:]
        more["a"] = .array(causes.map(JSON.string))
        states.keep(window, .object(more))
      case (.firing, _): begin(number, rule, window, event, name, after: state, &states)
      case (.resolution, let state?) where state["p"]?.int == 0:
        causes.removeAll { $0 == name }
        var over = state.object ?? [:]
        over["a"] = .array(causes.map(JSON.string))
        guard causes.isEmpty else {
          states.keep(window, .object(over))
          continue
        }
        // What it caused has so long to heal too.
        over["p"] = 1
        states.open(window, .object(over), until: event.received + rule.length)
      default: break
      }
    }
  }

  private func begin(
    _ number: Int, _ rule: PacePolicy.MutedWhile, _ window: RuleSlot, _ event: PacedEvent, _ cause: String, after before: JSON?,
    _ states: inout PaceStates
  ) {
    // What an earlier cause left is told with what this one will leave.
    var muted = before?["m"]?.array ?? []
    for one in states.read(nearby(number, event))?.array ?? [] {
      guard let sequence = one.int, let kept = states.event(sequence), event.received - kept.received <= Self.near else { continue }
      let settling = slot("settle", [stem(of: kept)] + paced(kept.event, sequence: sequence, received: kept.received).values(policy.by))
      guard let state = states.read(settling), state["s"]?.int == sequence else { continue }
      states.close(settling)
      states.release(settling.ref, .ended(.folded, note: note(rule, event.sequence)))
      muted.append(.int(sequence))
    }
    states.open(
      window,
      [
        "o": .int(event.received.microseconds), "s": .int(event.sequence), "p": 0, "a": [.string(cause)], "m": .array(muted),
      ], until: event.received + rule.length)
  }

  private func stem(of kept: StoredEvent) -> String { paced(kept.event, sequence: kept.sequence, received: kept.received).stem }

  private func note(_ rule: PacePolicy.MutedWhile, _ cause: Int64) -> String { "muted_while: \(rule.label) is known, event \(cause)" }

  /// Why the event is quiet; nil where no cause of it is known.
  func muted(_ event: PacedEvent, _ states: inout PaceStates) -> String? {
    guard event.life == .firing else { return nil }
    for (number, rule) in policy.mutedWhile.enumerated() where !isCause(rule, event) {
      let window = cause(number, event)
      guard var state = states.read(window)?.object, state["p"]?.int == 0, !isTold(event, states) else { continue }
      var list = state["m"]?.array ?? []
      if list.count < Self.remembered { list.append(.int(event.sequence)) }
      state["m"] = .array(list)
      states.keep(window, .object(state))
      return note(rule, state["s"]?.int ?? 0)
    }
    return nil
  }

  /// Notes what begins to settle: its cause may come in a moment.
  func noteNear(_ event: PacedEvent, _ window: RuleSlot, _ states: inout PaceStates) {
    for number in policy.mutedWhile.indices {
      let slot = nearby(number, event)
      let list = (states.read(slot)?.array ?? []).suffix(Self.remembered - 1) + [.int(event.sequence)]
      states.keep(slot, .array(Array(list)), expires: event.received + Self.near + .seconds(1))
    }
  }

  func wakeMuted(_ end: WindowEnd, _ states: inout PaceStates) {
    states.close(end.slot)
    var tally = Tally()
    var isStillThere = false
    for sequence in (end.state["m"]?.array ?? []).compactMap(\.int) {
      guard let kept = states.event(sequence) else { continue }
      let event = paced(kept.event, sequence: sequence, received: kept.received)
      // Healed meanwhile, or told by another way.
      if event.isProblem, states.read(problem(event))?["t"]?.bool != false { continue }
      isStillThere = isStillThere || event.isProblem
      tally.add(event)
      told(event, &states)
    }
    guard tally.count > 0 else { return }
    // Of what has no end nobody knows whether it lasts: it is told for the record.
    states.tell(summary(.outlived, tally, end, like: tally.first.first, atMost: isStillThere ? nil : .quiet))
  }
}
