import Bellhop

/// One mail for one recipient, and the server that takes it.
public struct Mail: Sendable {
  /// `smtp://host` or `smtps://host`, with a port where it is not 587 or 465. Nothing behind it.
  public var server: String
  /// The name that we give ourselves there, as ``isHello(_:)`` has it; nil for this machine's full name or, where it has none, its address.
  public var hello: String?
  /// Who says that it may; nil for servers that ask nobody.
  public var login: Login?
  /// Whether `smtp://` may go on where the server offers no STARTTLS. A login is never sent that way unless this is set.
  public var plaintext: Bool
  /// The sender's address, without a name, as ``address(_:)`` gives it.
  public var from: String
  /// The recipient's address, in the same way. Where one of the two is beyond ASCII before its `@`, the server has to offer SMTPUTF8
  /// (https://www.rfc-editor.org/rfc/rfc6531); it is refused otherwise.
  public var to: String
  /// Header and body, lines ended by CR LF. Dots are libcurl's business.
  public var message: [UInt8]
  /// In all, from the moment that there is a place on the server.
  public var timeout: Duration
  /// A PEM file of certificates that the server must be signed by, instead of the system's.
  public var caFile: String?

  /// How to log in.
  public enum Login: Sendable {
    /// The best of PLAIN, LOGIN and others that the server offers.
    case password(user: String, Secret)
    /// XOAUTH2 or OAUTHBEARER. https://www.rfc-editor.org/rfc/rfc7628
    case token(user: String, Secret)
  }

  /// Nothing is checked here: what cannot be sent is answered ``Fault/Kind/misconfigured``.
  public init(
    server: String, hello: String? = nil, login: Login? = nil, plaintext: Bool = false, from: String, to: String, message: [UInt8],
    timeout: Duration = .seconds(30), caFile: String? = nil
  ) {
    self.server = server
    self.hello = hello
    self.login = login
    self.plaintext = plaintext
    self.from = from
    self.to = to
    self.message = message
    self.timeout = timeout
    self.caFile = caFile
  }

  /// Whether that is an address of a server that a mail can name.
  public static func isServer(_ url: String) -> Bool { Origin.mail(url) != nil }

  /// Whether we can call ourselves so: `gw.example.com`, `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
  /// https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3
  public static func isHello(_ name: String) -> Bool { HelloName.form(name) != nil }

  /// An address as mail servers know it: its domain in ASCII, `ann@xn--bcher-kva.example` (https://www.rfc-editor.org/rfc/rfc5890).
  /// Nil where no domain can be called so. What stands before the `@` stays.
  public static func address(_ text: String) -> String? {
    guard let at = text.lastIndex(of: "@"), let domain = HostName.ascii(text[text.index(after: at)...]) else { return nil }
    return "\(text[...at])\(domain)"
  }
}

/// What came of a mail.
public enum MailAnswer: Sendable {
  /// The server has it; its last words.
  case accepted(String)
  /// The server said no, with a code of its own. https://www.rfc-editor.org/rfc/rfc5321#section-4.2
  case declined(code: Int, Fault)
  /// No answer. `sent`: the whole mail may have reached the server.
  case failed(Fault, sent: Bool)

  /// What it means for a delivery: codes from 400 are for now, those from 500 for good.
  public func outcome() -> Outcome {
    switch self {
    case .accepted(let words): .delivered(Receipt(note: words))
    case .declined(let code, let fault): code >= 500 ? .refused(fault) : .postponed(fault)
    case .failed(let fault, _) where fault.kind == .misconfigured: .refused(fault)
    case .failed(let fault, let sent): sent ? .unclear(fault) : .postponed(fault)
    }
  }
}
