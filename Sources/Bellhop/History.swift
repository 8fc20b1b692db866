/// Reading what happened: search, one event with all its deliveries, dead letters. Implemented by the same store as ``Spool``.
public protocol History: Sendable {
  /// Newest first. `cursor` is the answer's of the page before.
  func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage
  /// By the sender's id (the newest of that id) or by sequence.
  func event(id: String) async throws(SpoolError) -> HistoryEvent?
  func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent?
  /// Newest first; `before` pages on.
  func deliveries(state: DeliveryState, destination: String?, before: Int64?, limit: Int) async throws(SpoolError) -> [HistoryDelivery]
  func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery?
  /// Removes all that was said about a subject, and its waiting deliveries, in up to `limit` events; answers in how many. Fewer than the limit
  /// mean that all is done, in the files too. The events stay as empty husks.
  func forget(subject: String, limit: Int) async throws(SpoolError) -> Int
  /// Puts ended deliveries back in line with a fresh budget; answers which it did. Only `dead` and `unclear` ones can.
  /// `refill` answers the destination of one that was refused when it was planned; nil leaves it as it is.
  func retry(_ ids: [Int64], refill: @escaping Refill) async throws(SpoolError) -> [Int64]
}

/// A destination with its templates filled from the event under the configuration in force, in the role that made the delivery.
public typealias Refill = @Sendable (_ destination: Destination, _ event: Event, _ role: String) -> Destination?

/// What to look for. What is nil or empty does not narrow the search; all that is set must hold.
public struct HistoryQuery: Sendable, Hashable {
  /// Every word must stand in text, subject or data.
  public var words: [String]
  /// A glob: `user.*`.
  public var type: String?
  /// Exactly this one, not a part of it.
  public var subject: String?
  /// Only events with a delivery of this role, whatever became of it.
  public var role: String?
  /// Only events whose plan ended so.
  public var fate: Fate?
  /// Received at this time or later.
  public var since: Timestamp?
  /// Received before this time.
  public var until: Timestamp?
  /// ``HistoryPage/next`` of the page before; nil starts with the newest.
  public var cursor: Int64?
  /// 1 to 1,000.
  public var limit: Int

  /// The newest 50 events, unless narrowed.
  public init(
    words: [String] = [], type: String? = nil, subject: String? = nil, role: String? = nil, fate: Fate? = nil, since: Timestamp? = nil,
    until: Timestamp? = nil, cursor: Int64? = nil, limit: Int = 50
  ) {
    self.words = words
    self.type = type
    self.subject = subject
    self.role = role
    self.fate = fate
    self.since = since
    self.until = until
    self.cursor = cursor
    self.limit = limit
  }
}

/// One page of a search.
public struct HistoryPage: Sendable {
  /// Newest first; without their deliveries.
  public var events: [HistoryEvent]
  /// Where the next page starts; nil at the end. A page may be short or empty and still have a next one: a search looks at
  /// a bounded number of events at a time.
  public var next: Int64?
  /// `next` is nil where nothing older is left to look at.
  public init(events: [HistoryEvent], next: Int64?) {
    self.events = events
    self.next = next
  }
}

/// An event as it was kept.
public struct HistoryEvent: Sendable {
  /// Its place in the store: grows with each event and is never given twice.
  public var sequence: Int64
  /// When it was accepted, on the store's clock.
  public var received: Timestamp
  /// What happened, with its secrets hidden; a husk where it was forgotten.
  public var event: Event
  /// Whether anybody heard of it.
  public var fate: Fate
  /// Why it is unplannable, in one line.
  public var note: String?
  /// Empty in search answers.
  public var deliveries: [HistoryDelivery]
  /// A found event; its deliveries are asked for apart.
  public init(sequence: Int64, received: Timestamp, event: Event, fate: Fate, note: String?, deliveries: [HistoryDelivery] = []) {
    self.sequence = sequence
    self.received = received
    self.event = event
    self.fate = fate
    self.note = note
    self.deliveries = deliveries
  }
}

/// A delivery with all its attempts.
public struct HistoryDelivery: Sendable {
  /// Grows with each delivery of the store.
  public var id: Int64
  /// The sequence of its event.
  public var sequence: Int64
  /// As the row named it.
  public var destination: Destination
  /// Whose table made it; empty for `unrouted:`.
  public var role: String
  /// The row's name, where it has one.
  public var row: String?
  /// How loud it was to arrive.
  public var alert: Alert
  /// What became of it so far.
  public var state: DeliveryState
  /// Why it is folded, unclear or dead, in one line.
  public var note: String?
  /// The word of a ``Fault/Kind``: what went wrong last.
  public var fault: String?
  /// Not tried again before then; nil where it stands in line or has ended.
  public var due: Timestamp?
  /// In their order; the latest ones, where there were very many.
  public var attempts: [HistoryAttempt]
  /// All of what the store knows of it.
  public init(
    id: Int64, sequence: Int64, destination: Destination, role: String, row: String?, alert: Alert, state: DeliveryState, note: String?,
    fault: String?, due: Timestamp?, attempts: [HistoryAttempt]
  ) {
    self.id = id
    self.sequence = sequence
    self.destination = destination
    self.role = role
    self.row = row
    self.alert = alert
    self.state = state
    self.note = note
    self.fault = fault
    self.due = due
    self.attempts = attempts
  }
}

/// One try, as it was kept.
public struct HistoryAttempt: Sendable, Hashable {
  /// 1 for the first.
  public var number: Int
  /// Wall time at its start.
  public var at: Timestamp
  /// From its start to its outcome.
  public var took: Duration
  /// The lane it went through: `chat #money`.
  public var lane: String
  /// `delivered`, `postponed`, `refused` or `unclear`.
  public var outcome: String
  /// The receipt's note, or the fault's line.
  public var line: String
  /// The word of a ``Fault/Kind``; nil where it was delivered.
  public var fault: String?
  /// All of what the store knows of it.
  public init(number: Int, at: Timestamp, took: Duration, lane: String, outcome: String, line: String, fault: String?) {
    self.number = number
    self.at = at
    self.took = took
    self.lane = lane
    self.outcome = outcome
    self.line = line
    self.fault = fault
  }
}
