/// What became of a delivery.
public enum DeliveryState: Int, Sendable, CaseIterable {
  /// Queued, or to be tried again.
  case waiting
  case delivered
  /// Told by another delivery, or too old to be worth telling.
  case folded
  /// Held back by a silence.
  case silenced
  /// Sent without an answer, and not sent again.
  case unclear
  /// Could not be delivered; can be retried by hand.
  case dead

  /// The word used in the history, the API and metrics.
  public var word: String {
    switch self {
    case .waiting: "waiting"
    case .delivered: "delivered"
    case .folded: "folded"
    case .silenced: "silenced"
    case .unclear: "unclear"
    case .dead: "dead"
    }
  }

  /// The state of that word, or nil. Words are lower case.
  public init?(word: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}

/// What the plan made of an event as a whole.
public enum Fate: Int, Sendable, CaseIterable {
  case planned
  /// No row wanted it.
  case unrouted
  /// Planning failed; it is kept, with the reason.
  case unplannable

  /// The word used in the history, the API and metrics.
  public var word: String {
    switch self {
    case .planned: "planned"
    case .unrouted: "unrouted"
    case .unplannable: "unplannable"
    }
  }
}

/// Which deliveries an event becomes. Pure data: routing makes it, the spool keeps it.
public struct Plan: Sendable, Hashable {
  /// Whether anybody hears of the event.
  public var fate: Fate
  /// Why it is unplannable, in one line.
  public var note: String?
  /// In the order of the roles and their rows; also those that end at once, folded or dead.
  public var deliveries: [PlannedDelivery]

  /// Planned and heard by nobody, unless told otherwise.
  public init(fate: Fate = .planned, note: String? = nil, deliveries: [PlannedDelivery] = []) {
    self.fate = fate
    self.note = note
    self.deliveries = deliveries
  }
}

/// A delivery before it is kept.
public struct PlannedDelivery: Sendable, Hashable {
  /// As the row named it: resolved anew at each attempt.
  public var destination: Destination
  /// Whose table made it; empty for `unrouted:`.
  public var role: String
  /// The row's name, where it has one.
  public var row: String?
  /// The row's level, or the loudest of several roles that reach the same target.
  public var alert: Alert
  /// Nil: the event's own text.
  public var rendering: Rendering?
  /// ``DeliveryState/waiting`` or, with a `note`, ``DeliveryState/folded`` or ``DeliveryState/dead``.
  public var state: DeliveryState
  /// Why it is folded (`same target as role devops`) or dead from the start (`channel: #x is not in only: #shop-*`).
  /// The dead one's target then holds its templates as written: filled, a retry could go where `only` forbids.
  public var note: String?
  /// Held until then (`hold_until`).
  public var notBefore: Timestamp?
  /// Where it goes when it is dead.
  public var fallback: [Destination]

  /// A delivery that waits at normal alert, without a fallback, unless told otherwise.
  public init(
    destination: Destination, role: String, row: String? = nil, alert: Alert = .normal, rendering: Rendering? = nil,
    state: DeliveryState = .waiting, note: String? = nil, notBefore: Timestamp? = nil, fallback: [Destination] = []
  ) {
    self.destination = destination
    self.role = role
    self.row = row
    self.alert = alert
    self.rendering = rendering
    self.state = state
    self.note = note
    self.notBefore = notBefore
    self.fallback = fallback
  }
}

/// A delivery that waits, with all that an attempt needs.
public struct Delivery: Sendable, Hashable {
  /// Grows with each delivery of a store: the order in its lane.
  public var id: Int64
  /// The event's sequence in the store.
  public var sequence: Int64
  /// The spool's number for ``destination``.
  public var destinationID: Int64
  /// As the row named it: resolved anew at each attempt.
  public var destination: Destination
  /// What happened, with its secrets hidden.
  public var event: Event
  /// When the event was accepted, on the store's clock, which never runs backwards.
  public var received: Timestamp
  /// Whose table made it; empty for `unrouted:`.
  public var role: String
  /// The row's name, where it has one.
  public var row: String?
  /// How loud it is to arrive.
  public var alert: Alert
  /// What the row's templates made; nil where the message is the event's own text.
  public var rendering: Rendering?
  /// Where it goes when it is dead, once.
  public var fallback: [Destination]
  /// Attempts so far.
  public var attempts: Int
  /// Of the retry budget: the delays between attempts that no vendor and no breaker asked for.
  public var spent: Duration
  /// Due then, and out of its lane's order; nil while it stands in line.
  public var due: Timestamp?
  /// An attempt of a `repeat: no` transport began and its end is not known.
  public var started: Bool

  /// A delivery in line that nobody has tried to send, unless told otherwise. The ids are the spool's to give.
  public init(
    id: Int64, sequence: Int64, destinationID: Int64, destination: Destination, event: Event, received: Timestamp, role: String,
    row: String? = nil, alert: Alert = .normal, rendering: Rendering? = nil, fallback: [Destination] = [], attempts: Int = 0,
    spent: Duration = .zero, due: Timestamp? = nil, started: Bool = false
  ) {
    self.id = id
    self.sequence = sequence
    self.destinationID = destinationID
    self.destination = destination
    self.event = event
    self.received = received
    self.role = role
    self.row = row
    self.alert = alert
    self.rendering = rendering
    self.fallback = fallback
    self.attempts = attempts
    self.spent = spent
    self.due = due
    self.started = started
  }

  /// The message of this delivery. `epoch` is the store's; `publicURL` is `server.public_url` without a slash at its end.
  public func message(epoch: String, publicURL: String?) -> Message {
    Message(
      id: "\(epoch)-\(id)", event: event, role: role, row: row, title: rendering?.title, text: rendering?.text,
      fields: rendering?.fields ?? [], links: rendering?.links ?? [], alert: alert,
      page: publicURL.map { "\($0)/events/\(sequence)" })
  }
}
