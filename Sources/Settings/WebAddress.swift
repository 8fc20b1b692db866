/// What an address must look like to be worth a try; whether something answers there shows when it is used.
enum WebAddress {
  /// `http://` or `https://` and a host, without blanks. https://www.rfc-editor.org/rfc/rfc3986#section-3
  static func isWeb(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else { return false }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
    guard !name.isEmpty, !name.hasPrefix(".") else { return false }
    let tail = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host.dropFirst(name.count)
    if host.hasPrefix("["), !host.contains("]") { return false }
    guard tail.isEmpty || tail == ":" || (tail.hasPrefix(":") && UInt16(tail.dropFirst()) != nil) else { return false }
    return !text.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F }
  }

  /// Stands for an address that is unknown here: nothing is ever sent to it (https://www.rfc-editor.org/rfc/rfc2606#section-2).
  static let standIn = "https://unknown.invalid/"

  /// `https://user:password@host`.
  static func holdsPassword(_ text: String) -> Bool {
    guard let scheme = text.firstRange(of: "://") else { return false }
    return text[scheme.upperBound...].prefix { !"/?#".contains($0) }.contains("@")
  }
}
