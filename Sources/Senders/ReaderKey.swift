import Bellhop

/// What opens the history to somebody.
public struct ReaderKey: Sendable, Hashable {
  /// The token, or its digest.
  public let secret: Secret
  /// From then on it opens nothing; nil is never.
  public let expires: Timestamp?

  /// A key, by default for ever.
  public init(_ secret: Secret, expires: Timestamp? = nil) {
    self.secret = secret
    self.expires = expires
  }
}
