import CCurl

/// Where a URL leads: what queues, faults and redirects need to know of it. Cut by libcurl's own parser, so that nobody can show one
/// host to us and another to libcurl. https://curl.se/libcurl/c/libcurl-url.html
struct Origin: Hashable, Sendable {
  /// `http` or `https`; of other servers what their address says.
  var scheme: String
  /// In lower case and in ASCII, numbers in their plain form, IPv6 without brackets.
  let host: String
  var port: Int { didSet { label = Self.label(host, port) } }
  /// The host's name is one beyond ASCII.
  let isEncoded: Bool

  /// Names the place and no more: paths, queries and credentials may be secret.
  private(set) var label: String

  /// Nil for anything but an absolute `http` or `https` URL.
  /// - Parameter scheme: taken where the URL has none, as in proxy settings; nil refuses such a URL.
  init?(_ url: String, scheme assumed: String? = nil) {
    // libcurl would quote or refuse some of these; in a URL that a template made they are a mistake, and never harmless.
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { return nil }
    guard let parts = curl_url() else { return nil }
    defer { curl_url_cleanup(parts) }
    let text = assumed.map { url.contains("://") ? url : "\($0)://\(url)" } ?? url
    guard curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
      let scheme = Self.part(parts, CURLUPART_SCHEME)?.lowercased(), let named = Self.part(parts, CURLUPART_HOST),
      let host = (HostName.isASCII(named) ? named : HostName.ascii(CURLUPART_HOST, of: parts))?.lowercased()
    else { return nil }
    guard assumed != nil || scheme == "http" || scheme == "https" else { return nil }
    self.scheme = scheme
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    isEncoded = HostName.isEncoded(host)
    port = Self.part(parts, CURLUPART_PORT).flatMap { Int($0) } ?? (scheme == "https" ? 443 : assumed == nil ? 80 : 1080)
    label = Self.label(self.host, port)
  }

  private static func label(_ host: String, _ port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The server of an `smtp://` or `smtps://` address (https://www.rfc-editor.org/rfc/rfc8314#section-3.3).
  static func mail(_ url: String) -> Origin? { server(url, ports: ["smtp": 587, "smtps": 465]) }

  /// The broker of an `mqtt://` address.
  static func broker(_ url: String) -> Origin? { server(url, ports: ["mqtt": 1883]) }

  /// The server of an address of these schemes without path and credentials, at their ports unless it names another. Nil for anything else.
  private static func server(_ url: String, ports: [String: Int]) -> Origin? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    let rest = url.dropFirst(scheme.count + 3)
    guard let port = ports[scheme], url.dropFirst(scheme.count).hasPrefix("://"),
      !rest.contains(where: { "/?#@".contains($0) }),
      var origin = Origin("https://\(rest)")
    else { return nil }
    origin.scheme = scheme
    // 443 is what the parser adds where there is no port, unless it was written.
    if !rest.hasSuffix(":443"), origin.port == 443 { origin.port = port }
    return origin
  }

  private static func part(_ parts: OpaquePointer, _ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
