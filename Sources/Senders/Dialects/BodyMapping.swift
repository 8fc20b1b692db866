import Bellhop
import Templates

/// What becomes of a JSON body: type, subject, severity, text and id by where they stand in it, or fixed.
struct BodyMapping: Sendable {
  static let field = Field(
    "event", .map(.string),
    doc: "type, subject, severity, text and id of its events: words, in which {{a.b}} stands for what the body has at that path",
    example: #"{ type: "deploy.{{status}}", subject: "{{user.login}}", text: "{{user.login}} deployed {{version}}" }"#)

  private static let names = ["type", "subject", "severity", "text", "id"]
  private let templates: [String: BodyTemplate]

  init(_ values: Values) {
    templates = Dictionary(
      (values.map(Self.field.name) ?? []).compactMap { entry in
        guard case .string(let text) = entry.value, let template = try? BodyTemplate(text) else { return nil }
        return (entry.key, template)
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
      guard case .string(let fixed) = entry.value else { return nil }
      do throws(TemplateError) {
        guard try BodyTemplate(fixed).names.isEmpty else { return nil }
      } catch {
        guard let first = error.all.first else { return nil }
        return SettingMistake(at: place, "the template cannot be used: \(first.description)", hint: first.hint)
      }
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
    guard let text = templates[name]?.render(.object(body), escaping: .none), !text.isEmpty else { return nil }
    return text
  }
}
