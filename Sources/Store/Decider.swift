import Bellhop

/// What is decided in the store's turn: there alone it is known whether an event is a duplicate, in which order events stand and when each was
/// received. Two requests that both see "the first in five minutes" would both ring.
///
/// Implemented by `Routing` for the tables in force, and by tests. Every spool calls it, inside the transaction that takes the arrival along,
/// behind the look for duplicates, one arrival after the other. Must hold: pure and quick; equal arguments and states give equal decisions; it
/// may be asked again where a transaction was undone. Its changes are committed with the plan, or not at all.
public protocol Decider: Sendable {
  /// What becomes of an arrival.
  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision
}

/// Where an arrival stands.
public struct StoreTurn: Sendable, Hashable {
  /// Its sequence in the store, if it is kept.
  public var sequence: Int64
  /// When it was received, on the store's clock.
  public var received: Timestamp

  /// A place and a time.
  public init(sequence: Int64, received: Timestamp) {
    self.sequence = sequence
    self.received = received
  }
}

/// Small states, read through by key: what earlier decisions of the same transaction changed is seen.
///
/// Implemented by every spool for the length of one decision; only deciders call it.
public protocol StateReading {
  /// The value under a key; nil where there is none, or it has expired. A failure of the store undoes the whole transaction afterwards.
  func state(_ key: String) -> KeptState?
}

/// A state as it is kept.
public struct KeptState: Sendable, Hashable {
  /// As it was given to ``StateValue``.
  public var bytes: [UInt8]
  /// Another one for every change of the key, never given twice: an engine without a single writer decides again where it has moved.
  public var version: Int64

  /// A value of that version.
  public init(bytes: [UInt8], version: Int64) {
    self.bytes = bytes
    self.version = version
  }
}

/// What a decider made of an arrival: committed as one.
public struct Decision: Sendable {
  /// What becomes of the event.
  public var plan: Plan
  /// Windows that open or close.
  public var alarms: [AlarmChange]
  /// States to keep under a key, nil to remove.
  public var states: [String: StateValue?]

  /// A plan and no changes, unless told otherwise.
  public init(plan: Plan, alarms: [AlarmChange] = [], states: [String: StateValue?] = [:]) {
    self.plan = plan
    self.alarms = alarms
    self.states = states
  }
}

/// Takes every wish for the plan: for stores whose arrivals come planned whole.
public struct AsWished: Decider {
  /// It knows nothing.
  public init() {}

  /// The wish.
  public func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision { Decision(plan: arrival.wish.plan) }
}
