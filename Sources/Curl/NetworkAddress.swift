// It brings the types of sockets, which are not of every view of Glibc.
import CCurl
import Glibc

/// A numeric network address.
enum NetworkAddress: Equatable, Sendable {
  case v4(UInt32)
  case v6([UInt8])

  /// Nil for names. An IPv6 zone (`fe80::1%eth0`) is dropped.
  init?(_ text: some StringProtocol) {
    let bare = String(text.prefix { $0 != "%" })
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, bare, &four) == 1 {
      self = .v4(UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, bare, &six) == 1 {
      self = .v6(withUnsafeBytes(of: &six) { Array($0) })
    } else {
      return nil
    }
  }

  /// Reads a `sockaddr` of that family; nil for families other than IP.
  init?(_ socket: UnsafeRawPointer, family: Int32) {
    switch family {
    case AF_INET: self = .v4(UInt32(bigEndian: socket.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
    case AF_INET6: self = .v6(withUnsafeBytes(of: socket.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
    default: return nil
    }
  }

  /// Not on the public internet: loopback, private, link-local, shared (CGNAT), unique local, multicast, reserved, documentation;
  /// also such an IPv4 address dressed as IPv6. https://www.iana.org/assignments/iana-ipv4-special-registry
  /// https://www.iana.org/assignments/iana-ipv6-special-registry
  var isPrivate: Bool {
    switch self {
    case .v4(let bits): Self.privateV4.contains { bits >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
    case .v6(let bytes): Self.isPrivate(bytes)
    }
  }

  /// `isPrivate` of a numeric address in text. What is no address counts as private: who asks wants to know whether it is safe.
  static func isPrivate(_ text: String) -> Bool { NetworkAddress(text)?.isPrivate ?? true }

  private static let privateV4: [(prefix: UInt32, length: UInt32)] = [
    (0x0000_0000, 8),  // 0.0.0.0/8, "this network"
    (0x0a00_0000, 8),  // 10.0.0.0/8
    (0x6440_0000, 10),  // 100.64.0.0/10, shared by carriers' NAT
    (0x7f00_0000, 8),  // 127.0.0.0/8
    (0xa9fe_0000, 16),  // 169.254.0.0/16, link-local: cloud metadata lives here
    (0xac10_0000, 12),  // 172.16.0.0/12
    (0xc000_0000, 24),  // 192.0.0.0/24
    (0xc000_0200, 24),  // 192.0.2.0/24, documentation
    (0xc058_6300, 24),  // 192.88.99.0/24, old 6to4 relays
    (0xc0a8_0000, 16),  // 192.168.0.0/16
    (0xc612_0000, 15),  // 198.18.0.0/15, benchmarks
    (0xc633_6400, 24),  // 198.51.100.0/24, documentation
    (0xcb00_7100, 24),  // 203.0.113.0/24, documentation
    (0xe000_0000, 4),  // multicast
    (0xf000_0000, 4),  // reserved, and broadcast
  ]

  private static func isPrivate(_ bytes: [UInt8]) -> Bool {
    func v4(at index: Int) -> Bool { NetworkAddress.v4(bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }).isPrivate }
    // Global unicast is 2000::/3; of what lies outside it, only the well-known NAT64 prefix leads anywhere public.
    guard bytes[0] & 0xe0 == 0x20 else {
      let nat64: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
      let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
      return bytes.starts(with: nat64) || bytes.starts(with: mapped) ? v4(at: 12) : true
    }
    if bytes.starts(with: [0x20, 0x02]) { return v4(at: 2) }  // 2002::/16, 6to4
    if bytes.starts(with: [0x20, 0x01]), bytes[2] < 2 { return true }  // 2001::/23, protocol assignments, Teredo
    if bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8]) { return true }  // 2001:db8::/32, documentation
    if bytes[0] == 0x3f, bytes[1] == 0xff, bytes[2] & 0xf0 == 0 { return true }  // 3fff::/20, documentation
    return false
  }

  /// Whether it lies in `10.0.0.0/8`, or is that very address.
  func isIn(_ network: some StringProtocol) -> Bool {
    let parts = network.split(separator: "/", maxSplits: 1)
    guard let first = parts.first, let base = NetworkAddress(first) else { return false }
    func share(_ a: [UInt8], _ b: [UInt8]) -> Bool {
      let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : a.count * 8
      guard a.count == b.count, (0...a.count * 8).contains(bits) else { return false }
      return (0..<bits).allSatisfy { (a[$0 / 8] ^ b[$0 / 8]) & (0x80 >> UInt8($0 % 8)) == 0 }
    }
    return share(bytes, base.bytes)
  }

  /// In numbers, for people.
  var text: String {
    switch self {
    case .v4: return bytes.map(String.init).joined(separator: ".")
    case .v6(let bytes):
      var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count))
      return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// The address that this machine would talk to that one from; nil where there is no way.
  var source: NetworkAddress? {
    let family = if case .v4 = self { AF_INET } else { AF_INET6 }
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Port 9 discards, if anything ever came there. https://www.rfc-editor.org/rfc/rfc863
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    four.sin_port = in_port_t(9).bigEndian
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = in_port_t(9).bigEndian
    var own = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isConnected: Bool
    switch self {
    case .v4(let bits):
      four.sin_addr.s_addr = bits.bigEndian
      isConnected = Self.connects(descriptor, &four)
    case .v6(let bytes):
      withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: bytes) }
      isConnected = Self.connects(descriptor, &six)
    }
    guard isConnected else { return nil }
    return withUnsafeMutableBytes(of: &own) { memory in
      guard let base = memory.baseAddress,
        getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
      else { return nil }
      return NetworkAddress(base, family: family)
    }
  }

  private static func connects<Address>(_ descriptor: Int32, _ address: inout Address) -> Bool {
    withUnsafeBytes(of: &address) { memory in
      guard let base = memory.baseAddress else { return false }
      return connect(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(memory.count)) == 0
    }
  }

  private var bytes: [UInt8] {
    switch self {
    case .v4(let bits): [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
    case .v6(let bytes): bytes
    }
  }
}
