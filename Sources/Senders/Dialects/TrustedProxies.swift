import Bellhop

/// Who visits, where proxies of one's own stand between: what they tell is believed, and nobody else's word.
struct TrustedProxies: Sendable {
  /// The setting in which they stand.
  static let field = Field(
    "proxies", .list(.string),
    doc: "proxies of yours before the gateway: who they say they pass on (X-Forwarded-For) is the visitor; without them, who connects",
    example: "[127.0.0.1, 10.0.0.0/8]")

  /// So many proxies may stand one behind the other.
  private static let longest = 16

  private let ranges: [AddressRange]

  init(_ values: Values) {
    ranges = (values.list(Self.field.name) ?? []).compactMap { if case .string(let text) = $0 { AddressRange(text) } else { nil } }
  }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    (values.list(field.name) ?? []).enumerated().compactMap { index, value in
      guard case .string(let text) = value, AddressRange(text) == nil else { return nil }
      return SettingMistake(
        at: [field.name, String(index)], "\"\(text)\" is no address", hint: "write an address such as 127.0.0.1, or many as 10.0.0.0/8")
    }
  }

  private func contains(_ address: PeerAddress) -> Bool { ranges.contains { $0.contains(address) } }

  /// The last in the chain whom a proxy of ours saw and who is none itself. What stands before may be anybody's invention.
  /// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#selecting_an_ip_address
  func visitor(of head: PostHead) -> PeerAddress? {
    guard var found = head.peer, contains(found) else { return head.peer }
    let chain = head.headers.filter { $0.name == "x-forwarded-for" }.flatMap { $0.value.split(separator: ",") }
    for entry in chain.reversed().prefix(Self.longest) {
      guard let address = Self.address(entry) else { break }
      found = address
      if !contains(address) { break }
    }
    return found
  }

  /// Some write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
  private static func address(_ entry: Substring) -> PeerAddress? {
    let text = entry.filter { $0 != " " && $0 != "\t" }
    if text.hasPrefix("[") { return PeerAddress(text.dropFirst().prefix { $0 != "]" }) }
    return PeerAddress(text.count { $0 == ":" } == 1 ? text.prefix { $0 != ":" } : text[...])
  }
}
