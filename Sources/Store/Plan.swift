import Bellhop

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
  /// What the note of one that is folded begins with, where the other belongs to another role; that role's name follows.
  public static let folding = sameTarget + "role "
  /// The same for any other that reaches its target.
  public static let sameTarget = "same target as "

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
  /// ``DeliveryState/waiting`` or, with a `note`, any that it can begin with: folded, silenced, held or dead.
  public var state: DeliveryState
  /// Of what is ``DeliveryState/held``: the number of the window that holds it.
  public var window: Int64?
  /// Why it is folded (`same target as role devops`) or dead from the start (`channel: #x is not in only: #shop-*`).
  /// The dead one's target then holds its templates as written: filled, a retry could go where `only` forbids.
  public var note: String?
  /// The calendars that hold it back (`hold_until`), until the first of them opens; none is not held. Decided in the store's turn.
  public var holds: [String]
  /// Held until then.
  public var notBefore: Timestamp?
  /// Where it goes when it is dead.
  public var fallback: [Destination]

  /// A delivery that waits at normal alert, without a fallback, unless told otherwise.
  public init(
    destination: Destination, role: String, row: String? = nil, alert: Alert = .normal, rendering: Rendering? = nil,
    state: DeliveryState = .waiting, window: Int64? = nil, note: String? = nil, holds: [String] = [],
    notBefore: Timestamp? = nil, fallback: [Destination] = []
  ) {
    self.destination = destination
    self.role = role
    self.row = row
    self.alert = alert
    self.rendering = rendering
    self.state = state
    self.window = window
    self.note = note
    self.holds = holds
    self.notBefore = notBefore
    self.fallback = fallback
  }
}
