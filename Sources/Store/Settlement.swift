import Bellhop

/// A step in the life of a delivery.
public struct Settlement: Sendable, Hashable {
  /// The delivery's id.
  public var delivery: Int64
  /// The sequence of its event.
  public var event: Int64
  /// The spool's number for its destination, where it is known: a first success is one statement then.
  public var destination: Int64?
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
    delivery: Int64, event: Int64, destination: Int64? = nil, role: String = "", received: Timestamp? = nil, attempt: AttemptRecord? = nil,
    state: DeliveryState,
    note: String? = nil, fault: Fault.Kind? = nil,
    due: Timestamp? = nil, spent: Duration = .zero, started: Bool = false, followUps: [PlannedDelivery] = []
  ) {
    self.delivery = delivery
    self.event = event
    self.destination = destination
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
