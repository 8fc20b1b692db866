import Bellhop

/// A text as lines of runs, for vendors whose messages are data instead of markup: `[[{text, bold, italic, code, url}]]`.
enum TextRuns {
  static func of(_ text: Text) -> [JSON] {
    var writer = RunWriter()
    writer.write(text.nodes, Style())
    // A line without a run is an error to some: an empty one holds a blank.
    for index in writer.lines.indices where writer.lines[index].isEmpty { writer.add("\u{A0}", Style(), to: index) }
    return writer.lines.map { ["runs": .array($0)] }
  }

  /// How many lines nodes make.
  static func count(_ nodes: [Text.Node]) -> Int { 1 + breaks(nodes) }

  private static func breaks(_ nodes: [Text.Node]) -> Int {
    nodes.reduce(0) { sum, node in
      switch node {
      case .text, .code, .emoji: sum
      case .bold(let inner), .italic(let inner), .link(let inner, _): sum + breaks(inner)
      case .line: sum + 1
      case .codeBlock(let code): sum + 1 + code.count(where: \.isNewline)
      case .list(let items): items.reduce(sum) { $0 + 1 + breaks($1) }
      }
    }
  }

  struct Style {
    var bold = false
    var italic = false
    var url: String?
  }

  private struct RunWriter {
    var lines: [[JSON]] = [[]]

    mutating func write(_ nodes: [Text.Node], _ style: Style) {
      for node in nodes { write(node, style) }
    }

    private mutating func write(_ node: Text.Node, _ style: Style) {
      var style = style
      switch node {
      case .text(let text): add(text, style)
      case .bold(let inner):
        style.bold = true
        write(inner, style)
      case .italic(let inner):
        style.italic = true
        write(inner, style)
      case .code(let code): add(code, style, isCode: true)
      case .codeBlock(let code):
        for line in code.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
          freshLine()
          add(String(line), style, isCode: true)
        }
      case .link(let inner, let url):
        style.url = Escape.address(url)
        let label = Text(inner).plain
        add(label.isEmpty ? url : label, style)
      case .line: lines.append([])
      case .list(let items):
        for item in items {
          freshLine()
          add("• ", style)
          write(item, style)
        }
      case .emoji(let code): add(Emoji.unicode(for: code) ?? ":\(code):", style)
      }
    }

    private mutating func freshLine() { if lines.last?.isEmpty == false { lines.append([]) } }

    private mutating func add(_ text: String, _ style: Style, isCode: Bool = false) {
      let clean = Escape.clean(text)
      if !clean.isEmpty { add(clean, style, isCode: isCode, to: lines.count - 1) }
    }

    mutating func add(_ clean: String, _ style: Style, isCode: Bool = false, to line: Int) {
      lines[line].append([
        "text": .string(clean), "bold": .bool(style.bold), "italic": .bool(style.italic), "code": .bool(isCode),
        "url": style.url.map(JSON.string) ?? .null,
      ])
    }
  }
}
