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
  static func component(_ text: String) -> String { encode(text) { _ in false } }

  /// Encodes what may stand nowhere in an address, and a percent sign that begins no escape.
  private static func whole(_ text: String) -> String { encode(text) { ":/?#[]@!$&'()*+,;=%".utf8.contains($0) } }

  private static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isEscape = index + 2 < bytes.count && isHex(bytes[index + 1]) && isHex(bytes[index + 2])
      if isUnreserved(byte) || (isKept(byte) && (byte != UInt8(ascii: "%") || isEscape)) {
        out.append(byte)
      } else {
        out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~".utf8.contains(byte)
    }
  }
}

/// A text as one part of an address or a form: all but unreserved characters percent-encoded.
/// https://www.rfc-editor.org/rfc/rfc3986#section-2.3
package func percentEncoded(_ text: String) -> String { Address.component(text) }
