import Bellhop
import Senders

/// Reads `senders`: keys that all take, and those of each one's dialect.
enum SendersSection {
  static let common = ["use", "secret", "rate", "redact", "host"]

  /// Names under which events come that no token vouches for.
  private static let reserved = [
    "bellhop": "Bellhop's own events", "local": "what comes through the socket, or without senders",
    "upstream": "what comes from another gateway",
  ]

  static func read(_ reader: Reader?) -> [Sender] {
    guard let reader else { return [] }
    let pairs = Names.pairs(reader, "a mapping of senders")
    reader.context.senders = pairs.map(\.key)
    var owners = Owners()
    return pairs.compactMap { name, mark, value in
      if let whose = reserved[name] {
        reader.context.tell(mark, value.path, "\"\(name)\" is the sender of \(whose)", hint: "choose another name")
      }
      if value.holdsValue(instead: name) { return nil }
      // Unknown keys cannot be told before the dialect is known.
      guard let all = value.pairs("a mapping") else { return nil }
      let dialect: Dialect
      if let use = all.first(where: { $0.key == "use" })?.value {
        guard let known = Self.dialect(use) else { return nil }
        dialect = known
      } else {
        dialect = .api
      }
      return sender(name, dialect, value, &owners)
    }
  }

  /// What only one sender may have: else it could not be told whose a post is.
  private struct Owners {
    var secrets: [Secret: String] = [:]
    var hosts: [String: String] = [:]
  }

  private static func sender(_ name: String, _ dialect: Dialect, _ reader: Reader, _ owners: inout Owners) -> Sender? {
    let fields = dialect.settings.map(\.name)
    let known = common.filter { ($0 != "secret" || dialect.secret != nil) && ($0 != "host" || !dialect.isOwn) } + fields
    guard let keys = reader.keys(known, of: dialect.isOwn ? "a sender" : dialect.name, elsewhere: { elsewhere($0, dialect) }) else {
      return nil
    }
    let read = FieldReader.values(dialect.settings, keys)
    let secret = dialect.secret == nil ? nil : keys.required("secret", example: "\"${\(environmentName(name))}\"")
    let dated = secret?.doors(dialect.checkSecret) ?? []
    let secrets = dated.map(\.secret)
    let expiries = Dictionary(dated.compactMap { one in one.expires.map { (one.secret, $0) } }) { first, _ in first }
    for own in secrets where Token.isDigest(own.reveal()) {
      if !dialect.takesDigest {
        secret?.mistake("a digest cannot verify a signature", hint: "write the signing secret itself, as ${NAME} or ${file:/path}")
      } else if !Token.isWellFormed(own.reveal()) {
        secret?.mistake("this is no digest of a token", hint: "`bellhop token new \(name)` prints a token and its digest")
      }
    }
    for own in secrets {
      if let owner = owners.secrets[own], owner != name {
        secret?.mistake("sender \(owner) has the same secret: events could not be told apart", hint: "give each sender its own")
      }
      owners.secrets[own] = name
    }
    // What is public for one must not open another's door either.
    for own in dialect.publicKeys(read.values) {
      if let owner = owners.secrets[own], owner != name {
        keys[dialect.identity ?? ""]?.mistake(
          "sender \(owner) has the same key or secret: events could not be told apart", hint: "give each sender its own")
      }
      owners.secrets[own] = name
    }
    if read.broken.isEmpty, read.unknown.isEmpty { for problem in dialect.check(read.values) { reader.tell(problem) } }
    let redact = keys["redact"]?.elements("a key or a list of them")?.compactMap { $0.string("the name of a key in events") }
    return Sender(
      name: name, dialect: dialect, secrets: secrets, expiries: expiries, rate: keys["rate"]?.rate(), redact: redact ?? [],
      hosts: hosts(keys["host"], of: name, &owners), values: read.values)
  }

  private static func hosts(_ reader: Reader?, of name: String, _ owners: inout Owners) -> [String] {
    let elements = reader?.elements("a host name or a list of them") ?? []
    return elements.compactMap { element in
      guard let host = element.string("a host name")?.lowercased() else { return nil }
      let isName = !host.isEmpty && host.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2D || $0 == 0x2E }
      if !isName {
        element.mistake("\(Reader.shown(host)) is not a host name", hint: "write it without scheme, port and path: hooks.example.com")
      } else if let owner = owners.hosts[host], owner != name {
        element.mistake("sender \(owner) has the same host", hint: "give each its own, or tell them apart by their paths")
      }
      owners.hosts[host] = name
      return isName ? host : nil
    }
  }

  /// Where a key belongs that has slipped in here.
  private static func elsewhere(_ key: String, _ dialect: Dialect) -> String? {
    if key == "secret" { return "\(dialect.name) has none" }
    if key == "host" { return "Bellhop's own form is taken under every name" }
    for field in dialect.settings {
      if case .keys(let inner) = field.shape, inner.contains(where: { $0.name == key }) { return "it stands inside \(field.name):" }
    }
    let others = Dialect.all.filter { $0.settings.contains { $0.name == key } }.map(\.name)
    return others.isEmpty ? nil : "it belongs to \(Words.or(others)), and this is \(dialect.name)"
  }

  private static func dialect(_ use: Reader) -> Dialect? {
    guard let text = use.text("the name of a dialect") else { return nil }
    if let dialect = Dialect.named(text.text) { return dialect }
    use.mistake("there is no dialect \(text.shown)", hint: Words.hint(text.text, among: Dialect.all.map(\.name), called: "dialects"))
    return nil
  }

  /// `old-app` → `OLD_APP_TOKEN`.
  private static func environmentName(_ name: String) -> String {
    String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_TOKEN"
  }
}
