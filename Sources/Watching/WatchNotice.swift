import Bellhop
import Store

/// What comes of an event or an alarm for the watches: committed with what it came of, or not at all.
public struct WatchNotice: Sendable {
  /// Deadlines that are set or given up.
  public var alarms: [AlarmChange] = []
  /// States to keep under a key, nil to remove.
  public var states: [String: StateValue?] = [:]
  /// Events to be accepted behind it, in this order. Told twice they are duplicates: their ids say what they came of.
  public var emits: [Event] = []
  /// Events that are read when a deadline has passed.
  public var needs: [NeededEvent] = []

  /// Nothing.
  public init() {}

  /// Nothing comes of it.
  public var isEmpty: Bool { alarms.isEmpty && states.isEmpty && emits.isEmpty }
}
