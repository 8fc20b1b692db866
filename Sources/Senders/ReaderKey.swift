import Bellhop

/// What opens the history to somebody.
public struct ReaderKey: Sendable, Hashable {
  /// The token, or its digest.
  public let secret: Secret
  /// From then on it opens nothing; nil is never.
  public let expires: Timestamp?
  /// Who has it, where that is said.
  public let name: String?
  /// It opens what concerns these roles; nil is all.
  public let roles: [String]?

  /// A key, by default to all and for ever.
  public init(_ secret: Secret, expires: Timestamp? = nil, name: String? = nil, roles: [String]? = nil) {
    self.secret = secret
    self.expires = expires
    self.name = name
    self.roles = roles
  }
}
