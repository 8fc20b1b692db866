import Bellhop

/// One atomic change. Parts are applied in the order of the fields.
public struct Batch: Sendable {
  /// Events to accept, answered in this order.
  public var arrivals: [Arrival]
  /// Steps of deliveries; each counts only while its delivery waits.
  public var settlements: [Settlement]
  /// Changes of alarms that no settlement makes by itself.
  public var alarms: [AlarmChange]
  /// Values to keep under a key, nil to remove: pauses, threads, windows.
  public var states: [String: StateValue?]

  /// Windows whose alarms have come due: each is decided if its alarm still stands and is due.
  public var due: [Alarm]

  /// The decider has come into force: it is asked what is to be there from now on.
  public var begins: Bool

  /// The arrivals are Bellhop's own trouble: taken while new events are refused for want of room, or nobody would hear of that.
  public var isTrouble: Bool

  /// Nothing to change, unless told otherwise.
  public init(
    arrivals: [Arrival] = [], settlements: [Settlement] = [], alarms: [AlarmChange] = [], states: [String: StateValue?] = [:],
    due: [Alarm] = [], begins: Bool = false, isTrouble: Bool = false
  ) {
    self.arrivals = arrivals
    self.settlements = settlements
    self.alarms = alarms
    self.states = states
    self.due = due
    self.begins = begins
    self.isTrouble = isTrouble
  }

  /// Nobody waits for it: the spool may let it wait for the next batch for some 20 ms, so that both are one commit, unless ``Spool/hurry()``
  /// is called.
  public var isPatient = false

  /// Committing it would do nothing.
  public var isEmpty: Bool { arrivals.isEmpty && settlements.isEmpty && alarms.isEmpty && states.isEmpty && due.isEmpty && !begins }
}

/// What is kept under a key of ``Batch/states``.
public struct StateValue: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// Its form is whose key it is.
  public var bytes: [UInt8]
  /// From then on the spool may remove it; nil stays until it is removed by its key.
  public var expires: Timestamp?

  /// A value that stays, unless told otherwise.
  public init(_ bytes: [UInt8], expires: Timestamp? = nil) {
    self.bytes = bytes
    self.expires = expires
  }

  /// Bytes that stay.
  public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}
