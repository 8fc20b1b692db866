/// Scheme, host and port of a page, as a browser says it: `https://shop.example.com`, `http://localhost:3000`.
/// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
struct PageOrigin: Sendable, Hashable {
  let scheme: String
  let host: String
  /// Digits; nil where it is the usual one, which browsers leave out.
  let port: String?

  /// Nil for what no browser says: a path behind it, capitals, a port that goes without saying, `null`.
  init?(_ text: some StringProtocol) { self.init(text, mayBegin: false) }

  /// A star is no part of a host.
  fileprivate init?(_ text: some StringProtocol, mayBegin star: Bool) {
    guard text.utf8.count <= 255, let mark = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<mark.lowerBound]
    var rest = text[mark.upperBound...]
    guard let first = scheme.utf8.first, 0x61...0x7A ~= first, scheme.utf8.allSatisfy({ Self.isOfNames($0) || $0 == 0x2B }) else {
      return nil
    }
    var port: String?
    if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
      let digits = rest[colon...].dropFirst()
      guard (1...5).contains(digits.utf8.count), digits.utf8.first != 0x30, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
        return nil
      }
      port = String(digits)
      rest = rest[..<colon]
    }
    if port == Self.usual[String(scheme)], port != nil { return nil }
    let bare = star && rest.hasPrefix("*.") ? rest.dropFirst(2) : rest[...]
    let isName = !bare.isEmpty && bare.utf8.allSatisfy { Self.isOfNames($0) || $0 == 0x5F }
    guard isName || Self.isIPv6(bare) else { return nil }
    (self.scheme, host, self.port) = (String(scheme), String(rest), port)
  }

  private static let usual = ["http": "80", "https": "443"]

  /// `a-z`, digits, `-` and `.`.
  private static func isOfNames(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte || 0x30...0x39 ~= byte || byte == 0x2D || byte == 0x2E }

  private static func isIPv6(_ host: some StringProtocol) -> Bool {
    host.hasPrefix("[") && host.hasSuffix("]") && PeerAddress(host.dropFirst().dropLast()) != nil
  }
}

/// Pages that may post: one origin, or with `https://*.example.com` those of all names right under one.
struct OriginPattern: Sendable, Hashable {
  private let origin: PageOrigin
  /// `.example.com`, where any word may stand before it.
  private let tail: String?

  /// Nil for what is neither.
  init?(_ text: String) {
    guard let origin = PageOrigin(text, mayBegin: true) else { return nil }
    self.origin = origin
    guard origin.host.hasPrefix("*.") else {
      tail = nil
      return
    }
    // A star right under a top-level name would stand for strangers.
    guard origin.host.dropFirst(2).contains(".") else { return nil }
    tail = String(origin.host.dropFirst())
  }

  func covers(_ page: PageOrigin) -> Bool {
    guard let tail else { return page == origin }
    guard page.scheme == origin.scheme, page.port == origin.port, page.host.hasSuffix(tail) else { return false }
    let word = page.host.dropLast(tail.count)
    return !word.isEmpty && !word.contains(".")
  }

  /// What was meant by something that is no pattern, as far as that can be seen.
  static func meant(by text: String) -> String? {
    var text = text.lowercased()
    if !text.contains("://") { text = "https://" + text }
    guard let mark = text.firstRange(of: "://") else { return nil }
    let rest = text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let scheme = text[..<mark.lowerBound]
    var bare = rest
    for (name, port) in [("https", ":443"), ("http", ":80")] where scheme == name && bare.hasSuffix(port) {
      bare = bare.dropLast(port.count)
    }
    let guess = "\(scheme)://\(bare)"
    return OriginPattern(guess) == nil ? nil : guess
  }
}
