import Bellhop
import Senders

/// What a browser keeps in its cookie once somebody has logged in: who it is, by which key, and until when. It is signed with a key that only the
/// store has, so it outlives a restart, and nobody can make one; it is not the token, and nothing is kept of it here.
struct LoginSession: Sendable, Hashable {
  /// No session is longer.
  static let lifetime = Duration.seconds(30 * 86_400)

  /// The reader's name; empty for one without.
  let reader: String
  /// Tells the reader's key from all others, and nothing of it.
  let key: String
  /// It is good until then.
  let end: Timestamp

  /// A word of the store's for a text.
  typealias Sign = (String) -> String

  /// Begins a session by a reader's key; it never outlives the key.
  init(of account: ReaderAccount, by key: ReaderKey, at now: Timestamp, _ sign: Sign) {
    reader = account.name ?? ""
    self.key = Self.fingerprint(of: key, in: account, sign)
    let end = min(now + Self.lifetime, key.expires ?? .init(microseconds: .max))
    self.end = Timestamp(seconds: end.seconds)
  }

  /// Reads what ``token(_:)`` gave; nil for anything that was not signed here.
  init?(_ token: Substring, _ sign: Sign) {
    let parts = token.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
    guard token.utf8.count <= 4_096, parts.count == 4, let seconds = Int64(parts[0]), (0..<1 << 40).contains(seconds),
      let reader = parts[3].percentDecoded()
    else { return nil }
    self.reader = reader
    key = String(parts[1])
    end = Timestamp(seconds: seconds)
    guard Secret(sign(words)).matches(parts[2].utf8) else { return nil }
  }

  /// For the cookie: digits, letters, and what a name becomes in an address.
  func token(_ sign: Sign) -> String { "\(end.seconds)-\(key)-\(sign(words))-\(reader.percentEncoded())" }

  /// The account whose session it is, as things are now: a reader or a key that is gone or has ended opens nothing.
  func account(among accounts: [ReaderAccount], at now: Timestamp, _ sign: Sign) -> ReaderAccount? {
    guard end > now else { return nil }
    return accounts.first { account in
      (account.name ?? "") == reader
        && account.keys.contains { key in
          key.expires.map { $0 > now } ?? true && Secret(Self.fingerprint(of: key, in: account, sign)).matches(self.key.utf8)
        }
    }
  }

  private static func fingerprint(of key: ReaderKey, in account: ReaderAccount, _ sign: Sign) -> String {
    sign("key of a reader\n\(account.name ?? "")\n\(key.secret.reveal())")
  }

  private var words: String { "session of a reader\n\(end.seconds)\n\(key)\n\(reader)" }
}

/// The cookie of a session.
struct LoginCookie: Sendable {
  /// It came over TLS. Browsers keep a name that begins so from anybody who could only write it in plain text.
  /// https://www.rfc-editor.org/rfc/rfc6265#section-4.1, https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
  let isSecure: Bool

  var name: String { isSecure ? "__Host-bellhop" : "bellhop" }

  /// What stands under its name; a few, where somebody sent several.
  func values(in headers: [String]) -> [Substring] {
    let pairs: [Substring] = headers.flatMap { $0.split(separator: ";") }.map { pair in pair.drop { $0 == " " } }
    return Array(pairs.filter { $0.hasPrefix(name + "=") }.prefix(4)).map { $0.dropFirst(name.count + 1) }
  }

  /// Sets it. A link from a chat brings it along, a form of another site does not.
  func set(_ session: LoginSession, at now: Timestamp, _ sign: LoginSession.Sign) -> String {
    header(session.token(sign), seconds: max(0, session.end.seconds - now.seconds))
  }

  /// Takes it away.
  var removed: String { header("", seconds: 0) }

  private func header(_ value: String, seconds: Int64) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }
}
