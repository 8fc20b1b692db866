import Bellhop
import Store

/// What the rules of a row make of an event.
public enum PaceVerdict: Sendable, Hashable {
  /// It is told, no louder than that.
  case tell(atMost: Alert?)
  /// It is the end of no problem that the row knows.
  case unknown
  /// A window holds it.
  case hold(window: Int64, note: String)
  /// It is not told by itself: ``DeliveryState/folded`` or ``DeliveryState/silenced``, and why.
  case end(DeliveryState, note: String)
}

/// A message of a rule's own: what it held back, in one.
public struct PaceSummary: Sendable, Hashable {
  /// What kind of message it is: the end of its event's type.
  public enum Kind: String, Sendable, CaseIterable {
    /// Repeats of what was told.
    case repeats
    /// What was above a throttle.
    case throttled
    case digest
    /// A day's digest.
    case report
    /// A problem comes and goes.
    case flapping
    /// It has come to rest.
    case settled
    /// Consequences that outlived their cause.
    case outlived
    /// Keys that were closed because too many were open.
    case others
    /// The same once more, as nobody has acknowledged it.
    case reminder
    /// Nobody has acknowledged it at all: others are told.
    case escalation
  }

  /// What kind.
  public var kind: Kind
  /// Whose rule.
  public var role: String
  /// Of which row.
  public var row: String
  /// The rule's number: with ``opened`` it names the message.
  public var window: Int64
  /// When the window began.
  public var opened: Timestamp
  /// When it ended.
  public var closed: Timestamp
  /// When it should have ended, where that was more than a minute before.
  public var due: Timestamp?
  /// How many of each type.
  public var types: [TypeCount]
  /// The same of the window before, for reports.
  public var before: [TypeCount]?
  /// Of all of them.
  public var count: Int
  /// The worst of them.
  public var worst: Severity
  /// The first few and the last few, by sequence.
  public var samples: [Int64]
  /// The event that it goes with: its targets and its thread. Nil: the row's own.
  public var like: Int64?
  /// No louder than that; nil is the row's level.
  public var atMost: Alert?
  /// Of a reminder: which time this is of how many.
  public var turn: ReminderTurn?
  /// A line in front: `resolved`.
  public var state: ProblemLife?
}

/// Which time something is told, of how many.
public struct ReminderTurn: Sendable, Hashable {
  /// 2 for the first that follows the message itself.
  public var number: Int
  /// The last.
  public var of: Int
}

/// How many events of a type.
public struct TypeCount: Sendable, Hashable {
  /// As it was sent.
  public var type: String
  /// 1 or more.
  public var count: Int

  init(_ type: String, _ count: Int) {
    self.type = type
    self.count = count
  }
}
