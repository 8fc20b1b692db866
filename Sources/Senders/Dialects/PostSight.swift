import Bellhop

/// A post as people may look at it while they write a mapping: nothing secret in it, and not endless.
///
/// What is hidden: every secret of the sender wherever it stands, whatever the head offered as one, headers and values of the query whose
/// names tell of a secret, signatures, and in the body whatever would be hidden in an event.
public struct PostSight: Sendable {
  /// One line of JSON: `method`, `path`, `query`, `headers`, `body` (where it is shown), `size`, and `events` or `refused`.
  public let line: [UInt8]

  /// Bytes of a body, of a header and of an event that are shown.
  static let shown = (body: 16 << 10, header: 1 << 10, event: 8 << 10)
  /// So many events of one post.
  static let events = 10

  /// - Parameters:
  ///   - address: what stood before `head.path`.
  ///   - body: nil where it is not to be shown, as nothing proved whose it is.
  ///   - outcome: what it would become, or why it was refused.
  public init(
    of head: PostHead, at address: String, body: [UInt8]?, from sender: Sender, became outcome: Result<[Event], PostRefusal>,
    at time: Timestamp
  ) {
    var offers: Set<String> = []
    if case .offered(let values)? = sender.receiver?.proof(of: head) { offers = Set(values) }
    var out: JSON.Object = ["time": .string(time.rfc3339), "method": .string(head.method)]
    out["path"] = .string(address + head.path.map { "/" + (offers.contains($0) ? Secret.mask : $0) }.joined())
    var redaction = Redaction(names: sender.redactor.names)
    func clean(_ pairs: [PostHead.Pair]) -> JSON {
      let object = JSON.Object(pairs.map { .init($0.name, .string(Self.cut($0.value, Self.shown.header))) })
      var shown = redaction.clean(object) ?? object
      for (index, pair) in pairs.enumerated() {
        if let mask = Self.hidden(pair, offers) { shown.members[index].value = .string(mask) }
      }
      return .object(shown)
    }
    if !head.query.isEmpty { out["query"] = clean(head.query) }
    out["headers"] = clean(head.headers)
    if let body {
      out["body"] = Self.body(body, head, &redaction)
      out["size"] = .int(Int64(body.count))
    }
    switch outcome {
    case .success(let events):
      out["events"] = .array(events.prefix(Self.events).map(Self.event))
      if events.count > Self.events { out["more"] = .int(Int64(events.count - Self.events)) }
    case .failure(let refusal):
      out["refused"] = ["status": .int(Int64(refusal.status)), "title": .string(refusal.title)]
    }
    // Secrets stand in bodies too, as the keys of some vendors do, and wherever somebody has put one by mistake.
    let needles = sender.secrets.map { $0.reveal() }.filter { $0.utf8.count >= 4 } + offers.filter { $0.utf8.count >= 8 }
    for index in out.members.indices { out.members[index].value = Self.masked(out.members[index].value, needles) }
    line = JSON.object(out).bytes
  }

  /// What stands for a value that proves; nil where it may be seen.
  private static func hidden(_ pair: PostHead.Pair, _ offers: Set<String>) -> String? {
    switch pair.name.lowercased() {
    case "authorization", "proxy-authorization":
      // The scheme may be what is wrong.
      let scheme = pair.value.prefix { $0 != " " }
      return scheme.count < pair.value.count && scheme.count <= 16 ? "\(scheme) \(Secret.mask)" : Secret.mask
    case "cookie", "auth": return Secret.mask
    case let name where ["signature", "hmac", "token", "secret"].contains(where: name.contains): return Secret.mask
    default: return offers.contains(pair.value) ? Secret.mask : nil
    }
  }

  /// JSON, the fields of a form, or a text.
  private static func body(_ bytes: [UInt8], _ head: PostHead, _ redaction: inout Redaction) -> JSON {
    var value: JSON
    if let json = try? JSON(parsing: Text.withoutMark(bytes)) {
      value = json
    } else if head.media.name == "application/x-www-form-urlencoded", let pairs = FormFields.pairs(bytes) {
      value = .object(JSON.Object(pairs.map { .init($0.name, .string($0.value)) }))
    } else if let text = String(validating: bytes, as: UTF8.self) {
      value = .string(text)
    } else {
      return .string("(\(bytes.count) bytes that are no text)")
    }
    value = redaction.clean(value) ?? value
    let text = value.string ?? value.text
    return text.utf8.count <= shown.body ? value : .string(cut(text, shown.body))
  }

  private static func event(_ event: Event) -> JSON {
    var json = event.json
    if JSON.object(json).text.utf8.count <= shown.event { return .object(json) }
    if let text = json["text"]?.string { json["text"] = .string(cut(text, shown.event / 2)) }
    if let data = json["data"] { json["data"] = .string(cut(data.text, shown.event / 2)) }
    return .object(json)
  }

  private static func cut(_ text: String, _ bytes: Int) -> String {
    text.utf8.count <= bytes ? text : text.prefix(bytes: bytes) + "… (\(text.utf8.count) bytes in all)"
  }

  private static func masked(_ value: JSON, _ needles: [String]) -> JSON {
    func clean(_ text: String) -> String {
      needles.reduce(text) { text, needle in text.contains(needle) ? text.replacing(needle, with: Secret.mask) : text }
    }
    return switch value {
    case .string(let text): .string(clean(text))
    case .array(let elements): .array(elements.map { masked($0, needles) })
    case .object(let object): .object(JSON.Object(object.members.map { .init(clean($0.key), masked($0.value, needles)) }))
    case .int, .double, .literal: needles.contains(value.plain) ? .string(Secret.mask) : value
    case .null, .bool: value
    }
  }
}
