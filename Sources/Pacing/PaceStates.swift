import Bellhop
import Store

/// The states that rules read and change in one decision: later rules see what earlier ones changed.
public struct PaceStates {
  private let kept: any StateReading
  private var changed: [String: StateValue?] = [:]
  /// What comes of the decision so far.
  private var alarms: [AlarmChange] = []
  private var releases: [Release] = []
  private var closed: [ClosedKeys: Int] = [:]
  private var needs: [NeededEvent] = []
  /// What is to be told besides the event, in order.
  public private(set) var summaries: [PaceSummary] = []

  /// Over what the store has.
  public init(_ kept: any StateReading) { self.kept = kept }

  /// What a rule knows of a key.
  func read(_ slot: RuleSlot) -> JSON? {
    guard let change = changed[slot.key] else { return slot.state(in: kept) }
    guard let value = change, let read = RuleSlot.read(value.bytes), read.slot == slot else { return nil }
    return read.state
  }

  /// The slot of a window and what its rule knows.
  public func window(_ ref: Int64) -> (slot: RuleSlot, state: JSON)? {
    let key = RuleSlot.key(of: ref)
    guard let bytes = changed[key].map({ $0?.bytes }) ?? kept.state(key)?.bytes else { return nil }
    return RuleSlot.read(bytes)
  }

  /// An event that was kept before.
  public func event(_ sequence: Int64) -> StoredEvent? { kept.event(sequence) }

  mutating func keep(_ slot: RuleSlot, _ state: JSON, expires: Timestamp? = nil) { changed[slot.key] = slot.value(state, expires: expires) }

  /// Keeps a state whose rule is woken then.
  mutating func open(_ slot: RuleSlot, _ state: JSON, until due: Timestamp) {
    keep(slot, state)
    alarms.append(.set(Alarm(kind: .window, ref: slot.ref, due: due)))
  }

  /// The window ends: neither state nor alarm is left.
  public mutating func close(_ slot: RuleSlot) {
    changed[slot.key] = .some(nil)
    alarms.append(.clear(.window, ref: slot.ref))
  }

  /// What the window held goes there.
  public mutating func release(_ ref: Int64, _ end: Release.End) { releases.append(Release(window: ref, end: end)) }

  /// An event is read again then.
  mutating func need(_ event: Int64, received: Timestamp, until due: Timestamp) {
    needs.append(NeededEvent(event, received: received, until: due))
  }

  /// A key of a rule was closed as there were too many.
  mutating func count(_ keys: ClosedKeys) { closed[keys, default: 0] += 1 }

  mutating func tell(_ summary: PaceSummary) { summaries.append(summary) }

  /// All of it but the summaries.
  public var consequences: Consequences { Consequences(alarms: alarms, states: changed, releases: releases, closed: closed, needs: needs) }
}
