import Bellhop

extension SMTPConnection {
  /// Connections are shared only by mails that log in to the same server in the same way.
  struct ConnectionKey: Hashable, Sendable {
    let origin: Origin
    let user: String
    let secret: Secret?
    let isToken: Bool
    let plaintext: Bool
    let caFile: String?
    /// Nil for this machine's own.
    let hello: String?

    init(_ mail: Mail) throws(Fault) {
      guard let origin = Origin.mail(mail.server) else {
        throw Fault(.misconfigured, "the server is no address like smtp://mail.example.com:587")
      }
      for address in [mail.from, mail.to] where !SMTPConnection.isAddress(address) {
        throw Fault(.misconfigured, "an address of the mail holds a blank, a bracket or a control character")
      }
      self.origin = origin
      (plaintext, caFile) = (mail.plaintext, mail.caFile)
      hello = try mail.hello.map { name throws(Fault) in
        guard let form = HelloName.form(name) else {
          throw Fault(.misconfigured, "hello is neither a host's name nor an address in brackets")
        }
        return form
      }
      switch mail.login {
      case .password(let user, let secret)?: (self.user, self.secret, isToken) = (user, secret, false)
      case .token(let user, let secret)?: (self.user, self.secret, isToken) = (user, secret, true)
      case nil: (user, secret, isToken) = ("", nil, false)
      }
    }
  }
}
