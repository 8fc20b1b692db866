import Bellhop
import Curl

/// Hands each message to the mail server, for one recipient at a time.
struct EmailTransport: Transport {
  let engine: Engine
  let server: String
  let hello: String?
  let from: MailAddress?
  let login: Mail.Login?
  let ca: String?
  let plaintext: Bool

  init(engine: Engine, _ values: Values) {
    self.engine = engine
    server = values.string("server") ?? ""
    hello = values.string("hello")
    from = values.string("from").flatMap(MailAddress.init)
    let user = values.string("user") ?? ""
    login = values.secret("oauth").map { .token(user: user, $0) } ?? values.secret("password").map { .password(user: user, $0) }
    ca = values.string("ca")
    plaintext = values.bool("plaintext") ?? false
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let recipients = target["to"]?.array?.map(\.plain) ?? target["to"].map { [$0.plain] } ?? []
    guard let from else { return .refused(Fault(.misconfigured, "from is no address of a mail")) }
    guard let first = recipients.first else { return .refused(Fault(.misconfigured, "the target names no recipient")) }
    var outcome = Outcome.refused(Fault(.misconfigured, "\"\(first.prefix(60))\" is no address of a mail"))
    // Planned, a delivery has one recipient; `ring` brings a channel's whole list.
    for recipient in recipients {
      guard let to = MailAddress(recipient), to.name == nil else {
        return .refused(Fault(.misconfigured, "\"\(recipient.prefix(60))\" is no address of a mail"))
      }
      let mail = Mail(
        server: server, hello: hello, login: login, plaintext: plaintext, from: from.address, to: to.address,
        message: Printer(message: message, from: from, to: to, at: attempt.at).mail, timeout: attempt.timeout, caFile: ca)
      outcome = await engine.send(mail).outcome()
      guard case .delivered = outcome else { return outcome }
    }
    return outcome
  }
}
