/// What happened: CloudEvents 1.0 attributes plus `severity` and `text`.
/// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
public struct Event: Sendable, Hashable {
  /// The type of Bellhop's own event about a delivery that is dead; `data.event` is the sequence of the event it was for.
  public static let deathType = "bellhop.delivery.dead"

  /// Unique with `sender` and `source`; the sender's, or a UUID given on arrival.
  public var id: String
  /// The name of the sender as configured: who proved to be allowed to say this.
  public var sender: String
  /// Where it happened, in the sender's words. Defaults to the sender's name.
  public var source: String
  /// What kind of thing happened, in dot-separated segments: `user.registered`. Defaults to `message`.
  public var type: String
  /// Whom or what it is about: a user, a domain, a job.
  public var subject: String?
  /// How bad it is in the sender's eyes. It never sets how loud it arrives.
  public var severity: Severity
  /// When it happened, as the sender tells it.
  public var time: Timestamp
  /// What people read when no row says otherwise. Defaults to `type subject`.
  public var text: String
  /// Anything else, free in shape. CloudEvents extensions are under `ext`.
  public var data: JSON.Object

  /// Takes the values as they are: limits and redaction are the business of whoever reads the sender. Without a text it is `type subject`.
  public init(
    id: String, sender: String, source: String, type: String = "message", subject: String? = nil, severity: Severity = .info,
    time: Timestamp, text: String? = nil, data: JSON.Object = [:]
  ) {
    self.id = id
    self.sender = sender
    self.source = source
    self.type = type
    self.subject = subject
    self.severity = severity
    self.time = time
    self.text = text ?? subject.map { "\(type) \($0)" } ?? type
    self.data = data
  }

  /// The value at a dotted path as rows, templates and `thread_by` name it: `type`, `subject`, `data.user.id` …
  public func value(at path: String) -> JSON? {
    switch path {
    case "id": return .string(id)
    case "sender": return .string(sender)
    case "source": return .string(source)
    case "type": return .string(type)
    case "subject": return subject.map(JSON.string)
    case "severity": return .string(severity.word)
    case "time": return .string(time.rfc3339)
    case "text": return .string(text)
    case "data": return .object(data)
    default:
      let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count > 1, parts[0] == "data" else { return nil }
      return JSON.object(data).value(at: parts[1...])
    }
  }

  /// The event as JSON, in the shape of `POST /v1/events` and of the history.
  public var json: JSON.Object {
    var object: JSON.Object = ["id": .string(id), "source": .string(source), "type": .string(type)]
    if let subject { object["subject"] = .string(subject) }
    object["severity"] = .string(severity.word)
    object["time"] = .string(time.rfc3339)
    object["text"] = .string(text)
    if !data.isEmpty { object["data"] = .object(data) }
    return object
  }
}
