import Glibc

/// What the system takes for an address. https://man7.org/linux/man-pages/man3/inet_pton.3.html
enum IPAddress {
  static func isV4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isV6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }

  /// `127.0.0.0/8`, `::1`, and the former written as the latter.
  static func isLoopback(_ text: String) -> Bool {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    return bytes == Array(repeating: 0, count: 15) + [1] || bytes.starts(with: Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127])
  }
}
