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
  /// Removes all that was said about a subject, and its waiting deliveries; answers how many events. The events stay as empty husks.
  func forget(subject: String) async throws(SpoolError) -> Int
  /// Puts ended deliveries back in line with a fresh budget; answers which it did. Only `dead` and `unclear` ones can.
  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64]
}

public struct HistoryQuery: Sendable, Hashable {
  /// Every word must stand in text, subject or data.
  public var words: [String]
  /// A glob: `user.*`.
  public var type: String?
  public var subject: String?
  public var role: String?
  public var fate: Fate?
  public var since: Timestamp?
  public var until: Timestamp?
  public var cursor: Int64?
  /// 1 to 1,000.
  public var limit: Int

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

public struct HistoryPage: Sendable {
  public var events: [HistoryEvent]
  /// Where the next page starts; nil at the end. A page may be short or empty and still have a next one: a search looks at
  /// a bounded number of events at a time.
  public var next: Int64?
  public init(events: [HistoryEvent], next: Int64?) {
    self.events = events
    self.next = next
  }
}

public struct HistoryEvent: Sendable {
  public var sequence: Int64
  public var received: Timestamp
  public var event: Event
  public var fate: Fate
  public var note: String?
  /// Empty in search answers.
  public var deliveries: [HistoryDelivery]
  public init(sequence: Int64, received: Timestamp, event: Event, fate: Fate, note: String?, deliveries: [HistoryDelivery] = []) {
    self.sequence = sequence
    self.received = received
    self.event = event
    self.fate = fate
    self.note = note
    self.deliveries = deliveries
  }
}

public struct HistoryDelivery: Sendable {
  public var id: Int64
  public var sequence: Int64
  public var destination: Destination
  public var role: String
  public var row: String?
  public var alert: Alert
  public var state: DeliveryState
  public var note: String?
  public var fault: String?
  public var due: Timestamp?
  public var attempts: [HistoryAttempt]
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

public struct HistoryAttempt: Sendable, Hashable {
  public var number: Int
  public var at: Timestamp
  public var took: Duration
  public var lane: String
  /// `delivered`, `postponed`, `refused` or `unclear`.
  public var outcome: String
  /// The receipt's note, or the fault's line.
  public var line: String
  public var fault: String?
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
