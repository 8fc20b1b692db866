import Bellhop
import Store

/// What the watches change in one turn of the store. What one wrote, the next one reads.
struct WatchTurn {
  let turn: StoreTurn
  private(set) var notice = WatchNotice()
  private let states: any StateReading

  init(turn: StoreTurn, states: any StateReading) {
    self.turn = turn
    self.states = states
  }

  var now: Timestamp { turn.received }

  private struct Overlay: StateReading {
    let written: [String: StateValue?]
    let states: any StateReading

    func state(_ key: String) -> KeptState? {
      guard let value = written[key] else { return states.state(key) }
      return value.map { KeptState(bytes: $0.bytes, version: 0) }
    }

    func event(_ sequence: Int64) -> StoredEvent? { states.event(sequence) }
  }

  func state(_ slot: RuleSlot) -> JSON? { slot.state(in: Overlay(written: notice.states, states: states)) }

  /// An event that was kept before; nil where it is gone.
  func event(_ sequence: Int64) -> Event? { states.event(sequence)?.event }

  /// Nil: there is nothing left to know.
  mutating func keep(_ state: JSON?, in slot: RuleSlot, expires: Timestamp? = nil) {
    guard let state else { return forget(slot) }
    notice.states[slot.key] = .some(slot.value(state, expires: expires))
  }

  mutating func forget(_ slot: RuleSlot) { notice.states[slot.key] = .some(nil) }

  /// The event of this turn is read again then.
  mutating func need(until due: Timestamp?) {
    if let due { notice.needs.append(NeededEvent(turn.sequence, received: now, until: due)) }
  }

  /// Sets the slot's deadline, or gives it up.
  mutating func expect(_ due: Timestamp?, _ slot: RuleSlot) {
    notice.alarms.append(due.map { .set(Alarm(kind: .window, ref: slot.ref, due: $0)) } ?? .clear(.window, ref: slot.ref))
  }

  /// Whether a deadline is still to come, after its alarm has gone off: it is set again then.
  mutating func wait(_ slot: RuleSlot, until due: Timestamp) -> Bool {
    guard due > now else { return false }
    expect(due, slot)
    return true
  }

  mutating func emit(_ event: Event) { notice.emits.append(event) }
}
