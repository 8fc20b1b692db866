import CCurl
import Glibc

/// Names of hosts beyond ASCII in the form that the net knows: `bücher.example` is `xn--bcher-kva.example`.
/// https://www.rfc-editor.org/rfc/rfc5890#section-2.3.2.1
///
/// libcurl can do it (https://curl.se/libcurl/c/curl_url_get.html), but reads what it is given in the locale of its thread: a program that
/// sets none is in `C`, where nothing beyond ASCII is a name. So the locale is UTF-8 here, for this thread and as long as it takes.
enum HostName {
  /// The name in ASCII, as it is where it was that already; nil where no host can be called so.
  static func ascii(_ name: some StringProtocol) -> String? {
    guard !isASCII(name) else { return String(name) }
    guard !name.utf8.contains(where: { $0 <= 0x20 || "/?#@:[]%\\".utf8.contains($0) }) else { return nil }
    return part(CURLUPART_HOST, of: "http://\(name)/")
  }

  /// The address with its host in ASCII; nil where that cannot be.
  static func ascii(url: String) -> String? { part(CURLUPART_URL, of: url) }

  static func isASCII(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  /// Whether a part of a name in ASCII stands for one beyond.
  static func isEncoded(_ host: String) -> Bool { host.hasPrefix("xn--") || host.contains(".xn--") }

  private static func part(_ part: CURLUPart, of url: String) -> String? {
    guard let parts = curl_url() else { return nil }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else { return nil }
    return ascii(part, of: parts)
  }

  /// A part of an address that libcurl has taken apart.
  static func ascii(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
    guard let unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return nil }
    let own = uselocale(unicode)
    defer {
      uselocale(own)
      freelocale(unicode)
    }
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, part, &text, UInt32(CURLU_PUNYCODE)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    let found = String(cString: text)
    // A libcurl without names beyond ASCII hands them back as they are.
    return part != CURLUPART_HOST || isASCII(found) ? found : nil
  }
}
