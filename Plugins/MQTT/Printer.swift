import Bellhop
import Templates

/// Makes of a message what goes to the broker.
struct Printer {
  private let text: MessageBody

  /// - Parameter template: Mustache that the kind's check has found good.
  init(template: String?, contentType: String) { text = MessageBody(template: template, contentType: contentType) }

  /// Throws where the template makes too much of this message.
  func body(_ message: Message, attempt: Attempt) throws(Fault) -> [UInt8] { try text.bytes(message, attempt: attempt.number) }
}
