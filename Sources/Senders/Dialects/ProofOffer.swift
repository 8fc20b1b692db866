import Bellhop

/// A place in the head of a post where its sender's secret may stand, as `proof:` names it.
enum ProofOffer: Sendable, Hashable {
  /// `Authorization: Bearer`.
  case bearer
  /// The password of `Authorization: Basic`, whatever the name.
  case basic
  /// The piece behind the sender's own address.
  case path
  /// A header, by its name in lower case.
  case header(String)
  /// A value of the query.
  case query(String)

  /// What is taken without `proof:`.
  static let usual: [ProofOffer] = [.bearer, .basic, .path]
  static let words = ["bearer", "basic", "path", "header", "query"]

  /// Nil for what names no place.
  init?(_ text: String) {
    let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
    switch (parts.first, parts.count) {
    case ("bearer", 1): self = .bearer
    case ("basic", 1): self = .basic
    case ("path", 1): self = .path
    case ("header", 2) where parts[1].utf8.allSatisfy(Self.isToken): self = .header(parts[1].lowercased())
    case ("query", 2): self = .query(parts[1])
    default: return nil
    }
  }

  /// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
  private static func isToken(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte) }

  /// Those of a sender.
  static func read(_ values: Values) -> [ProofOffer] {
    guard let list = values.list(MappingFields.proof.name) else { return usual }
    return list.compactMap { if case .string(let text) = $0 { ProofOffer(text) } else { nil } }
  }

  /// Where it is, for who did not say it.
  var place: String {
    switch self {
    case .bearer: "Authorization: Bearer"
    case .basic: "Authorization: Basic"
    case .path: "a key behind the address"
    case .header(let name): "the header \(name)"
    case .query(let name): "\(name) in the query"
    }
  }

  /// What stands there.
  func value(in head: PostHead) -> String? {
    switch self {
    case .bearer: head.token()
    case .basic: head.password
    case .path: head.path.first
    case .header(let name): head.header(name)
    case .query(let name): head.query(name)
    }
  }
}
