import Bellhop

/// What becomes of a JSON body: type, subject, severity, text and id by where they stand in it, or fixed.
struct BodyMapping: Sendable {
  static let field = Field(
    "event", .map(.string),
    doc: "type, subject, severity, text and id of its events: words, in which {{a.b}} stands for what the body has at that path",
    example: #"{ type: "deploy.{{status}}", subject: "{{user.login}}", text: "{{user.login}} deployed {{version}}" }"#)

  private static let names = ["type", "subject", "severity", "text", "id"]
  private let patterns: [String: HoledText]

  init(_ values: Values) {
    patterns = Dictionary(
      (values.map(Self.field.name) ?? []).compactMap { entry in
        guard case .string(let text) = entry.value else { return nil }
        return HoledText(text).map { (entry.key, $0) }
      }
    ) { $1 }
  }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    (values.map(field.name) ?? []).compactMap { entry in
      let place = [field.name, entry.key]
      guard names.contains(entry.key) else {
        let guess = entry.key.nearest(among: names).map { "did you mean \"\($0)\"?" }
        return SettingMistake(at: place, "unknown key", hint: guess ?? "known are \(names.joined(separator: ", "))")
      }
      guard case .string(let text) = entry.value else { return nil }
      guard let pattern = HoledText(text) else {
        return SettingMistake(at: place, "a pair of braces is not closed, or is empty", hint: "write it like {{user.login}}")
      }
      guard let fixed = pattern.fixed else { return nil }
      switch entry.key {
      case "severity" where Severity(word: fixed) == nil:
        return SettingMistake(at: place, "there is no severity \"\(fixed)\"", hint: Severity.allCases.map(\.word).joined(separator: ", "))
      case "type" where Draft.type(fixed, .max) != fixed || fixed.isEmpty:
        return SettingMistake(at: place, "\"\(fixed)\" is not a type", hint: "write it like user.registered")
      case "type" where Sender.isOwn(fixed):
        return SettingMistake(at: place, "types of \"bellhop\" are Bellhop's own", hint: "begin it with another word")
      default: return nil
      }
    }
  }

  /// The event of a body. What the settings do not say is looked for where most put it.
  func draft(_ body: JSON.Object, at now: Timestamp) -> Draft {
    var draft = Draft()
    draft.type = words("type", body) ?? body.words("type", "event_type", "eventType")
    draft.subject = words("subject", body) ?? body.words("subject", "data.subject")
    draft.text = words("text", body) ?? body.words("text", "message", "data.text", "data.message")
    draft.severity = Severity(foreign: words("severity", body) ?? body.words("severity", "level", "data.severity"))
    // Where nobody said so, an `id` may well be that of what it happened to, which happens again.
    draft.id = words("id", body)
    draft.data = body["data"]?.object ?? body
    return draft
  }

  private func words(_ name: String, _ body: JSON.Object) -> String? {
    guard let text = patterns[name]?.filled(from: body), !text.isEmpty else { return nil }
    return text
  }

  /// Words with holes: `deploy.{{status}}`.
  private struct HoledText: Sendable {
    private enum Span: Sendable {
      case fixed(String)
      case path([String])
    }
    private var pieces: [Span] = []

    init?(_ text: String) {
      var rest = text[...]
      while let open = rest.firstRange(of: "{{") {
        guard let close = rest[open.upperBound...].firstRange(of: "}}") else { return nil }
        if open.lowerBound > rest.startIndex { pieces.append(.fixed(String(rest[..<open.lowerBound]))) }
        let path = rest[open.upperBound..<close.lowerBound].split(separator: " ").joined().split(separator: ".").map(String.init)
        guard !path.isEmpty else { return nil }
        pieces.append(.path(path))
        rest = rest[close.upperBound...]
      }
      if !rest.isEmpty { pieces.append(.fixed(String(rest))) }
    }

    /// The words, where there are no holes.
    var fixed: String? {
      switch pieces.first {
      case nil: ""
      case .fixed(let text) where pieces.count == 1: text
      default: nil
      }
    }

    func filled(from body: JSON.Object) -> String {
      pieces.map { piece in
        switch piece {
        case .fixed(let text): text
        case .path(let path): JSON.object(body).value(at: path[...])?.plain ?? ""
        }
      }.joined()
    }
  }
}
