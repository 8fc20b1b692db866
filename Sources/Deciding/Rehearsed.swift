import Bellhop
import Store

/// An event of a ``Rehearsal`` and what became of it.
public struct RehearsedEvent: Sendable {
  /// Counts the events of the rehearsal from 1, those of the house's own among them.
  public let sequence: Int64
  /// When it was received.
  public let received: Timestamp
  /// What happened.
  public let event: Event
  /// Whether any row wanted it.
  public let fate: Fate
  /// In the order of the roles and their rows, each row once; rows without a name are one for each role.
  public internal(set) var parts: [RehearsedPart]

  /// With the times at which its parts were told in the end; the rest as it was.
  public mutating func tell(as later: RehearsedEvent?) {
    guard let later, later.parts.count == parts.count else { return }
    for index in parts.indices { parts[index].told = later.parts[index].told }
  }
}

/// What became of an event for one row.
public struct RehearsedPart: Sendable {
  /// Whose row; empty for `unrouted:`.
  public let role: String
  /// Its name, where it has one.
  public let row: String?
  /// How loud it is, or would have been.
  public let alert: Alert
  /// ``DeliveryState/waiting`` is told; the others mean what they mean in the history.
  public internal(set) var state: DeliveryState
  /// Which rule kept it back, as the history says it.
  public internal(set) var note: String?
  /// The channels and transports that the row names.
  public internal(set) var places: Set<String>
  /// When the first message that tells it goes out: its own, or one that stands for many. Nil: nobody was told so far.
  public internal(set) var told: Timestamp?
  /// What people read where it is told by itself.
  let words: String
  /// The window that keeps it.
  var window: Int64?
}

/// What a row's people read: one message, however many places it goes to.
public struct RehearsedMessage: Sendable {
  /// When it goes out.
  public let at: Timestamp
  /// Whose row; empty for `unrouted:`.
  public let role: String
  /// Its name, where it has one.
  public let row: String?
  /// How loud.
  public let alert: Alert
  /// The title, else the text.
  public let words: String
  /// The event that it is about: one of the house's own where it stands for many.
  public let sequence: Int64
  /// The channels and transports that the row names.
  public let places: Set<String>
}
