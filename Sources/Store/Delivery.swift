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
  /// Since when it may be sent: when it was received, or when a window let it go. Its staleness counts from there.
  public var ready: Timestamp
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
  /// Bytes of memory that it takes up with its words, about.
  public var weight: Int
  /// False: the words of ``event``, its data and ``rendering`` are on disk only, and are read when they are wanted.
  public var isWhole = true

  /// A delivery in line that nobody has tried to send, unless told otherwise. The ids are the spool's to give.
  /// - Parameter weight: where it is known; else it is weighed.
  public init(
    id: Int64, sequence: Int64, destinationID: Int64, destination: Destination, event: Event, received: Timestamp, role: String,
    row: String? = nil, alert: Alert = .normal, rendering: Rendering? = nil, fallback: [Destination] = [], attempts: Int = 0,
    spent: Duration = .zero, due: Timestamp? = nil, started: Bool = false, weight: Int? = nil
  ) {
    self.id = id
    self.sequence = sequence
    self.destinationID = destinationID
    self.destination = destination
    self.event = event
    self.received = received
    ready = received
    self.role = role
    self.row = row
    self.alert = alert
    self.rendering = rendering
    self.fallback = fallback
    self.attempts = attempts
    self.spent = spent
    self.due = due
    self.started = started
    self.weight = weight ?? Self.weight(of: event, rendering)
  }

  /// The message of this delivery. `epoch` is the store's; `publicURL` is `server.public_url` without a slash at its end.
  /// - Parameter sign: 32 characters that nobody can make for a text who does not have the store; without it no message asks to be
  ///   acknowledged.
  public func message(epoch: String, publicURL: String?, sign: ((String) -> String)? = nil) -> Message {
    var links = rendering?.links ?? []
    if let publicURL, let sign, let event = rendering?.acknowledges {
      let link = AckLink(event: event, role: role, end: received + AckLink.lifetime)
      links.append(Message.Link(label: "Acknowledge", url: "\(publicURL)/ack/\(link.token(sign))"))
    }
    return Message(
      id: "\(epoch)-\(id)", event: event, role: role, row: row, title: rendering?.title, text: rendering?.text,
      fields: rendering?.fields ?? [], links: links, alert: alert,
      page: publicURL.map { "\($0)/events/\(sequence)" })
  }
}

extension Delivery {
  /// The type of the event that says that somebody acknowledged another.
  public static let acknowledged = "bellhop.acknowledged"

  /// The event, by its sequence, that people are asked with this message to acknowledge, or are told that somebody did; nil for all others. Where
  /// the vendor can, the answer takes the place of the question.
  public var asked: Int64? {
    if let asked = rendering?.acknowledges { return asked }
    return event.sender == Event.gateway && event.type == Self.acknowledged ? event.data["event"]?.int : nil
  }

  /// A delivery above this many bytes of memory waits without its words.
  public static let largestWhole = 65_536
  /// Memory for a byte of words on disk at most, where nobody has looked at them: `[[1],[1]]` has few letters and many parts.
  public static let treePerByte = 16
  /// Memory of one that waits without its words.
  private static let bare = 1_024

  /// Bytes of memory that a delivery of this event takes up, about.
  public static func weight(of event: Event, _ rendering: Rendering?) -> Int { bare + event.footprint + (rendering?.footprint ?? 0) }

  /// Bytes of memory that it takes up as it is.
  public var held: Int { isWhole ? weight : Self.bare }

  /// The same with all that people said left on disk. Its weight stays: it is what it will take when it is read.
  public func withoutWords() -> Delivery {
    guard isWhole else { return self }
    var bare = self
    bare.event = Event(
      id: event.id, sender: event.sender, source: event.source, type: event.type, subject: event.subject, severity: event.severity,
      time: event.time, text: "")
    bare.rendering = nil
    bare.isWhole = false
    return bare
  }

  /// As it may wait in memory: above `limit` bytes without its words.
  public func waiting(upTo limit: Int) -> Delivery { weight > limit ? withoutWords() : self }
}
