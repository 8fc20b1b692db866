/// Where a gateway is.
struct ClientAddress: Hashable, Sendable {
  var host: String
  var port: Int
  var isSecure: Bool
  /// Of `POST /v1/events`.
  var path: String
  /// A unix socket, which stands in for host and port.
  var socket: String?

  /// `Host:`, with the port where it is not the scheme's. https://www.rfc-editor.org/rfc/rfc9110#field.host
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  static func socket(_ path: String) -> ClientAddress {
    ClientAddress(host: "localhost", port: 80, isSecure: false, path: "/v1/events", socket: path)
  }

  /// Of `http(s)://host[:port][/prefix]`.
  init(_ url: String) throws(BellhopClientError) {
    let lower = url.lowercased()
    let wrong = BellhopClientError.invalidAddress(
      "\(url): write http://host or https://host, with a port or a path where it needs one, and no user, query or fragment")
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { throw wrong }
    isSecure = scheme == "https://"
    let rest = url.dropFirst(scheme.count)
    guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"@?#\\".utf8.contains($0) }) else { throw wrong }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    var (authority, prefix) = (rest[..<slash], rest[slash...])
    port = isSecure ? 443 : 80
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else { throw wrong }
      port = number
      authority = authority[..<colon]
    }
    if authority.hasPrefix("["), authority.hasSuffix("]") {
      authority = authority.dropFirst().dropLast()
    } else if authority.contains(":") {
      throw wrong
    }
    guard !authority.isEmpty, !authority.contains(where: { "[]".contains($0) }) else { throw wrong }
    host = String(authority)
    while prefix.last == "/" { prefix = prefix.dropLast() }
    path = prefix.hasSuffix("/v1/events") ? String(prefix) : "\(prefix)/v1/events"
  }

  private init(host: String, port: Int, isSecure: Bool, path: String, socket: String?) {
    (self.host, self.port, self.isSecure, self.path, self.socket) = (host, port, isSecure, path, socket)
  }
}
