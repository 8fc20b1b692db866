import Bellhop

/// A message on its way from one gateway to the next: what a `remote` transport hands to whoever connects to it, as JSON.
public struct Relayed: Sendable, Hashable {
  /// Bytes of one message as JSON: more is neither handed over nor read.
  public static let largest = 4 << 20
  /// The name under which events stand in the history of the gateway that took them from another. No sender may be called so.
  public static let sender = "upstream"
  /// The extension in which they carry ``via``; no CloudEvents extension can be called so, as their names are letters and digits.
  /// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention
  static let extensionName = "bellhop-via"

  /// The message's id at the gateway that it comes from; the same at every attempt.
  public var id: String
  /// The ids of the gateways that it came through, the latest last.
  public var via: [String]
  /// How long ago it was accepted there. Not a time: the two clocks may differ.
  public var age: Duration
  /// How loud it is to arrive.
  public var alert: Alert
  /// Whose table made it there.
  public var role: String
  /// The row's name, where it has one.
  public var row: String?
  /// What happened; ``Event/sender`` is not passed on.
  public var event: Event
  /// What the row made of it.
  public var rendering: Rendering?

  /// A message under its parts.
  public init(
    id: String, via: [String], age: Duration, alert: Alert = .normal, role: String = "", row: String? = nil, event: Event,
    rendering: Rendering? = nil
  ) {
    self.id = id
    self.via = via
    self.age = age
    self.alert = alert
    self.role = role
    self.row = row
    self.event = event
    self.rendering = rendering
  }

  /// The message as a transport got it, after so long.
  public init(_ message: Message, age: Duration) {
    let own = message.id.lastIndex(of: "-").map { String(message.id[..<$0]) } ?? message.id
    let text = message.text == Text(literal: message.event.text) ? nil : message.text
    let rendering = Rendering(title: message.title, text: text, fields: message.fields, links: message.links)
    self.init(
      id: message.id, via: Self.via(of: message.event) + [own], age: age, alert: message.alert, role: message.role, row: message.row,
      event: message.event, rendering: rendering.isPlain ? nil : rendering)
  }

  /// The gateways that an event came through before it was accepted here. Only another gateway is believed: whoever else writes of a way
  /// could have its events refused as a loop.
  public static func via(of event: Event) -> [String] {
    guard event.sender == sender else { return [] }
    return event.data["ext"]?[extensionName]?.array?.compactMap(\.string) ?? []
  }

  /// The event as the next gateway keeps it: from ``sender``, known by the message's id, and with the way it came.
  public func arrived() -> Event {
    var data = event.data
    // Whatever a sender had put there is no extension; `ext` is only theirs if it is an object.
    var ext = data["ext"]?.object ?? [:]
    ext[Self.extensionName] = nil
    ext[Self.extensionName] = .array(via.map(JSON.string))
    data["ext"] = .object(ext)
    return Event(
      id: id, sender: Self.sender, source: event.source, type: event.type, subject: event.subject, severity: event.severity,
      time: event.time,
      text: event.text, data: data)
  }

  /// The form between gateways.
  public var json: JSON {
    var object: JSON.Object = [
      "id": .string(id), "via": .array(via.map(JSON.string)), "age_ms": .int(age.microseconds / 1_000), "alert": .string(alert.word),
      "role": .string(role),
    ]
    object["row"] = row.map(JSON.string)
    object["event"] = .object(event.json)
    object["rendering"] = rendering?.json
    return .object(object)
  }

  /// The id of a message of which only the beginning is there: it stands first. Nil where it does not.
  public static func id(atHeadOf bytes: [UInt8]) -> String? {
    let start = Array(#"{"id":""#.utf8)
    guard bytes.starts(with: start) else { return nil }
    let rest = bytes.dropFirst(start.count)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), end > rest.startIndex, !rest[..<end].contains(UInt8(ascii: "\\")) else {
      return nil
    }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// Reads ``json`` back; nil for what is no message. Keys that it does not know are left out, so that a newer gateway may say more.
  public init?(json: JSON) {
    guard let id = json["id"]?.string, !id.isEmpty, let via = json["via"]?.array?.compactMap(\.string), let age = json["age_ms"]?.int,
      let alert = json["alert"]?.string.flatMap({ Alert(word: $0) }), let event = json["event"].flatMap(Self.event)
    else { return nil }
    self.init(
      id: id, via: via, age: .milliseconds(max(0, age)), alert: alert, role: json["role"]?.string ?? "", row: json["row"]?.string,
      event: event, rendering: json["rendering"].map(Rendering.init(json:)))
  }

  private static func event(_ json: JSON) -> Event? {
    guard let id = json["id"]?.string, let source = json["source"]?.string, let type = json["type"]?.string,
      let severity = json["severity"]?.string.flatMap({ Severity(word: $0) }),
      let time = json["time"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let text = json["text"]?.string
    else { return nil }
    return Event(
      id: id, sender: "", source: source, type: type, subject: json["subject"]?.string, severity: severity, time: time, text: text,
      data: json["data"]?.object ?? [:])
  }
}

/// What a gateway says became of a ``Relayed`` message, as JSON.
public struct RelayedFate: Sendable, Hashable {
  /// What became of it. ``DeliveryState/waiting``: it could not be taken now.
  public var state: DeliveryState
  /// The message's id.
  public var id: String
  /// One line for the history.
  public var note: String
  /// Why it is dead, unclear or not taken.
  public var fault: Fault.Kind?
  /// Not before then again, where it was not taken.
  public var wait: Duration?

  /// A fate under its parts.
  public init(id: String, state: DeliveryState, note: String = "", fault: Fault.Kind? = nil, wait: Duration? = nil) {
    self.id = id
    self.state = state
    self.note = note
    self.fault = fault
    self.wait = wait
  }

  /// The form between gateways.
  public var json: JSON {
    var object: JSON.Object = ["id": .string(id), "state": .string(state.word), "note": .string(note)]
    object["fault"] = fault.map { .string($0.word) }
    object["wait_ms"] = wait.map { .int($0.microseconds / 1_000) }
    return .object(object)
  }

  /// Reads ``json`` back; nil for what is none. A fault of a newer gateway's becomes ``Fault/Kind/rejected``.
  public init?(json: JSON) {
    guard let id = json["id"]?.string, let state = json["state"]?.string.flatMap({ DeliveryState(word: $0) }) else { return nil }
    let fault = json["fault"]?.string.map { Fault.Kind(rawValue: $0) ?? .rejected }
    self.init(
      id: id, state: state, note: json["note"]?.string ?? "", fault: fault,
      wait: json["wait_ms"]?.int.map { .milliseconds(max(0, min($0, 86_400_000))) })
  }

  /// The same as the outcome of an attempt.
  public var outcome: Outcome {
    let line = note.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500)
    switch state {
    case .delivered: return .delivered(Receipt(note: String(line)))
    case .folded, .silenced: return .delivered(Receipt(note: String(line), state: .folded))
    case .unclear: return .delivered(Receipt(note: String(line), state: .unclear))
    case .dead: return .refused(Fault(fault ?? .rejected, String(line)))
    case .waiting, .held: return .postponed(Fault(fault ?? .unavailable, String(line)), retryAfter: wait)
    }
  }
}
