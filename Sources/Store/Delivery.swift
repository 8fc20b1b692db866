import Bellhop

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
