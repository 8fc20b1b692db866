import Bellhop

/// What is decided in the store's turn: there alone it is known whether an event is a duplicate, in which order events stand and when each was
/// received. Two requests that both see "the first in five minutes" would both ring.
///
/// Implemented by `Deciding` for the tables in force, and by tests. Every spool calls it, inside the transaction that takes the arrival along,
/// behind the look for duplicates, one arrival after the other. Must hold: pure and quick; equal arguments and states give equal decisions; it
/// may be asked again where a transaction was undone. Its changes are committed with the plan, or not at all.
public protocol Decider: Sendable {
  /// What becomes of an arrival.
  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision

  /// What becomes of a window whose alarm has come due: the alarm is gone, unless the answer sets it again.
  func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences

  /// What is to be there from the moment on at which it comes into force, unless it is there: windows that wait for an hour and not for an event.
  func begin(in turn: StoreTurn, _ states: any StateReading) -> Consequences
}

extension Decider {
  /// Nothing: for those that open no windows.
  public func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences { Consequences() }

  /// Nothing.
  public func begin(in turn: StoreTurn, _ states: any StateReading) -> Consequences { Consequences() }
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

  /// An event that was kept before; nil where it is gone or forgotten.
  func event(_ sequence: Int64) -> StoredEvent?
}

/// An event with its place.
public struct StoredEvent: Sendable, Hashable {
  /// Its place in the store.
  public var sequence: Int64
  /// When it was received, on the store's clock.
  public var received: Timestamp
  /// What happened.
  public var event: Event

  /// An event as it was kept.
  public init(sequence: Int64, received: Timestamp, event: Event) {
    self.sequence = sequence
    self.received = received
    self.event = event
  }
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
  /// What else comes of it.
  public var consequences: Consequences

  /// A plan and no consequences, unless told otherwise.
  public init(plan: Plan, consequences: Consequences = Consequences()) {
    self.plan = plan
    self.consequences = consequences
  }
}

/// What a decision changes besides the plan of its event. Applied in the order of the fields.
public struct Consequences: Sendable {
  /// Windows that open or close.
  public var alarms: [AlarmChange]
  /// States to keep under a key, nil to remove.
  public var states: [String: StateValue?]
  /// What becomes of deliveries that windows held before. The event's own are not among them.
  public var releases: [Release]
  /// Events of the house's own that come of it: kept behind it in the same transaction, and decided like all others, unless their identity is
  /// remembered.
  public var emitted: [Arrival]
  /// How many keys of a rule were closed before their time, as there were too many.
  public var closed: [ClosedKeys: Int]
  /// Events that a window will read at its end: until then no spool removes them for their age.
  public var needs: [NeededEvent]

  /// Nothing, unless told otherwise.
  public init(
    alarms: [AlarmChange] = [], states: [String: StateValue?] = [:], releases: [Release] = [], emitted: [Arrival] = [],
    closed: [ClosedKeys: Int] = [:], needs: [NeededEvent] = []
  ) {
    self.alarms = alarms
    self.states = states
    self.releases = releases
    self.emitted = emitted
    self.closed = closed
    self.needs = needs
  }

  /// Nothing changes.
  public var isEmpty: Bool { alarms.isEmpty && states.isEmpty && releases.isEmpty && emitted.isEmpty && needs.isEmpty }
}

/// An event that somebody waits to read.
public struct NeededEvent: Sendable, Hashable {
  /// Its sequence.
  public var event: Int64
  /// When it was received: its age counts from there.
  public var received: Timestamp
  /// When it will be read.
  public var until: Timestamp

  /// An event that is read then.
  public init(_ event: Int64, received: Timestamp, until: Timestamp) {
    self.event = event
    self.received = received
    self.until = until
  }
}

/// A rule whose keys were more than it may have.
public struct ClosedKeys: Sendable, Hashable {
  /// Whose row.
  public var role: String
  /// The row as its rules know it.
  public var row: String
  /// `dedupe`.
  public var rule: String

  /// A rule of a row.
  public init(role: String, row: String, rule: String) {
    self.role = role
    self.row = row
    self.rule = rule
  }
}

/// What becomes of the deliveries that a window held.
public struct Release: Sendable, Hashable {
  /// The window's number.
  public var window: Int64
  /// Their next place.
  public var end: End

  /// Where held deliveries go.
  public enum End: Sendable, Hashable {
    /// Into line, or not before a time.
    case line(notBefore: Timestamp?)
    /// Held on by another window.
    case window(Int64, note: String)
    /// They end here: ``DeliveryState/folded`` or ``DeliveryState/silenced``, with the reason.
    case ended(DeliveryState, note: String)
  }

  /// All that the window holds go there.
  public init(window: Int64, end: End) {
    self.window = window
    self.end = end
  }
}

/// Takes every wish for the plan: for stores whose arrivals come planned whole.
public struct AsWished: Decider {
  /// It knows nothing.
  public init() {}

  /// The wish.
  public func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision { Decision(plan: arrival.wish.plan) }
}
