import Bellhop

/// The events of a store in the order of their sequences, for what looks through them: an index beside the store, and a search. Implemented by
/// the same store as ``Spool``.
///
/// What must hold: nothing here makes the courier or the writer wait, and any number of calls may run at a time.
public protocol EventLog: Sendable {
  /// The store's: what was made of another store's events is of no use here.
  var epoch: String { get }
  /// From the lowest to the highest sequence; nil where there are no events.
  func eventSpan() async throws(SpoolError) -> ClosedRange<Int64>?
  /// Events above `after`, up to `through`, the lowest first, without those that were forgotten. The page ends behind `limit` events or
  /// `bytes` of words, and has one at least where there is one.
  func events(after: Int64, through: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> LoggedPage
  /// Looks at events, the newest first.
  func scan(_ scan: EventScan) async throws(SpoolError) -> ScannedEvents
  /// The lowest sequence of what was received at a time or later; above the highest where nothing was.
  func sequence(receivedFrom time: Timestamp) async throws(SpoolError) -> Int64
  /// When the event of that sequence was received, or the next one above it; nil where there is none.
  func received(from sequence: Int64) async throws(SpoolError) -> Timestamp?
}

/// An event as an index wants it: with who heard of it, which does not change.
public struct LoggedEvent: Sendable {
  /// Its place in the store.
  public var sequence: Int64
  /// What happened, without its data.
  public var event: Event
  /// Its data as JSON text (RFC 8259), an object; empty where there are none. An index reads each once: it needs no tree.
  public var data: [UInt8]
  /// Of its deliveries, each once.
  public var roles: [String]
  /// The names of the rows that made them, each once.
  public var rows: [String]

  /// What the store knows of it.
  public init(sequence: Int64, event: Event, data: [UInt8], roles: [String], rows: [String]) {
    self.sequence = sequence
    self.event = event
    self.data = data
    self.roles = roles
    self.rows = rows
  }
}

/// A page of events in the order in which they came.
public struct LoggedPage: Sendable {
  /// The lowest first.
  public var events: [LoggedEvent]
  /// All up to this sequence is on this page or an earlier one.
  public var through: Int64

  /// A page and where it ends.
  public init(events: [LoggedEvent], through: Int64) {
    self.events = events
    self.through = through
  }
}

/// What is looked at in one go, and what is wanted of it.
public struct EventScan: Sendable {
  /// Which events are looked at.
  public enum ScanWay: Sendable, Hashable {
    /// All there are.
    case all
    /// Those of exactly this type.
    case type(String)
    /// Those about exactly this subject.
    case subject(String)
    /// These, the highest first.
    case these([Int64])
  }

  /// Which are looked at.
  public var way: ScanWay
  /// None below this sequence.
  public var from: Int64
  /// None from this sequence on.
  public var before: Int64
  /// It ends behind so many that are taken, …
  public var limit: Int
  /// … behind so many bytes of their words, …
  public var bytes: Int
  /// … or then. One event is looked at in any case.
  public var deadline: ContinuousClock.Instant
  /// Whether an event is wanted, by what it says.
  public var takes: @Sendable (HistoryEvent) -> Bool
  /// The event with its deliveries as it is handed out; nil where it is not wanted. Without this they are not read.
  public var tells: (@Sendable (HistoryEvent) -> HistoryEvent?)?

  /// All that is asked for.
  public init(
    way: ScanWay, from: Int64, before: Int64, limit: Int, bytes: Int, deadline: ContinuousClock.Instant,
    takes: @escaping @Sendable (HistoryEvent) -> Bool, tells: (@Sendable (HistoryEvent) -> HistoryEvent?)? = nil
  ) {
    self.way = way
    self.from = from
    self.before = before
    self.limit = limit
    self.bytes = bytes
    self.deadline = deadline
    self.takes = takes
    self.tells = tells
  }
}

/// What a scan found.
public struct ScannedEvents: Sendable {
  /// The newest first.
  public var events: [HistoryEvent]
  /// Bytes of their words.
  public var bytes: Int
  /// The lowest that was looked at, where the scan ended early; nil where all was looked at.
  public var last: Int64?

  /// `last` is nil where nothing is left.
  public init(events: [HistoryEvent], bytes: Int, last: Int64?) {
    self.events = events
    self.bytes = bytes
    self.last = last
  }
}
