import Bellhop

/// The neutral tree as HTML. Text from outside enters through ``escaped(_:)`` only; nothing is loaded from anywhere.
enum HTML {
  /// The characters that mean something. https://html.spec.whatwg.org/multipage/parsing.html#data-state
  static func escaped(_ text: some StringProtocol) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": break
      case _ where (0x7F..<0xA0).contains(scalar.value): break
      // What turns the direction of reading round. https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": break
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// An address to follow; nil for schemes that could do something.
  static func address(_ url: String) -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    let isClean = url.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    return isClean && ["http", "https", "mailto"].contains(scheme) && url.utf8.count > scheme.utf8.count + 1 ? escaped(url) : nil
  }

  static func link(_ label: String, _ url: String) -> String {
    guard let address = address(url) else { return label.isEmpty ? escaped(url) : "\(escaped(label)) (\(escaped(url)))" }
    return "<a href=\"\(address)\">\(escaped(label.isEmpty ? url : label))</a>"
  }

  static func print(_ nodes: [Text.Node]) -> String { nodes.map(print).joined() }

  private static func print(_ node: Text.Node) -> String {
    switch node {
    case .text(let text): escaped(text)
    case .bold(let inner): "<strong>\(print(inner))</strong>"
    case .italic(let inner): "<em>\(print(inner))</em>"
    case .code(let code): "<code>\(escaped(code))</code>"
    case .codeBlock(let code): "<pre>\(escaped(code))</pre>"
    case .link(let inner, let url): link(Text(inner).plain, url)
    case .line: "<br>\n"
    case .list(let items): "<ul>\(items.map { "<li>\(print($0))</li>\n" }.joined())</ul>"
    case .emoji(let code): escaped(Emoji.unicode(for: code) ?? ":\(code):")
    }
  }
}
