import Bellhop
import Templates

/// Makes the body of a request: the documented JSON, or a template over it.
struct Printer {
  let contentType: String
  private let template: BodyTemplate?
  private let escaping: BodyTemplate.Escaping

  /// - Parameter template: Mustache that the kind's check has found good.
  init(template: String?, contentType: String) {
    self.contentType = contentType
    self.template = template.flatMap { try? BodyTemplate($0) }
    let type = contentType.lowercased().prefix { $0 != ";" }
    escaping = type.hasSuffix("json") ? .json : type.hasSuffix("x-www-form-urlencoded") ? .url : .none
  }

  func body(_ message: Message, attempt: Attempt) -> [UInt8] {
    let json = JSON.object(message.json(attempt: attempt.number))
    guard let template else { return json.bytes }
    return Array(template.render(json, escaping: escaping).utf8)
  }
}
