/// What counts as this machine.
enum Loopback {
  /// An address to listen at that only this machine reaches.
  static func isAddress(_ host: String) -> Bool { isName(host == "::1" ? "[::1]" : host) }

  /// A `Host` header, with or without a port, that can only mean this machine. Names from outside that resolve to it
  /// (DNS rebinding) are not of these.
  static func isHost(_ authority: String) -> Bool {
    // What nearly all say, without taking it apart.
    if authority == "localhost" || authority == "127.0.0.1" { return true }
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
      end = authority.utf8.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
    }
    let rest = authority.utf8[end...]
    if !rest.isEmpty {
      guard rest.first == UInt8(ascii: ":"), rest.count <= 6, rest.dropFirst().allSatisfy({ $0 &- 48 < 10 }) else { return nil }
    }
    return String(authority[..<end])
  }

  private static func isName(_ host: String) -> Bool {
    if host.utf8.first == UInt8(ascii: "1") { return isIPv4(host) }
    let host = host.lowercased()
    return host == "localhost" || host == "[::1]" || host.hasSuffix(".localhost")
  }

  /// `127.` and three more numbers to 255.
  private static func isIPv4(_ host: String) -> Bool {
    var (dots, digits, number) = (0, 0, 0)
    for byte in host.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        number = number * 10 + Int(byte - 48)
        if digits > 3 || number > 255 { return false }
      case UInt8(ascii: "."):
        if digits == 0 || dots == 3 || dots == 0 && number != 127 { return false }
        dots += 1
        (digits, number) = (0, 0)
      default: return false
      }
    }
    return dots == 3 && digits > 0
  }
}
