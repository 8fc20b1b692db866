import Bellhop

/// What goes to a program for a message: the documented JSON (`docs/transports/webhook.md`), or a template of ops' over it.
public struct MessageBody: Sendable {
  private let template: BodyTemplate?
  private let escaping: BodyTemplate.Escaping

  /// - Parameters:
  ///   - template: Mustache that ``problems(of:)`` has found good; nil for the JSON itself.
  ///   - contentType: the media type of the text around the tags: values are escaped for JSON or for forms, or not at all.
  public init(template: String?, contentType: String) {
    self.template = template.flatMap { try? BodyTemplate($0) }
    let type = contentType.lowercased().prefix { $0 != ";" }
    escaping = type.hasSuffix("json") ? .json : type.hasSuffix("x-www-form-urlencoded") ? .url : .none
  }

  /// The body's bytes; throws ``Fault/Kind/oversized`` where the template makes more of this message than ``TemplateLimits/body``.
  /// - Parameter attempt: 1 for the first try.
  public func bytes(_ message: Message, attempt: Int) throws(Fault) -> [UInt8] {
    guard let template else { return message.jsonBytes(attempt: attempt) }
    let json = JSON.object(message.json(attempt: attempt))
    guard let text = template.whole(json, escaping: escaping) else {
      throw Fault(
        .oversized,
        "`body` makes more than \(TemplateLimits.body >> 20) MiB of this event, or goes through too many values: name fewer in its sections"
      )
    }
    return Array(text.utf8)
  }

  /// What is wrong with `body` and `content_type` among a transport's settings.
  public static func problems(of values: Values) -> [SettingMistake] {
    var problems: [SettingMistake] = []
    if let source = values.string("body") {
      do throws(TemplateError) { _ = try BodyTemplate(source) } catch {
        problems += error.all.map { SettingMistake(at: ["body"], $0.description, hint: $0.hint) }
      }
    }
    if let type = values.string("content_type"), !type.contains("/") || type.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      problems.append(SettingMistake(at: ["content_type"], "is no media type", hint: "write one like application/json"))
    }
    return problems
  }
}
