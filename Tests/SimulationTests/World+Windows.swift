import Bellhop
import Deciding
import Store
import TestSupport

@testable import Courier

/// What the gateway's clock for windows does: it tells the store of rules that came into force, ends the windows of those that are no more, and
/// wakes the others when they are due. Between any two of its steps the process may die, and any commit may fail.
extension World {
  static let windowPage = 3

  /// A configuration is in force that the store does not know yet.
  mutating func rulesHaveChanged() {
    begun = nil
    endedUntil = nil
    at(dice.duration(0...0.1), .beginRules)
  }

  mutating func beginRules() {
    guard begun != standing else { return stirWindows() }
    guard !commitFails() else { return at(.seconds(1), .beginRules) }
    let rules = decider(standing).rules
    let changed = rules.changed(from: store.states[RuleWords.key])
    if !changed.isEmpty {
      let page = store.alarms(.window, dueBy: Timestamp(microseconds: .max), after: endedUntil, limit: Self.windowPage)
      let ended = page.filter { alarm in
        guard let bytes = store.states[RuleSlot.key(of: alarm.ref)], let slot = RuleSlot.read(bytes)?.slot else { return false }
        return changed.contains(RuleWords.name(of: slot))
      }.map { Alarm(kind: $0.kind, ref: $0.ref, due: min($0.due, wall)) }
      if !ended.isEmpty { commit(Batch(alarms: ended.map(AlarmChange.set), due: ended)) }
      endedUntil = page.last
      if page.count == Self.windowPage { return at(dice.duration(0...0.05), .beginRules) }
    }
    commit(Batch(states: [RuleWords.key: StateValue(rules.bytes)], begins: true))
    begun = standing
    if standing.edition == Rulebook.bare { accounts.checkNothingIsLeft(store) }
    stirWindows()
  }

  /// Asks to be woken for the next window; called for each commit, and when the clock was set.
  mutating func stirWindows() {
    guard process != nil, begun == standing, let next = nextWindow() else { return }
    let time = ticks + max(.zero, next - wall) + dice.duration(0...0.05)
    guard windowWake.map({ time < $0 || $0 < ticks }) ?? true else { return }
    windowWake = time
    at(time - ticks, .windows)
  }

  /// Reports come day after day, and nothing else happens: one without news is the end of the tale.
  private func nextWindow() -> Timestamp? {
    guard let next = store.nextAlarm(.window) else { return nil }
    guard isGood, next > lastNews + .seconds(2 * 86_400) else { return next }
    return nil
  }

  mutating func wakeWindows() {
    guard begun == standing else { return }
    windowWake = nil
    let due = store.alarms(.window, dueBy: wall, limit: Self.windowPage)
    if !due.isEmpty {
      // Looked up before, committed now: somebody may have been quicker.
      at(dice.duration(0...0.05), .wake(due))
    } else {
      stirWindows()
    }
  }

  mutating func wake(_ due: [Alarm]) {
    guard !commitFails() else { return at(.seconds(1), .windows) }
    commit(Batch(due: due))
    at(.zero, .windows)
  }

  mutating func commitFails() -> Bool { diskIsFull || (isRough && !isGood && dice.chance(0.03)) }

  /// Hands a batch to the store and its decider, and reads what they made of it.
  @discardableResult mutating func commit(_ batch: Batch) -> [Acceptance] {
    let scribe = Scribe(decider(standing))
    if !isGood, dice.chance(0.1) {
      // The disk takes nothing of it, and the whole transaction is undone.
      store.undo(batch, now: wall, decider: scribe)
      _ = scribe.take()
    }
    let (acceptances, committed) = store.apply(batch, now: wall, decider: scribe)
    journal.append(.batch(batch, wall, standing))
    accounts.read(scribe.take(), rulebook.editions[standing.edition])
    announce(committed)
    stirWindows()
    return acceptances
  }
}
