/// What happened: CloudEvents 1.0 attributes plus `severity` and `text`.
/// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
public struct Event: Sendable, Hashable {
  /// The type of Bellhop's own event about a delivery that is dead; `data.event` is the sequence of the event it was for.
  public static let deathType = "bellhop.delivery.dead"

  /// The sender and the source of Bellhop's own events: nobody else can say anything under this name.
  public static let gateway = "bellhop"

  /// Behind one reference, because an event is handed on a dozen times on its way, and each time every field would be counted.
  private var fields: Shared<EventFields>

  private mutating func change(_ change: (inout EventFields) -> Void) {
    var value = fields.value
    change(&value)
    fields = Shared(value)
  }

  private struct EventFields: Sendable, Hashable {
    var id: String
    var sender: String
    var source: String
    var type: String
    var subject: String?
    var severity: Severity
    var time: Timestamp
    var text: String
    var body: Text?
    var data: JSON.Object
  }

  /// Unique with `sender` and `source`; the sender's, or a UUID given on arrival.
  public var id: String {
    get { fields.value.id }
    set { change { $0.id = newValue } }
  }
  /// The name of the sender as configured: who proved to be allowed to say this.
  public var sender: String {
    get { fields.value.sender }
    set { change { $0.sender = newValue } }
  }
  /// Where it happened, in the sender's words. Defaults to the sender's name.
  public var source: String {
    get { fields.value.source }
    set { change { $0.source = newValue } }
  }
  /// What kind of thing happened, in dot-separated segments: `user.registered`. Defaults to `message`.
  public var type: String {
    get { fields.value.type }
    set { change { $0.type = newValue } }
  }
  /// Whom or what it is about: a user, a domain, a job.
  public var subject: String? {
    get { fields.value.subject }
    set { change { $0.subject = newValue } }
  }
  /// How bad it is in the sender's eyes. It never sets how loud it arrives.
  public var severity: Severity {
    get { fields.value.severity }
    set { change { $0.severity = newValue } }
  }
  /// When it happened, as the sender tells it.
  public var time: Timestamp {
    get { fields.value.time }
    set { change { $0.time = newValue } }
  }
  /// What people read when no row says otherwise. Defaults to `type subject`.
  public var text: String {
    get { fields.value.text }
    set { change { $0.text = newValue } }
  }
  /// ``text`` with its marks, where it came with some. It serves to render what rows say of the event when that is planned, and is not kept
  /// with the event: a delivery keeps what was rendered.
  public var body: Text? {
    get { fields.value.body }
    set { change { $0.body = newValue } }
  }
  /// Anything else, free in shape. CloudEvents extensions are under `ext`.
  public var data: JSON.Object {
    get { fields.value.data }
    set { change { $0.data = newValue } }
  }

  /// Takes the values as they are: limits and redaction are the business of whoever reads the sender. Without a text it is `type subject`.
  public init(
    id: String, sender: String, source: String, type: String = "message", subject: String? = nil, severity: Severity = .info,
    time: Timestamp, text: String? = nil, data: JSON.Object = [:]
  ) {
    fields = Shared(
      EventFields(
        id: id, sender: sender, source: source, type: type, subject: subject, severity: severity, time: time,
        text: text ?? subject.map { "\(type) \($0)" } ?? type, body: nil, data: data))
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

  /// The members of ``json``.
  func print(to out: inout ObjectPrinter) {
    out.add("id", id)
    out.add("source", source)
    out.add("type", type)
    if let subject { out.add("subject", subject) }
    out.add("severity", severity.word)
    out.add("time", time.rfc3339)
    out.add("text", text)
    if !data.isEmpty { out.add("data", data) }
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
