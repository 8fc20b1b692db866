import Bellhop
import Routing

/// The section `upstream`: another gateway whose messages are taken.
public struct UpstreamSettings: Sendable, Hashable {
  /// Its address, without a slash at its end.
  public var url: String
  /// The secret of its `remote` transports.
  public var secret: Secret
  /// A PEM file of certificates that it must be signed by; nil is the system's.
  public var ca: String?
  /// Its transports and where they lead here, in the order of the file.
  public var take: [Take]

  /// One transport of the other gateway.
  public struct Take: Sendable, Hashable {
    /// What it is called there.
    public var remote: String
    /// A channel, or a transport that needs no target.
    public var local: Route

    /// A name there and a place here.
    public init(remote: String, local: Route) {
      self.remote = remote
      self.local = local
    }
  }

  /// Where to connect, and what to take.
  public init(url: String, secret: Secret, ca: String? = nil, take: [Take]) {
    self.url = url
    self.secret = secret
    self.ca = ca
    self.take = take
  }
}
