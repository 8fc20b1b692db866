import Bellhop

/// What to look for. What is nil or empty does not narrow the search; all that is set must hold.
public struct HistoryQuery: Sendable, Hashable {
  /// A glob: `user.*`.
  public var type: String?
  /// Exactly this one, not a part of it.
  public var subject: String?
  /// Only events with a delivery of this role, whatever became of it.
  public var role: String?
  /// Only events with a delivery of one of these roles; nil is all events.
  public var only: Set<String>?
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
    type: String? = nil, subject: String? = nil, role: String? = nil, only: Set<String>? = nil, fate: Fate? = nil,
    since: Timestamp? = nil, until: Timestamp? = nil, cursor: Int64? = nil, limit: Int = 50
  ) {
    self.type = type
    self.subject = subject
    self.role = role
    self.only = only
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
