import Bellhop
import Store

/// How a watch stands with one of its keys.
public struct WatchStanding: Sendable, Hashable {
  /// It waits for something, or has begun to count.
  public var isOpen: Bool
  /// When it says something unless it comes; nil where it has no deadline.
  public var due: Timestamp?
  /// It has said that something is missing, and waits for it to come back.
  public var isMissed: Bool
}

extension Watches {
  /// What `slot` and `state`, as ``RuleSlot/read(_:)`` found them, tell of a watch that is in force; nil for what belongs to none.
  public func standing(slot: RuleSlot, state: JSON) -> (watch: String, standing: WatchStanding)? {
    guard slot.owner == Self.owner, let compiled = named[slot.name].map({ watches[$0] }), compiled.rule == slot.rule else { return nil }
    let standing: WatchStanding
    switch compiled.watch.rule {
    case .followUp:
      let state = FollowUpState(state)
      standing = WatchStanding(isOpen: state.open != nil, due: state.open?.due, isMissed: state.missed != nil)
    case .heartbeat(_, _, let grace):
      let state = HeartbeatState(state)
      standing = WatchStanding(isOpen: state.due != nil, due: state.due.map { $0 + grace }, isMissed: state.missed != nil)
    case .sequence: standing = WatchStanding(isOpen: SequenceState(state).json != nil, due: nil, isMissed: false)
    case .count: standing = WatchStanding(isOpen: true, due: nil, isMissed: false)
    }
    return (slot.name, standing)
  }
}

extension Watch {
  /// What it waits for, in one line: `user.onboarded within 24h after user.registered, by subject`.
  public var words: String {
    let keys = by.isEmpty ? "" : ", by \(by.joined(separator: ", "))"
    return switch rule {
    case .followUp(let after, let expect, let within): "\(expect) within \(within.short) after \(after)\(keys)"
    case .heartbeat(let expect, .every(let period), let grace): "\(expect) every \(period.short), grace \(grace.short)\(keys)"
    case .heartbeat(let expect, .cron(let cron), let grace): "\(expect) at \(cron.text) \(cron.zone), grace \(grace.short)\(keys)"
    case .sequence(let steps, let within): "\(steps.map(\.description).joined(separator: ", then ")) within \(within.short)\(keys)"
    case .count(let match, let least, let within): "\(least) of \(match) within \(within.short)\(keys)"
    }
  }
}
