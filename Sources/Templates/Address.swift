import Bellhop

/// Addresses of links, made of an ops' text and of values from outside.
/// https://www.rfc-editor.org/rfc/rfc3986
enum Address {
  private static let schemes = ["https://", "http://", "mailto:"]

  /// Starts like an address that people may be sent to, and goes on.
  static func isAllowed(_ url: String) -> Bool {
    let start = url.prefix(9).lowercased()
    return schemes.contains { start.hasPrefix($0) && url.utf8.count > $0.utf8.count }
  }

  /// Nil where the pieces do not make an allowed address, or not the whole of it. A value that stands first is an address itself; all others are encoded whole,
  /// so that they cannot change the host, or add parameters.
  static func make(_ pieces: [Piece], value: (Int) -> String) -> String? {
    var out = ""
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .text(let text): out += whole(text)
      case .slot(let slot): out += index == 0 ? whole(value(slot)) : component(value(slot))
      case .cut: return nil
      }
    }
    guard isAllowed(out), case .text(let text)? = pieces.first else { return isAllowed(out) ? out : nil }
    // `http{{x}}` would let a value choose the scheme's end and the host.
    return schemes.contains { text.lowercased().hasPrefix($0) } ? out : nil
  }

  /// Encodes all but unreserved characters.
  static func component(_ text: String) -> String { text.percentEncoded() }

  /// Encodes what may stand nowhere in an address, and a percent sign that begins no escape.
  private static func whole(_ text: String) -> String { text.percentEncoded(keeping: ":/?#[]@!$&'()*+,;=", keepsEscapes: true) }
}
