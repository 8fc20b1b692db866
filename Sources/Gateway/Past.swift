import Bellhop

/// What happened, as a running gateway's history tells it page by page: the newest come first, and are gathered until there are enough.
public struct Past: Sendable {
  /// Oldest first.
  var events: [(event: Event, received: Timestamp)] { gathered.reversed() }
  private var gathered: [(event: Event, received: Timestamp)] = []
  private let room: Int
  private var used = 0
  /// No more is taken: what lies further back is left out.
  public private(set) var isFull = false

  /// - Parameter room: bytes of memory that the events may take, about.
  public init(room: Int = 128 << 20) { self.room = room }

  /// How many there are.
  public var count: Int { gathered.count }
  /// When the oldest of them was received.
  public var oldest: Timestamp? { gathered.last?.received }

  /// Takes a page of `GET /v1/events`. Bellhop's own events are left out: a rehearsal makes them anew.
  public mutating func add(_ page: [JSON]) {
    for json in page where !isFull {
      guard let event = Event(shown: json), event.sender != Event.gateway,
        let received = json["received"]?.string.flatMap({ Timestamp(rfc3339: $0) })
      else { continue }
      used += event.footprint
      isFull = used > room
      if !isFull { gathered.append((event, received)) }
    }
  }
}

extension Event {
  /// An event as the history shows it; nil for anything else.
  init?(shown json: JSON) {
    guard let id = json["id"]?.string, let sender = json["sender"]?.string, let source = json["source"]?.string,
      let type = json["type"]?.string, let severity = json["severity"]?.string.flatMap({ Severity(word: $0) }),
      let time = json["time"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { return nil }
    self.init(
      id: id, sender: sender, source: source, type: type, subject: json["subject"]?.string, severity: severity, time: time,
      text: json["text"]?.string, data: json["data"]?.object ?? [:])
  }
}
