/// What counts as this machine.
enum Loopback {
  /// An address to listen at that only this machine reaches.
  static func isAddress(_ host: String) -> Bool { isName(host == "::1" ? "[::1]" : host) }

  /// A `Host` header, with or without a port, that can only mean this machine. Names from outside that resolve to it
  /// (DNS rebinding) are not of these.
  static func isHost(_ authority: String) -> Bool {
    guard let name = name(of: authority) else { return false }
    return isName(name)
  }

  /// An `Origin` header that stands for a page of this machine's. https://www.rfc-editor.org/rfc/rfc6454#section-7
  static func isOrigin(_ origin: String) -> Bool {
    for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) { return isHost(String(origin.dropFirst(scheme.count))) }
    return false
  }

  private static func name(of authority: String) -> String? {
    let end: String.Index
    if authority.hasPrefix("[") {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      end = authority.index(after: bracket)
    } else {
      end = authority.firstIndex(of: ":") ?? authority.endIndex
    }
    let rest = authority[end...]
    if !rest.isEmpty {
      guard rest.first == ":", rest.count <= 6, rest.dropFirst().utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
    }
    return String(authority[..<end])
  }

  private static func isName(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host == "[::1]" || host.hasSuffix(".localhost") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { $0.utf8.count <= 3 && $0.utf8.allSatisfy { $0 &- 48 < 10 } && (Int($0) ?? 256) < 256 }
  }
}
