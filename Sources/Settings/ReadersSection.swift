import Bellhop
import Senders

/// Reads `readers`: names with a secret and what each may, or in short a token or a list of them; and the proxies that log people in.
enum ReadersSection {
  static let keys = ["secret", "role", "only"]
  static let proxy = "proxy"
  static let proxyKeys = ["from", "user", "roles"]

  static func read(_ reader: Reader?, _ senders: [Sender]) -> ReaderAccounts {
    guard let reader else { return ReaderAccounts() }
    var found = ReaderAccounts()
    var owners: [Secret: String] = [:]
    guard isNamed(reader) else {
      found.accounts = [ReaderAccount(nil, keys: keys(reader, of: "READER", &owners, senders))]
      return found
    }
    for (name, _, value) in Names.pairs(reader, "a mapping of readers") {
      if name == proxy {
        found.proxy = login(value)
      } else if let account = account(name, value, &owners, senders) {
        found.accounts.append(account)
      }
    }
    return found
  }

  /// `{ token: …, expires: … }` is one token, not two readers.
  private static func isNamed(_ reader: Reader) -> Bool {
    guard let entries = reader.node.mapping else { return false }
    return !entries.contains { ["token", "expires"].contains($0.key.scalar?.text) && $0.value.mapping == nil }
  }

  private static func account(_ name: String, _ reader: Reader, _ owners: inout [Secret: String], _ senders: [Sender]) -> ReaderAccount? {
    if reader.holdsValue(instead: name) { return nil }
    guard let keys = reader.keys(keys, of: "a reader", elsewhere: elsewhere) else { return nil }
    guard let secret = keys.required("secret", example: "\"${READER_TOKEN}\"") else { return nil }
    return ReaderAccount(name, keys: self.keys(secret, of: name, &owners, senders), rights: rights(keys))
  }

  /// The two words for roles are easily taken for one another.
  private static func elsewhere(_ key: String) -> String? {
    key == "roles" ? "to show the events of some routing roles alone, write only: [finance]" : nil
  }

  private static func keys(
    _ reader: Reader, of name: String, _ owners: inout [Secret: String], _ senders: [Sender]
  ) -> [ReaderKey] {
    let before = reader.context.doors.count
    let found = reader.doors()
    for door in reader.context.doors[before...] {
      if let other = owners[door.secret], other != name {
        door.reader.mistake("reader \(other) has the same secret: nobody could tell who it was", hint: "give each reader its own")
      }
      owners[door.secret] = name
      tellSender(of: door, senders)
    }
    for own in found where Token.isDigest(own.secret.reveal()) && !Token.isWellFormed(own.secret.reveal()) {
      reader.mistake("this is no digest of a token", hint: "`bellhop token new \(name)` prints a token and its digest")
    }
    return found.map { ReaderKey($0.secret, expires: $0.expires) }
  }

  private static func rights(_ keys: Keys) -> ReaderRights {
    ReaderRights(keys["role"].flatMap(role) ?? .viewer, only: keys["only"].map { Set(roles($0)) })
  }

  private static func role(_ reader: Reader) -> ReaderRole? {
    let words = ReaderRole.allCases.map(\.rawValue)
    if let text = reader.node.scalar?.text, !words.contains(text), reader.context.roles.contains(text) {
      reader.mistake(
        "\(Reader.shown(text)) is a routing role, and here stands what the reader may: \(Words.or(words))", hint: "only: [\(text)]")
      return nil
    }
    return reader.choice(words).flatMap(ReaderRole.init)
  }

  private static func roles(_ reader: Reader) -> [String] {
    let known = reader.context.roles
    return reader.elements("a role or a list of them")?.compactMap { element in
      if known.isEmpty {
        element.mistake("there are no roles", hint: "remove only:, or add roles")
        return nil
      }
      return element.name(among: Array(known), "role", called: "roles")
    } ?? []
  }

  // MARK: Proxies

  private static func login(_ reader: Reader) -> ProxyLogin? {
    guard let keys = reader.keys(proxyKeys, of: "proxy") else { return nil }
    let from = keys.required("from", example: "[127.0.0.1]").map { $0.addresses() }
    let header = keys.required("user", example: "Remote-User").flatMap(header)
    guard let from, let header else { return nil }
    return ProxyLogin(from: TrustedProxies(from), header: header, rights: keys["roles"].map(users))
  }

  /// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
  private static func header(_ reader: Reader) -> String? {
    guard let text = reader.text("the name of a header") else { return nil }
    let isName = text.text.utf8.allSatisfy {
      0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || "!#$%&'*+-.^_`|~".utf8.contains($0)
    }
    if !isName || text.text.isEmpty {
      reader.mistake("\(text.shown) is not the name of a header", hint: "write it without a colon: Remote-User")
      return nil
    }
    if ["authorization", "host", "cookie", "x-forwarded-for", "forwarded"].contains(text.text.lowercased()) {
      reader.mistake("\(text.shown) names no user", hint: "Authelia says Remote-User, oauth2-proxy X-Forwarded-User")
      return nil
    }
    return text.text
  }

  private static func users(_ reader: Reader) -> [String: ReaderRights] {
    let what = "a mapping of users to viewer or operator"
    var found: [String: ReaderRights] = [:]
    for (user, _, value) in reader.pairs(what) ?? [] {
      if value.node.mapping == nil {
        if let role = role(value) { found[user] = ReaderRights(role) }
      } else if let keys = value.keys(["role", "only"], of: "a user", elsewhere: elsewhere) {
        found[user] = rights(keys)
      }
    }
    return found
  }

  // MARK: Whose a secret is

  private static func tellSender(of door: (secret: Secret, reader: Reader), _ senders: [Sender]) {
    if let sender = senders.first(where: { $0.dialect.publicKeys($0.values).contains(door.secret) }) {
      door.reader.mistake("sender \(sender.name) shows the same to everybody, as its key", hint: "give readers their own")
    }
    guard let sender = senders.first(where: { $0.secrets.contains(door.secret) }) else { return }
    door.reader.warning("sender \(sender.name) has the same secret: who posts may read", hint: "give readers their own")
  }
}
