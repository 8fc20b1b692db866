import Bellhop

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
  /// Nothing but its place and its fate is left. An event always has a source, and a husk has none.
  public var isForgotten: Bool { event.source.isEmpty && event.id == "forgotten-\(sequence)" }
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

extension HistoryDelivery {
  /// A note with something more behind it.
  public static func note(_ old: String?, and more: String) -> String { old.map { "\($0); \(more)" } ?? more }

  /// The parts of such a note.
  public static func notes(_ note: String?) -> [String] { note?.split(separator: "; ").map(String.init) ?? [] }
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
