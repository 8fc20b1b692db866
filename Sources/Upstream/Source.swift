import Bellhop

/// A `remote` transport of another gateway, whose messages this one takes.
public struct Source: Sendable, Hashable {
  /// The other gateway's address, without a slash at its end.
  public var url: String
  /// What the transport is called there.
  public var name: String
  /// Its secret.
  public var secret: Secret
  /// A PEM file of certificates that the other gateway must be signed by, instead of the system's.
  public var caFile: String?

  /// A transport at an address.
  public init(url: String, name: String, secret: Secret, caFile: String? = nil) {
    self.url = url
    self.name = name
    self.secret = secret
    self.caFile = caFile
  }

  /// Where its stream is, and where fates are told.
  var address: String { "\(url)/v1/remotes/\(name.percentEncoded())" }
}
