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

  /// Where its stream is, and where fates are told. https://www.rfc-editor.org/rfc/rfc3986#section-2.1
  var address: String {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    let escaped = name.utf8.map { byte in
      unreserved.contains(byte) ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    return "\(url)/v1/remotes/\(escaped.joined())"
  }
}
