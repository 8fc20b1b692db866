import Bellhop
import Testing

@testable import Senders

/// Whose share of a rate a post takes.
@Suite struct VisitorTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::/0", "10.0.0.1", true),
    ("::1", "::1", true), ("2001:db8::/64", "2001:db8::ffff", true), ("2001:db8::8/125", "2001:db8::f", true),
    ("2001:db8::8/125", "2001:db8::10", false), ("::ffff:10.0.0.0/104", "10.9.9.9", true),
  ]) func ranges(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(AddressRange(range)).contains(try #require(PeerAddress(address))) == isIn)
  }

  @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0", "::/129", "10.0.0.0/-1", "localhost", "10.0.0.0/+8"])
  func noRanges(text: String) { #expect(AddressRange(text) == nil) }

  private func visitor(_ proxies: [String], peer: String?, _ forwarded: String...) -> PeerAddress? {
    let values = Values(["proxies": .list(proxies.map { .string($0) })])
    let head = PostHead(headers: forwarded.map { .init("x-forwarded-for", $0) }, peer: peer.flatMap { PeerAddress($0) })
    return TrustedProxies(values).visitor(of: head)
  }

  /// Only what a proxy of ours has seen counts: everybody can write the header.
  @Test func whomAProxyTells() {
    let (one, two) = (PeerAddress("198.51.100.1"), PeerAddress("203.0.113.9"))
    #expect(visitor([], peer: "203.0.113.9", "198.51.100.1") == two, "not configured")
    #expect(visitor(["10.0.0.0/8"], peer: "203.0.113.9", "198.51.100.1") == two, "no proxy of ours")
    #expect(visitor(["127.0.0.1"], peer: "127.0.0.1", "198.51.100.1") == one)
    #expect(visitor(["127.0.0.1"], peer: "127.0.0.1", "203.0.113.9, 198.51.100.1") == one, "what stands before is anybody's invention")
    #expect(visitor(["127.0.0.1"], peer: "127.0.0.1", "203.0.113.9", "198.51.100.1") == one, "in two lines")
    #expect(visitor(["127.0.0.1", "10.0.0.0/8"], peer: "127.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2") == one, "two proxies")
    #expect(
      visitor(["127.0.0.1"], peer: "127.0.0.1", "198.51.100.1:4711") == one
        && visitor(["127.0.0.1"], peer: "127.0.0.1", "[2001:db8::1]:2") != nil)
    #expect(visitor(["127.0.0.1"], peer: "127.0.0.1") == PeerAddress("127.0.0.1"))
    #expect(visitor(["127.0.0.1"], peer: "127.0.0.1", "198.51.100.1, unknown") == PeerAddress("127.0.0.1"))
    #expect(visitor(["127.0.0.1"], peer: nil, "198.51.100.1") == nil)
  }

  /// https://www.rfc-editor.org/rfc/rfc7239#section-4
  @Test(arguments: [
    ("for=198.51.100.1", "198.51.100.1"), ("for=203.0.113.9, FOR=\"198.51.100.1:4711\";proto=https", "198.51.100.1"),
    ("proto=https; for=\"[2001:db8::1]:2\"", "2001:db8::1"), ("for=198.51.100.1, for=127.0.0.1", "198.51.100.1"),
    ("for=198.51.100.1, for=unknown", "127.0.0.1"), ("for=_hidden", "127.0.0.1"), ("", "127.0.0.1"), ("by=198.51.100.1", "127.0.0.1"),
  ]) func whomForwardedNames(value: String, client: String) {
    func found(of peer: String, _ headers: [String: String]) -> PeerAddress? {
      TrustedProxies(["127.0.0.0/8"]).client(of: PeerAddress(peer)) { headers[$0].map { [$0] } ?? [] }
    }
    #expect(found(of: "127.0.0.1", ["forwarded": value]) == PeerAddress(client))
    #expect(found(of: "192.0.2.7", ["forwarded": value]) == PeerAddress("192.0.2.7"), "anybody can write it")
    #expect(found(of: "127.0.0.1", ["forwarded": value, "x-forwarded-for": "192.0.2.8"]) == PeerAddress("192.0.2.8"))
  }

  @Test(arguments: ["192.0.2.1", "127.0.0.1", "2001:db8::1", "::1", "0.0.0.0"]) func addressesPrintAsTheyAreWritten(text: String) {
    #expect(PeerAddress(text)?.description == text)
    #expect(PeerAddress("2001:db8::1")?.network.description == "2001:db8::/64")
  }

  @Test func aNetworkIsOneVisitor() {
    #expect(PeerAddress("2001:db8::1")?.network == PeerAddress("2001:db8::2")?.network)
    #expect(PeerAddress("10.0.0.1")?.network != PeerAddress("10.0.0.2")?.network)
    #expect(PeerAddress("::ffff:10.0.0.1") == PeerAddress("10.0.0.1"))
  }
}
