import Bellhop
import Matching
import Templates

/// A rule that notices what did not happen, or a pattern, and emits an event of its own.
public struct Watch: Sendable, Hashable {
  /// What people call it; unique in a configuration.
  public var name: String
  /// What it notices.
  public var rule: WatchRule
  /// The values that tell one matter from another, as paths: `subject`, `data.ip`. Empty: all events are about the same.
  public var by: [String]
  /// What it says then.
  public var emit: WatchEmission
  /// Where it stands, for people: `bellhop.yaml:41`.
  public var position: String

  /// A watch of these parts.
  public init(name: String, rule: WatchRule, by: [String] = [], emit: WatchEmission, position: String = "") {
    self.name = name
    self.rule = rule
    self.by = by
    self.emit = emit
    self.position = position
  }
}

/// What a watch notices. Durations are more than nothing.
public enum WatchRule: Sendable, Hashable {
  /// That one thing was not followed by another in time.
  case followUp(after: Match, expect: Match, within: Duration)
  /// That what should come again and again did not, and not within `grace` after that.
  case heartbeat(expect: Match, BeatSchedule, grace: Duration)
  /// That things happened in an order, the last within a time from the first. At least two.
  case sequence([Match], within: Duration)
  /// That something happened so often within a time. At least once.
  case count(Match, atLeast: Int, within: Duration)
}

/// When a heartbeat is expected.
public enum BeatSchedule: Sendable, Hashable {
  /// So long after the one before.
  case every(Duration)
  /// At these times.
  case cron(Cron)

  /// The first time at which one is expected, after one has come or the watch was made.
  func next(after time: Timestamp) -> Timestamp {
    switch self {
    case .every(let period): time + period
    case .cron(let cron): cron.next(after: time)
    }
  }
}

/// The event that a watch emits.
public struct WatchEmission: Sendable, Hashable {
  /// Of the event. With `.recovered` or `.resumed` behind it, of the event that takes it back.
  public var type: String
  /// Of the event; what takes it back is `info`.
  public var severity: Severity
  /// Nil is the subject of the event that it is about.
  public var subject: Template?
  /// Nil is the watch's name and the subject.
  public var text: Template?
  /// More values of its `data`.
  public var data: [WatchField]

  /// An event; `info`, unless told otherwise.
  public init(type: String, severity: Severity = .info, subject: Template? = nil, text: Template? = nil, data: [WatchField] = []) {
    self.type = type
    self.severity = severity
    self.subject = subject
    self.text = text
    self.data = data
  }
}

/// A value of an emitted event's `data`.
public struct WatchField: Sendable, Hashable {
  /// Its key.
  public var key: String
  /// Its text.
  public var value: Template

  /// A key and its text.
  public init(key: String, value: Template) {
    self.key = key
    self.value = value
  }
}
