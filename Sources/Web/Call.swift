import Bellhop
import Senders

/// A request that has been let in, with its body.
struct Call: Sendable {
  let head: Head
  let endpoint: Endpoint
  let rules: Rules
  /// Who posts; nil where no events are posted.
  let sender: Sender?
  /// Who looks or changes something.
  let visitor: Visitor
  /// What it wants, and in whose words.
  let purpose: Purpose
  let body: [UInt8]
  /// The room that a large body takes.
  let share: PurseShare?
}

/// What a request's head allows. One object from the head to the answer.
final class Admission: Sendable {
  let endpoint: Endpoint
  /// Who posts; nil where no events are posted.
  let sender: Sender?
  /// Who looks or changes something: nobody where that is not asked.
  let visitor: Visitor
  /// Bytes of the body that are taken; nil where none is wanted.
  let limit: Int?
  /// Bytes that larger bodies may take together; nil is as many as is usual.
  let memory: Int?
  /// An answer that needs no body.
  let reply: Reply?

  init(
    endpoint: Endpoint, sender: Sender?, visitor: Visitor = .nobody, limit: Int?, memory: Int? = nil, reply: Reply? = nil
  ) {
    self.endpoint = endpoint
    self.sender = sender
    self.visitor = visitor
    self.limit = limit
    self.memory = memory
    self.reply = reply
  }
}
