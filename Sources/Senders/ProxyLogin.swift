import Bellhop

/// Proxies that ask people who they are, and say so in a header: Authelia, Authentik, oauth2-proxy and their like.
/// https://www.authelia.com/integration/trusted-header-sso/introduction/
public struct ProxyLogin: Sendable, Hashable {
  /// Stands for everybody who is not named.
  public static let everybody = "*"
  /// Bytes of a user's name.
  static let longest = 128

  /// Whose header is believed; everybody else's is ignored.
  public var from: TrustedProxies
  /// The header that names the user, in lower case.
  public var header: String
  /// What users may, by their names; nil lets everybody see all whom the proxy lets in.
  public var rights: [String: ReaderRights]?

  /// A login. The header's case does not count.
  public init(from: TrustedProxies, header: String, rights: [String: ReaderRights]? = nil) {
    self.from = from
    self.header = header.lowercased()
    self.rights = rights
  }

  /// Who asks, where a proxy of ours says so.
  /// - Parameters:
  ///   - peer: who connected, not whom a header tells of.
  ///   - values: what stands in the headers of a name, which is in lower case.
  /// - Returns: nil where nobody is named. A name that stands twice, is long or holds what cannot be seen names nobody.
  public func user(from peer: PeerAddress?, _ values: (_ name: String) -> [String]) -> String? {
    guard let peer, from.contains(peer) else { return nil }
    let found = values(header)
    guard found.count == 1, let name = found.first, (1...Self.longest).contains(name.utf8.count) else { return nil }
    return name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.properties.generalCategory.isSeen } ? name : nil
  }

  /// What that user may; nil is nothing.
  public func rights(of user: String) -> ReaderRights? {
    guard let rights else { return ReaderRights() }
    return rights[user] ?? rights[Self.everybody]
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isSeen: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
