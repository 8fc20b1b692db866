import Bellhop
import Templates

/// Makes the body of a request: the documented JSON, or a template over it.
struct Printer {
  let contentType: String
  private let text: MessageBody

  /// - Parameter template: Mustache that the kind's check has found good.
  init(template: String?, contentType: String) {
    self.contentType = contentType
    text = MessageBody(template: template, contentType: contentType)
  }

  /// Throws where the template makes too much of this message.
  func body(_ message: Message, attempt: Attempt) throws(Fault) -> [UInt8] { try text.bytes(message, attempt: attempt.number) }
}
