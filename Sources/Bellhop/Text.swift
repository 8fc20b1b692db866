/// A message's text: a small tree, neutral of any vendor's markup. Each transport prints it in its own.
public struct Text: Sendable, Hashable {
  /// In reading order.
  public var nodes: [Node]

  /// A piece of text.
  public indirect enum Node: Sendable, Hashable {
    /// Characters as they are; printers escape them. Holds no line break.
    case text(String)
    case bold([Node])
    case italic([Node])
    /// Code inside a line.
    case code(String)
    /// Code on lines of its own.
    case codeBlock(String)
    case link([Node], url: String)
    /// A line break.
    case line
    /// Items of a bulleted list; each is a line.
    case list([[Node]])
    /// A shortcode without colons: `tada`. See ``Emoji``.
    case emoji(String)
  }

  /// Taken as they are: text nodes must hold no line breaks; ``init(literal:)`` sees to that.
  public init(_ nodes: [Node] = []) { self.nodes = nodes }

  /// Text from outside, taken literally: only its line breaks become nodes.
  public init(literal string: String) {
    // Holds none: no need to look for the bounds of characters, as splitting does.
    if string.isPlain {
      nodes = string.isEmpty ? [] : [.text(string)]
      return
    }
    nodes = []
    var first = true
    for line in string.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if !first { nodes.append(.line) }
      first = false
      if !line.isEmpty { nodes.append(.text(String(line))) }
    }
  }

  /// Has nothing to show.
  public var isEmpty: Bool { nodes.isEmpty }

  /// Without markup: links as `text (url)`, emoji as Unicode where known, list items behind `- `.
  public var plain: String {
    var out = ""
    Self.printPlain(nodes, to: &out)
    return out
  }

  private static func printPlain(_ nodes: [Node], to out: inout String) {
    for node in nodes {
      switch node {
      case .text(let string), .code(let string), .codeBlock(let string): out += string
      case .bold(let inner), .italic(let inner): printPlain(inner, to: &out)
      case .link(let inner, let url):
        let start = out.endIndex
        printPlain(inner, to: &out)
        if out[start...] != url { out += out[start...].isEmpty ? url : " (\(url))" }
      case .line: out += "\n"
      case .list(let items):
        for item in items {
          if let last = out.last, !last.isNewline { out += "\n" }
          out += "- "
          printPlain(item, to: &out)
        }
      case .emoji(let code): out += Emoji.unicode(for: code) ?? ":\(code):"
      }
    }
  }
}
