/// What a template's source consists of.
enum Tag: Sendable, Hashable {
  case text(String)
  case variable(Name, offset: Int)
  case open(Name, inverted: Bool, offset: Int)
  case close(Name)
  case comment

  /// A name between braces, split at its dots.
  struct Name: Sendable, Hashable {
    var written: String
    /// Empty for `.`, the current item, and for a position in a list.
    var segments: [String]
    /// `.name` looks in the current item only.
    var isRelative: Bool
    /// `first()` or `last()`: where in a list the current item stands.
    var isPosition: Bool { written.hasSuffix("()") }

    /// The name as swift-mustache reads it: its parser knows ASCII letters, digits and few signs, so every other byte is spelled out.
    var encoded: String {
      if isPosition || segments.isEmpty { return written }
      return (isRelative ? "." : "") + segments.map(Self.encode).joined(separator: ".")
    }

    private static func encode(_ segment: String) -> String {
      var out = ""
      for byte in segment.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): out.unicodeScalars.append(Unicode.Scalar(byte))
        default: out += "*" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
      }
      return out
    }

    /// Undoes ``encode(_:)`` for one segment.
    static func decode(_ segment: String) -> String {
      guard segment.utf8.contains(UInt8(ascii: "*")) else { return segment }
      var bytes: [UInt8] = []
      var rest = segment.utf8[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "*"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// Characters that mark slots while a template is rendered, from the far end of Unicode's private use. A source that holds one is
/// refused; values never pass through the rendered text, and may hold anything.
enum Marker {
  static let open: Unicode.Scalar = "\u{10FFF0}"
  static let openBare: Unicode.Scalar = "\u{10FFF1}"
  static let close: Unicode.Scalar = "\u{10FFF2}"
  static let end: Unicode.Scalar = "\u{10FFF3}"
  static let range: ClosedRange<Unicode.Scalar> = "\u{10FFF0}"..."\u{10FFF3}"
}
