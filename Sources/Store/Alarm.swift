import Bellhop

/// Something to be done at a time, whatever happens until then. Retries and holds are set by settlements and plans themselves.
public struct Alarm: Sendable, Hashable {
  /// What it wakes.
  public enum Kind: Int, Sendable {
    /// A delivery's next try or the end of its hold; `ref` is its id.
    case delivery
    /// The end of a window that the decider opened; `ref` is the decider's number for it.
    case window
  }

  /// What is to be done.
  public var kind: Kind
  /// The id of what it wakes, by its kind.
  public var ref: Int64
  /// Not before then.
  public var due: Timestamp

  /// One of a kind and ref at a time: setting it again moves it.
  public init(kind: Kind, ref: Int64, due: Timestamp) {
    self.kind = kind
    self.ref = ref
    self.due = due
  }
}

/// A change of the table of alarms.
public enum AlarmChange: Sendable, Hashable {
  case set(Alarm)
  case clear(Alarm.Kind, ref: Int64)
}
