#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An address of the internet: of who connects, or of whom a proxy tells. IPv4 stands in the form that IPv6 has for it.
/// https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
public struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
  /// The first eight bytes as a number: of IPv6 what a network gets.
  let high: UInt64
  /// The last eight.
  let low: UInt64

  /// An address of IPv6 by its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// An address of IPv4 as a number: 127.0.0.1 is `0x7F00_0001`.
  public init(ipv4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(ipv4)) }

  /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var four = in_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      self.init(ipv4: UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
    self.init(six)
  }

  /// An address as the system keeps it.
  public init(_ address: in6_addr) {
    var raw = address
    self = withUnsafeBytes(of: &raw) { raw in
      PeerAddress(
        high: UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
        low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// It is one of IPv4.
  public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// What one machine or one household has: of IPv6 the half that a network gets.
  public var network: PeerAddress { isIPv4 ? self : PeerAddress(high: high, low: 0) }

  /// As people write it; a network of IPv6 with the length of its prefix: `192.0.2.1`, `2001:db8::/64`.
  public var description: String {
    if isIPv4 { return [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }.joined(separator: ".") }
    var raw = in6_addr()
    withUnsafeMutableBytes(of: &raw) { raw in
      raw.storeBytes(of: high.bigEndian, as: UInt64.self)
      raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
    let shown = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return low == 0 && high != 0 ? shown + "/64" : shown
  }

  /// This machine's own.
  public var isLoopback: Bool { isIPv4 ? [0, 127].contains(low >> 24 & 0xFF) : high == 0 && low < 2 }
}

/// Addresses that begin alike: `10.0.0.0/8`, or a single one.
struct AddressRange: Sendable, Hashable {
  private let first: PeerAddress
  /// So many bits of 128 are the same.
  private let bits: Int

  /// Reads `192.0.2.1`, `10.0.0.0/8` or `2001:db8::/32`; nil for anything else. https://www.rfc-editor.org/rfc/rfc4632#section-3.1
  init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count < 3, let first = PeerAddress(halves[0]) else { return nil }
    self.first = first
    let width = first.isIPv4 && !halves[0].contains(":") ? 32 : 128
    guard halves.count == 2 else {
      bits = 128
      return
    }
    guard halves[1].utf8.count < 4, halves[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = Int(halves[1]), count <= width else {
      return nil
    }
    bits = 128 - width + count
  }

  func contains(_ other: PeerAddress) -> Bool {
    if bits <= 64 { return (first.high ^ other.high) >> (64 - bits) == 0 }
    return first.high == other.high && (first.low ^ other.low) >> (128 - bits) == 0
  }
}
