/// Where the server listens: `127.0.0.1:8484`, `[::1]:8484`, `localhost:8484`, `0.0.0.0:80`.
public struct Listen: Sendable, Hashable, CustomStringConvertible {
  /// An IPv4 address, an IPv6 address without brackets, or `localhost`.
  public var host: String
  /// 1…65535; 0 lets the system choose.
  public var port: Int

  /// That host and port.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Nil for names other than `localhost` and for ports beyond 65535.
  public init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      text[text.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    let before = text[..<colon]
    if before.hasPrefix("["), before.hasSuffix("]") {
      let inner = before.dropFirst().dropLast()
      guard IPAddress.isV6(String(inner)) else { return nil }
      host = String(inner)
    } else {
      guard before == "localhost" || IPAddress.isV4(String(before)) else { return nil }
      host = String(before)
    }
    self.port = Int(port)
  }

  /// Only this machine can connect: `localhost`, `127.0.0.0/8` and `::1`.
  public var isLoopback: Bool { host == "localhost" || IPAddress.isLoopback(host) }

  /// As it stands in YAML.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
