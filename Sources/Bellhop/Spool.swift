/// What must survive power loss, as one atomic batch at a time. SQLite implements it; its contract test holds every other one to the same.
public protocol Spool: Sendable {
  /// Random, given to the store when it was made: the first half of message and stream ids.
  var epoch: String { get }

  /// Commits the whole batch or nothing and comes back when it is on disk. Concurrent callers share one fsync.
  /// An arrival whose (sender, source, id) is remembered is answered as a duplicate and changes nothing.
  func commit(_ batch: Batch) async throws(SpoolError) -> [Acceptance]

  /// The deliveries that stand in line (waiting, not due at a time of their own) for any of these destinations,
  /// with an id above `after`, in order of id.
  func waiting(for destinations: [Int64], after: Int64, limit: Int) async throws(SpoolError) -> [Delivery]

  /// Deliveries by id, as far as they still wait; for alarms that have come due.
  func waiting(ids: [Int64]) async throws(SpoolError) -> [Delivery]

  /// All destinations that have deliveries waiting. Costs a look at each destination, not at each delivery.
  func backlog() async throws(SpoolError) -> [Backlog]

  /// Alarms due at `time` or before, earliest first; from the one behind `after` on.
  func alarms(dueBy time: Timestamp, after: Alarm?, limit: Int) async throws(SpoolError) -> [Alarm]

  /// When the earliest alarm is due.
  func nextAlarm() async throws(SpoolError) -> Timestamp?

  /// A value of ``Batch/states``.
  func state(_ key: String) async throws(SpoolError) -> [UInt8]?

  /// All states whose key starts so, by key.
  func states(prefix: String) async throws(SpoolError) -> [String: [UInt8]]
}

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

  /// The arrivals are Bellhop's own trouble: taken while new events are refused for want of room, or nobody would hear of that.
  public var isTrouble: Bool

  /// Nothing to change, unless told otherwise.
  public init(
    arrivals: [Arrival] = [], settlements: [Settlement] = [], alarms: [AlarmChange] = [], states: [String: StateValue?] = [:],
    isTrouble: Bool = false
  ) {
    self.arrivals = arrivals
    self.settlements = settlements
    self.alarms = alarms
    self.states = states
    self.isTrouble = isTrouble
  }

  /// Committing it would do nothing.
  public var isEmpty: Bool { arrivals.isEmpty && settlements.isEmpty && alarms.isEmpty && states.isEmpty }
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

/// An event with its plan, to be accepted.
public struct Arrival: Sendable {
  /// What happened, with its secrets hidden.
  public var event: Event
  /// What is to become of it.
  public var plan: Plan

  /// The plan must have been made for this very event.
  public init(event: Event, plan: Plan) {
    self.event = event
    self.plan = plan
  }
}

/// What became of an arrival, in the order of the batch.
public struct Acceptance: Sendable, Hashable {
  /// The event's sequence in the store; of a duplicate, that of the first.
  public var sequence: Int64
  /// The same (sender, source, id) was accepted before: nothing was kept.
  public var duplicate: Bool
  /// A duplicate whose body was another: it is logged and changes nothing.
  public var differs: Bool

  /// Of a new event, unless told otherwise.
  public init(sequence: Int64, duplicate: Bool = false, differs: Bool = false) {
    self.sequence = sequence
    self.duplicate = duplicate
    self.differs = differs
  }
}

/// A step in the life of a delivery.
public struct Settlement: Sendable, Hashable {
  /// The delivery's id.
  public var delivery: Int64
  /// The sequence of its event.
  public var event: Int64
  /// For metrics: the role that it was for, and when its event was received.
  public var role: String
  /// When its event was received; nil leaves the latency histogram alone.
  public var received: Timestamp?
  /// The attempt that led to it; nil for steps without one (started, dropped, stale, retried by hand).
  public var attempt: AttemptRecord?
  /// What it is now.
  public var state: DeliveryState
  /// One line for the history: why it is dead, folded or unclear.
  public var note: String?
  /// The fault behind ``DeliveryState/dead``, ``DeliveryState/unclear`` or another try.
  public var fault: Fault.Kind?
  /// Waiting only: not before then, out of its lane's order (kept as an alarm). Nil: it stands in line.
  public var due: Timestamp?
  /// The new sum.
  public var spent: Duration
  /// `repeat: no`: an attempt begins with this settlement.
  public var started: Bool
  /// New deliveries of the same event: its fallback.
  public var followUps: [PlannedDelivery]

  /// A step without an attempt, unless told otherwise. `spent` is the whole sum, not what was added.
  public init(
    delivery: Int64, event: Int64, role: String = "", received: Timestamp? = nil, attempt: AttemptRecord? = nil, state: DeliveryState,
    note: String? = nil, fault: Fault.Kind? = nil,
    due: Timestamp? = nil, spent: Duration = .zero, started: Bool = false, followUps: [PlannedDelivery] = []
  ) {
    self.delivery = delivery
    self.event = event
    self.role = role
    self.received = received
    self.attempt = attempt
    self.state = state
    self.note = note
    self.fault = fault
    self.due = due
    self.spent = spent
    self.started = started
    self.followUps = followUps
  }
}

/// One attempt, as the history keeps it.
public struct AttemptRecord: Sendable, Hashable {
  /// 1 for the first; later ones than the store numbers write over the last.
  public var number: Int
  /// Wall time at its start.
  public var at: Timestamp
  /// From its start to its outcome.
  public var took: Duration
  /// The lane it went through: `chat #money`.
  public var lane: String
  /// The kind of the transport: `slack`.
  public var kind: String
  /// With the fault or receipt, whose line goes to the history.
  public var outcome: Outcome

  /// Everything of it is kept.
  public init(number: Int, at: Timestamp, took: Duration, lane: String, kind: String, outcome: Outcome) {
    self.number = number
    self.at = at
    self.took = took
    self.lane = lane
    self.kind = kind
    self.outcome = outcome
  }
}

/// Something to be done at a time, whatever happens until then. Retries and holds are set by settlements and plans themselves.
public struct Alarm: Sendable, Hashable {
  /// What it wakes.
  public enum Kind: Int, Sendable {
    /// A delivery's next try or the end of its hold; `ref` is its id.
    case delivery
  }

  /// What is to be done.
  public var kind: Kind
  /// The id of what it wakes, by its kind.
  public var ref: Int64
  /// Not before then.
  public var due: Timestamp

  /// One of a kind and ref at a time: setting it again moves it.
  public init(kind: Kind, ref: Int64, due: Timestamp) {
    self.kind = kind
    self.ref = ref
    self.due = due
  }
}

/// A change of the table of alarms.
public enum AlarmChange: Sendable, Hashable {
  case set(Alarm)
  case clear(Alarm.Kind, ref: Int64)
}

/// Deliveries waiting for one destination.
public struct Backlog: Sendable, Hashable {
  /// The spool's number for the destination.
  public var destinationID: Int64
  /// As rows named it.
  public var destination: Destination
  /// In line and out of it, counted up to a limit of the spool's: a figure for people.
  public var count: Int
  /// When the oldest of them was received; nil where the spool does not know.
  public var oldest: Timestamp?

  /// A count at one moment, beside running commits.
  public init(destinationID: Int64, destination: Destination, count: Int, oldest: Timestamp?) {
    self.destinationID = destinationID
    self.destination = destination
    self.count = count
    self.oldest = oldest
  }
}

/// What a commit made true, in the order of commits: the courier, metrics and streams live on it.
public struct Committed: Sendable {
  /// Events newly kept; duplicates are not among them.
  public var arrivals: [Kept]
  /// Steps that counted; those of deliveries that had ended are not among them.
  public var settlements: [Settlement]
  /// Deliveries that now wait: of new events and of fallbacks, including those with a `due` of their own.
  public var deliveries: [Delivery]

  /// An event as it was kept.
  public struct Kept: Sendable {
    /// Its place in the store.
    public var sequence: Int64
    /// When it was accepted, on the store's clock.
    public var received: Timestamp
    /// What happened.
    public var event: Event
    /// What its plan made of it.
    public var plan: Plan
    /// All of it is on disk already.
    public init(sequence: Int64, received: Timestamp, event: Event, plan: Plan) {
      self.sequence = sequence
      self.received = received
      self.event = event
      self.plan = plan
    }
  }

  /// Nothing, unless told otherwise.
  public init(arrivals: [Kept] = [], settlements: [Settlement] = [], deliveries: [Delivery] = []) {
    self.arrivals = arrivals
    self.settlements = settlements
    self.deliveries = deliveries
  }
}

/// Why a batch was not committed. Nothing of it is in the store.
public enum SpoolError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The disk is full, or nearly: come back later.
  case full(String)
  /// Above `store.max`.
  case overLimit(String)
  /// More is queued than the disk takes.
  case busy(String)
  /// The store is damaged, closed, or of a newer Bellhop.
  case broken(String)

  /// The line for people, with what to do.
  public var description: String {
    switch self {
    case .full(let line), .overLimit(let line), .busy(let line), .broken(let line): line
    }
  }
}
