import Bellhop

/// A piece of HTML. What is put into it is text and stays text, also inside attributes in double quotes; only other markup enters as markup.
public struct SafeHTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// As it is sent.
  public private(set) var text: String

  /// HTML as it stands in the source.
  public init(stringLiteral value: String) { text = value }
  /// HTML with texts in it.
  public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  /// Several pieces, one behind the other.
  public init(_ pieces: some Sequence<SafeHTML>) { text = pieces.map(\.text).joined() }

  /// Nothing.
  public static let none: SafeHTML = ""

  /// One behind the other.
  public static func + (left: SafeHTML, right: SafeHTML) -> SafeHTML { [left, right].joined() }

  /// What the compiler makes of a literal with holes.
  public typealias StringInterpolation = HTMLPieces

  /// Gathers literals as they are, and texts escaped.
  public struct HTMLPieces: StringInterpolationProtocol {
    var text = ""
    /// Empty, with room.
    public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
    /// What stands in the source.
    public mutating func appendLiteral(_ literal: String) { text += literal }
    /// Text, which stays text.
    public mutating func appendInterpolation(_ words: some StringProtocol) { text += SafeHTML.escaped(String(words)) }
    /// A number.
    public mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
    /// HTML.
    public mutating func appendInterpolation(_ markup: SafeHTML) { text += markup.text }
    /// HTML, where there is some.
    public mutating func appendInterpolation(_ markup: SafeHTML?) { text += markup?.text ?? "" }
  }

  /// Text as text. What turns the direction of reading round is left out.
  /// https://html.spec.whatwg.org/multipage/syntax.html#character-references
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in Text.clean(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

extension Sequence<SafeHTML> {
  /// One behind the other.
  func joined() -> SafeHTML { SafeHTML(self) }
}
