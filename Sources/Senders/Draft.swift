import Bellhop

/// The fields of an event as far as its sender gave them, of whatever form.
struct Draft {
  var id: String?
  var source: String?
  var type: String?
  var subject: String?
  var severity: Severity?
  var time: Timestamp?
  var text: String?
  /// The text with its marks, where the sender's form has any; ``text`` is then what is read without them.
  var body: Text?
  var data = JSON.Object()
  /// So many more of the request were not even read. Of the last draft only, which then stands for nothing but their number.
  var missing = 0

  /// Says what a tree says, and keeps its marks.
  mutating func say(_ text: Text) {
    self.text = text.plain
    body = text
  }
}

extension Reading {
  /// Checks what every form has in common, fills in defaults and redacts: what is left of the draft is what was kept.
  mutating func finish(_ draft: inout Draft, at place: EventPlace) -> Event? {
    let before = total
    if let id = draft.id { checkName(id, "/id", limits.id, place) }
    if let source = draft.source {
      checkName(source, "/source", limits.source, place)
      if isOwn(source) { report(place, "/source", "\"bellhop\" is Bellhop itself; say where in your own system it happened") }
    }
    if let type = draft.type {
      checkType(type, place)
      if isOwn(type) { report(place, "/type", "types of \"bellhop\" are Bellhop's own trouble; begin yours with another word") }
    }
    if let subject = draft.subject { checkName(subject, "/subject", limits.subject, place, canBeEmpty: true) }
    if let text = draft.text { checkText(text, place) }
    if draft.type == nil, draft.text?.isEmpty ?? true { report(place, nil, "an event needs a type or a text") }
    guard total == before else { return nil }

    if draft.id == nil { draft.id = envelope.idempotencyKey.map { IdempotencyKey.id(of: $0, index: place.only ? nil : place.index) } }
    let id = draft.id
    let said = draft.body == nil ? nil : draft.text
    sender.redactor.redact(&draft)
    // Where the words hold a secret, so does the tree, and it may stand across its marks.
    if draft.body != nil, said != draft.text { draft.body = nil }
    if let id, let clean = draft.id, clean != id { draft.id = sender.toldApart(clean, of: id) }
    var event = Event(
      id: draft.id ?? ids.uuid(place.index), sender: sender.name, source: draft.source ?? sender.name,
      type: draft.type ?? "message", subject: draft.subject.flatMap { $0.isEmpty ? nil : $0 }, severity: draft.severity ?? .info,
      time: draft.time ?? ids.now, text: draft.text.flatMap { $0.isEmpty ? nil : $0 }, data: draft.data)
    if let body = draft.body, body.isVisible { event.body = body }
    return event
  }

  /// What Bellhop says of itself wakes those on call: nobody else may say it, however it is spelt.
  private func isOwn(_ name: String) -> Bool { sender.name != Sender.own && Sender.isOwn(name) }

  private mutating func checkName(_ value: String, _ field: String, _ limit: Int, _ place: EventPlace, canBeEmpty: Bool = false) {
    if value.isEmpty, !canBeEmpty { return report(place, field, "must not be empty; leave it out for the default") }
    if value.utf8.count > limit { return report(place, field, "longer than \(limit) bytes") }
    var value = value
    let isClean = value.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x7F { return false }
      return true
    }
    if !isClean { report(place, field, "must not hold control characters") }
  }

  private mutating func checkText(_ value: String, _ place: EventPlace) {
    if value.utf8.count > limits.text { return report(place, "/text", "longer than \(limits.text) bytes; put the rest into data") }
    var value = value
    if value.withUTF8({ $0.contains(0) }) { report(place, "/text", "must not hold the character NUL") }
  }

  private mutating func checkType(_ value: String, _ place: EventPlace) {
    if value.isEmpty { return report(place, "/type", "must not be empty; leave it out for the default") }
    if value.utf8.count > limits.type { return report(place, "/type", "longer than \(limits.type) bytes") }
    var value = value
    if let flaw = value.withUTF8({ Self.flaw(inType: $0) }) { report(place, "/type", "\(flaw); write it like user.registered") }
  }

  private static func flaw(inType bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var afterDot = true
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"):
        afterDot = false
      case UInt8(ascii: ".") where !afterDot: afterDot = true
      case UInt8(ascii: "."): return "has an empty segment"
      default: return "may hold only letters, digits and _ - / : between dots"
      }
    }
    return afterDot ? "has an empty segment" : nil
  }

  // MARK: Values

  /// A string; null counts as absent.
  mutating func string(_ value: JSON, _ field: String, _ place: EventPlace) -> String? {
    switch value {
    case .string(let string): return string
    case .null: return nil
    default:
      report(place, field, "must be a string, not \(value.kindWord)")
      return nil
    }
  }

  mutating func severity(_ value: JSON, _ place: EventPlace) -> Severity? {
    guard let word = string(value, "/severity", place) else { return nil }
    if let severity = Severity.allCases.first(where: { $0.word == word }) { return severity }
    let words = Severity.allCases.map(\.word)
    let guess = word.nearest(among: words).map { "; did you mean \"\($0)\"?" } ?? ""
    report(place, "/severity", "\(quoted(word)) is not one of \(words.joined(separator: ", "))\(guess)")
    return nil
  }

  mutating func time(_ value: JSON, _ place: EventPlace) -> Timestamp? {
    guard let text = string(value, "/time", place) else { return nil }
    if text.utf8.count <= 64, let time = Timestamp(rfc3339: text) { return time }
    report(place, "/time", "is not a time of RFC 3339; write it like 2026-11-23T09:30:00Z")
    return nil
  }
}

extension JSON {
  /// What it is, for a sentence.
  var kindWord: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .int, .double, .literal: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
