import Bellhop

/// Who asks, where proxies of one's own stand between: what they tell is believed, and nobody else's word.
public struct TrustedProxies: Sendable, Hashable {
  /// The setting of a sender in which they stand.
  static let field = Field(
    "proxies", .list(.string),
    doc: "more proxies of yours before the gateway, beside server.proxies: who they say they pass on is the visitor",
    example: "[127.0.0.1, 10.0.0.0/8]")

  /// What to write instead of what is none.
  public static let hint = "write an address such as 127.0.0.1, or many as 10.0.0.0/8"

  /// So many proxies may stand one behind the other.
  private static let longest = 16

  private let ranges: [AddressRange]

  /// Proxies at these addresses (`127.0.0.1`) and in these networks (`10.0.0.0/8`); what is neither is passed over.
  public init(_ texts: [String] = []) { ranges = texts.compactMap { AddressRange($0) } }

  init(_ values: Values) {
    self.init((values.list(Self.field.name) ?? []).compactMap { if case .string(let text) = $0 { text } else { nil } })
  }

  /// Whether a text is an address or a network.
  public static func isRange(_ text: String) -> Bool { AddressRange(text) != nil }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    (values.list(field.name) ?? []).enumerated().compactMap { index, value in
      guard case .string(let text) = value, !isRange(text) else { return nil }
      return SettingMistake(at: [field.name, String(index)], "\"\(text)\" is no address", hint: hint)
    }
  }

  func contains(_ address: PeerAddress) -> Bool { ranges.contains { $0.contains(address) } }

  /// The last in the chain whom a proxy of ours saw and who is none itself. What stands before may be anybody's invention.
  /// `X-Forwarded-For` counts where it stands, for nearly all proxies write that; else `Forwarded`.
  /// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#selecting_an_ip_address
  /// - Parameter values: what stands in the headers of a name, which is in lower case.
  public func client(of peer: PeerAddress?, _ values: (_ name: String) -> [String]) -> PeerAddress? {
    guard !ranges.isEmpty, var found = peer, contains(found) else { return peer }
    var chain = values("x-forwarded-for").flatMap { $0.split(separator: ",") }.map { Self.address($0) }
    if chain.isEmpty { chain = values("forwarded").flatMap { $0.split(separator: ",") }.map { Self.forwarded($0) } }
    for entry in chain.reversed().prefix(Self.longest) {
      guard let entry else { break }
      found = entry
      if !contains(entry) { break }
    }
    return found
  }

  /// Whether who asks spoke TLS with a proxy of ours. `X-Forwarded-Proto` counts where it stands, else `Forwarded`.
  /// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-Proto
  /// - Parameter values: what stands in the headers of a name, which is in lower case.
  public func sawTLS(of peer: PeerAddress?, _ values: (_ name: String) -> [String]) -> Bool {
    guard let peer, contains(peer) else { return false }
    if let word = values("x-forwarded-proto").flatMap({ $0.split(separator: ",") }).last {
      return word.filter { $0 != " " && $0 != "\t" }.lowercased() == "https"
    }
    guard let last = values("forwarded").flatMap({ $0.split(separator: ",") }).last else { return false }
    return last.split(separator: ";").contains { pair in
      pair.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased() == "proto=https"
    }
  }

  /// Of a post that came to a sender's address.
  func visitor(of head: PostHead) -> PeerAddress? {
    client(of: head.peer) { name in head.headers.filter { $0.name == name }.map(\.value) }
  }

  /// `for="[2001:db8::1]:4711";proto=https`; nil where it names nobody. https://www.rfc-editor.org/rfc/rfc7239#section-6
  private static func forwarded(_ element: Substring) -> PeerAddress? {
    for pair in element.split(separator: ";") {
      let halves = pair.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, halves[0].filter({ $0 != " " && $0 != "\t" }).lowercased() == "for" else { continue }
      return address(Substring(halves[1].filter { $0 != "\"" }))
    }
    return nil
  }

  /// Some write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
  private static func address(_ entry: Substring) -> PeerAddress? {
    let text = entry.filter { $0 != " " && $0 != "\t" }
    if text.hasPrefix("[") { return PeerAddress(text.dropFirst().prefix { $0 != "]" }) }
    return PeerAddress(text.count { $0 == ":" } == 1 ? text.prefix { $0 != ":" } : text[...])
  }
}
