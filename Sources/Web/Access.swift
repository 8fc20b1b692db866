import Bellhop
import FoundationEssentials
import Senders

/// Which way a request came in.
enum Door: Sendable {
  case tcp
  /// The file's permission is the authority.
  case unix
}

/// Who may do what. Decided on the head alone, before any of the body is read.
struct Access: Sendable {
  let senders: [Sender]
  let readers: ReaderAccounts
  let listensOnLoopback: Bool
  /// Somebody from outside is expected here, by a token or by a public name: a caller without a token may be a proxy's, so it may not read.
  let expectsOthers: Bool

  /// Who posts through the unix socket, or where no senders are configured.
  static let local = Sender(name: "local")

  /// Who is posting.
  func sender(_ head: Head, _ door: Door, at now: Timestamp) -> Result<Sender, ProblemDocument> {
    if case .unix = door { return named(head.sender) }
    if senders.isEmpty { return localProblem(head).map { .failure($0) } ?? .success(Self.local) }
    guard var token = Self.bearer(head.authorization).map(OfferedToken.init) else {
      return .failure(
        ProblemDocument(
          401, "a sender's token is needed", "say Authorization: Bearer and the secret of a sender", challenge: true,
          lack: .missing))
    }
    // All of them are compared, so that the time tells nothing about which came close.
    var found: Sender?
    var end: Timestamp?
    for sender in senders where sender.speaksOwnForm {
      for secret in sender.secrets where token.proves(secret) {
        if let over = sender.end(of: secret, at: now) { end = over } else { found = sender }
      }
    }
    if let found { return .success(found) }
    return .failure(end.map(Self.expired) ?? ProblemDocument(401, "the token belongs to no sender", challenge: true, lack: .wrong))
  }

  /// A sender by name; the local one without a name.
  func named(_ name: String?) -> Result<Sender, ProblemDocument> {
    guard let name, name != Self.local.name else { return .success(Self.local) }
    // What Bellhop would say of itself can be explained too.
    if name == Sender.own { return .success(Sender(name: name)) }
    guard let sender = senders.first(where: { $0.name == name }) else {
      return .failure(
        ProblemDocument(422, "there is no sender of that name", "configured are: \(senders.map(\.name).joined(separator: ", "))"))
    }
    return .success(sender)
  }

  /// Who looks, or changes something by hand; else why they may not.
  /// - Parameter session: whose account a session is, asked where there is no other proof.
  func visitor(
    _ head: Head, _ door: Door, _ need: Endpoint.Need, at now: Timestamp, session: () -> ReaderAccount? = { nil }
  ) -> Result<Visitor, ProblemDocument> {
    if case .unix = door { return .success(.machine) }
    return known(head, need, at: now, session).flatMap { visitor in
      if let problem = visitor.problem(need) ?? (visitor.isAmbient ? Self.pageProblem(head) : nil) { return .failure(problem) }
      return .success(visitor)
    }
  }

  /// What a token proves.
  enum TokenProof {
    case reader(ReaderAccount, ReaderKey)
    /// It was somebody's until then.
    case expired(Timestamp)
    case nobody
  }

  /// Whose a reader's token is.
  func proof(by token: [UInt8], at now: Timestamp) -> TokenProof {
    // All of them are compared, so that the time tells nothing about which came close.
    var token = OfferedToken(token)
    var found = TokenProof.nobody
    for account in readers.accounts {
      for key in account.keys where token.proves(key.secret) {
        if let over = key.expires, over <= now {
          if case .nobody = found { found = .expired(over) }
        } else {
          found = .reader(account, key)
        }
      }
    }
    return found
  }

  /// By a token, a session, a proxy's word, or because only this machine's own come.
  private func known(
    _ head: Head, _ need: Endpoint.Need, at now: Timestamp, _ session: () -> ReaderAccount?
  ) -> Result<Visitor, ProblemDocument> {
    let bearer = Self.bearer(head.authorization)
    let token = bearer ?? Self.password(head.authorization)
    var end: Timestamp?
    if let token {
      switch proof(by: token, at: now) {
      case .reader(let account, _): return .success(Visitor(account, way: bearer == nil ? .password : .token))
      case .expired(let over): end = over
      case .nobody: break
      }
    }
    if let account = session() { return .success(Visitor(account, way: .cookie)) }
    if let login = readers.proxy, let user = login.user(from: head.peer, { head.headers[$0] }) {
      guard let rights = login.rights(of: user) else {
        return .failure(
          ProblemDocument(403, "\(user) may not read here", "those who run the gateway can name them at readers.proxy.roles"))
      }
      return .success(Visitor(name: user, rights: rights, way: .proxy))
    }
    guard listensOnLoopback, !expectsOthers, !head.isForwarded else {
      if let end { return .failure(Self.expired(end)) }
      let who = need.role == .operator ? "a reader with role: operator" : "one of the readers"
      return .failure(
        ProblemDocument(
          401, need.role == .operator ? "an operator's token is needed" : "a reader's token is needed",
          "say Authorization: Bearer and the secret of \(who)", challenge: true, lack: token == nil ? .missing : .wrong))
    }
    return localProblem(head).map { .failure($0) } ?? .success(.neighbour)
  }

  /// Why a change is not taken for the wish of the browser's user: a page of another site may have sent it along with what the browser adds by
  /// itself. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
  static func pageProblem(_ head: Head) -> ProblemDocument? {
    if head.isReading { return nil }
    if let site = head.fetchSite {
      if site.isSpelt("same-origin") || site.isSpelt("none") { return nil }
    } else if let origin = head.origin {
      if let host = head.authority, ["http://\(host)", "https://\(host)"].contains(where: { $0.lowercased() == origin.lowercased() }) {
        return nil
      }
    } else {
      return nil
    }
    return ProblemDocument(403, "pages of another origin may not do this", "send the token as Authorization: Bearer")
  }

  private static func expired(_ end: Timestamp) -> ProblemDocument {
    ProblemDocument(401, "the token expired at \(end.rfc3339)", "ask those who run the gateway for a new one", challenge: true)
  }

  /// Why a caller without a token is not taken for one of this machine's. Browsers on it are led here by foreign pages:
  /// by a name that resolves to loopback (Host) or straight away (Origin, Sec-Fetch-Site).
  private func localProblem(_ head: Head) -> ProblemDocument? {
    guard listensOnLoopback else { return ProblemDocument(403, "no senders are configured, so nobody may post from outside this machine") }
    if head.isForwarded {
      return ProblemDocument(403, "a proxy passed this on, and without a token only this machine's own are heard", "configure senders")
    }
    guard let host = head.authority, Loopback.isHost(host) else {
      return ProblemDocument(403, "the Host is not this machine's", "without a token, ask for localhost or 127.0.0.1")
    }
    if let origin = head.origin, !Loopback.isOrigin(origin) {
      return ProblemDocument(403, "pages of another origin may not do this", "configure senders and use a token")
    }
    // Where a browser says that a page of another site asks, no Origin has to come with it.
    if let site = head.fetchSite, !site.isSpelt("same-origin"), !site.isSpelt("none"), !(site.isSpelt("same-site") && head.origin != nil) {
      return ProblemDocument(403, "pages of another origin may not do this", "configure senders and use a token")
    }
    return nil
  }

  /// The password of a Basic header: what a browser sends for a page once its user has typed a token. Reading only.
  /// https://www.rfc-editor.org/rfc/rfc7617#section-2
  static func password(_ value: String?) -> [UInt8]? {
    guard let value, value.count < 4_096, value.prefix(6).lowercased() == "basic ",
      let pair = Data(base64Encoded: String(value.dropFirst(6).drop { $0 == " " })), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let password = pair[(colon + 1)...]
    return password.isEmpty ? nil : Array(password)
  }

  /// The token of a Bearer header. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  static func bearer(_ value: String?) -> [UInt8]? {
    guard var value else { return nil }
    return value.withUTF8 { bytes in
      guard bytes.begins("bearer ") else { return nil }
      let token = bytes.dropFirst(7).drop { $0 == 0x20 }
      return token.isEmpty ? nil : Array(token)
    }
  }
}
