import Bellhop
import Store

/// What is known of a problem that a row tells of until somebody acknowledges it.
public struct Awaited: Sendable, Hashable {
  /// When it was told first.
  public var since: Timestamp
  /// It was told as often as its row says, or to others.
  public var isOver: Bool
  /// When it was acknowledged; nil while nobody has.
  public var answered: Timestamp?
  /// By whom.
  public var who: String?

  /// From what the row keeps of it. Nil where that is of a later time than the event of this sequence: its own was over before.
  init?(_ state: JSON?, of sequence: Int64) {
    guard let state, let first = state["s"]?.int, first <= sequence else { return nil }
    since = Timestamp(microseconds: state["o"]?.int ?? 0)
    isOver = state["x"]?.bool ?? false
    answered = state["a"]?.int.map(Timestamp.init(microseconds:))
    who = state["w"]?.string
  }
}

extension Pacer {
  /// Where it is kept whether somebody acknowledged the event's problem; nil where the row does not ask.
  public func placeOfAnswer(to event: StoredEvent) -> RuleSlot? {
    policy.untilAck == nil ? nil : awaited(paced(event.event, sequence: event.sequence, received: event.received))
  }

  /// Who is told of it is asked to acknowledge it; not where somebody has.
  public func asks(_ event: PacedEvent, _ states: PaceStates) -> Bool {
    policy.untilAck != nil && event.life == .firing && states.read(awaited(event))?["a"] == nil
  }

  /// What is known of it, as it stands there; nil where nobody waits for an answer.
  public static func awaited(_ bytes: [UInt8]?, in place: RuleSlot, of sequence: Int64) -> Awaited? {
    guard let bytes, let read = RuleSlot.read(bytes), read.slot == place else { return nil }
    return Awaited(read.state, of: sequence)
  }

  /// Somebody acknowledges the problem of an event. Answers what was known of it before; nil where there is nothing to acknowledge.
  public func acknowledge(_ event: StoredEvent, by who: String, at now: Timestamp, _ states: inout PaceStates) -> Awaited? {
    guard let place = placeOfAnswer(to: event), let state = states.read(place), let known = Awaited(state, of: event.sequence),
      known.answered == nil
    else { return nil }
    answer(place, state, at: now, by: who, &states)
    return known
  }
}
