import Bellhop
import Curl

/// A sender or recipient: an address, its domain in ASCII, and perhaps a name before it. https://www.rfc-editor.org/rfc/rfc5322#section-3.4
struct MailAddress: Sendable, Hashable {
  var name: String?
  var address: String

  /// `ann@example.com`, `Ann <ann@example.com>` or `"Ann, of ops" <ann@example.com>`; nil for anything else.
  init?(_ text: String) {
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
    guard let open = text.lastIndex(of: "<") else {
      guard Self.isAddress(text), let address = Mail.address(text) else { return nil }
      (name, self.address) = (nil, address)
      return
    }
    guard text.hasSuffix(">") else { return nil }
    let written = String(text[text.index(after: open)...].dropLast())
    guard Self.isAddress(written), let address = Mail.address(written) else { return nil }
    self.address = address
    var label = text[..<open]
    while label.last == " " { label.removeLast() }
    if label.count > 1, label.hasPrefix("\""), label.hasSuffix("\"") { label = label.dropFirst().dropLast() }
    name = label.isEmpty ? nil : String(label)
  }

  /// Something, `@` and a domain; characters beyond ASCII are fine (https://www.rfc-editor.org/rfc/rfc6532).
  static func isAddress(_ text: String) -> Bool {
    guard let at = text.lastIndex(of: "@"), text.utf8.count <= 254 else { return false }
    let (local, domain) = (text[..<at], text[text.index(after: at)...])
    let isClean = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"<>(),;:\\\"[]".unicodeScalars.contains($0) }
    return isClean && !local.isEmpty && local.utf8.count <= 64 && !local.contains("@") && !domain.isEmpty && !domain.hasPrefix(".")
      && !domain.hasSuffix(".") && !domain.contains("..")
  }

  /// What stands behind the `@`.
  var domain: String { address.split(separator: "@").last.map(String.init) ?? "localhost" }
}
