/// What counts as this machine.
enum Loopback {
  /// An address to listen at that only this machine reaches.
  static func isAddress(_ host: String) -> Bool {
    var host = host == "::1" ? "[::1]" : host
    return host.withUTF8(isName)
  }

  /// A `Host` header, with or without a port, that can only mean this machine. Names from outside that resolve to it
  /// (DNS rebinding) are not of these.
  static func isHost(_ authority: String) -> Bool {
    var authority = authority
    return authority.withUTF8 { bytes in
      var end = 0
      if bytes.first == UInt8(ascii: "[") {
        guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
        end = bracket + 1
      } else {
        while end < bytes.count, bytes[end] != UInt8(ascii: ":") { end += 1 }
      }
      return isPort(bytes[end...]) && isName(UnsafeBufferPointer(rebasing: bytes[..<end]))
    }
  }

  /// An `Origin` header that stands for a page of this machine's. https://www.rfc-editor.org/rfc/rfc6454#section-7
  static func isOrigin(_ origin: String) -> Bool {
    for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) { return isHost(String(origin.dropFirst(scheme.count))) }
    return false
  }

  /// Nothing, or a colon and a number.
  private static func isPort(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.count <= 6 && rest.dropFirst().allSatisfy { $0 &- 48 < 10 }
  }

  private static func isName(_ host: UnsafeBufferPointer<UInt8>) -> Bool {
    if host.first == UInt8(ascii: "1") { return isIPv4(host) }
    return host.isSpelt("localhost") || host.isSpelt("[::1]") || UnsafeBufferPointer(rebasing: host.suffix(10)).isSpelt(".localhost")
  }

  /// `127.` and three more numbers to 255.
  private static func isIPv4(_ host: UnsafeBufferPointer<UInt8>) -> Bool {
    var (dots, digits, number) = (0, 0, 0)
    for byte in host {
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
