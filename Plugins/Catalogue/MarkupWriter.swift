import Bellhop

/// Writes the neutral tree in one markup.
struct MarkupWriter {
  let markup: VendorMarkup
  private(set) var out = ""
  /// Marks around this: bold within bold would close it.
  private var open: Set<String> = []

  init(markup: VendorMarkup) { self.markup = markup }

  mutating func write(_ nodes: [Text.Node]) { for node in nodes { write(node) } }

  private mutating func write(_ node: Text.Node) {
    switch node {
    case .text(let text): out += markup.escaped(text)
    case .bold(let inner): wrap(inner, markup.bold)
    case .italic(let inner): wrap(inner, markup.italic)
    case .code(let code): write(code: code)
    case .codeBlock(let code): write(block: code)
    case .link(let inner, let url): write(link: Text(inner).plain, url)
    case .line: out += markup.line
    case .list(let items): write(list: items)
    case .emoji(let code): out += Emoji.unicode(for: code) ?? (Emoji.isCode(code) ? ":\(code):" : markup.escaped(":\(code):"))
    }
  }

  private mutating func write(code: String) {
    switch markup {
    case .plain: out += Escape.plain(code)
    case .html, .tags: out += "<code>\(Escape.entities(code))</code>"
    case .markdown, .commonmark, .mattermost, .discord, .zulip, .stars:
      let flat = Escape.fenced(code).split(whereSeparator: \.isNewline).joined(separator: " ")
      out += flat.allSatisfy(\.isWhitespace) ? flat : "`\(flat)`"
    }
  }

  private mutating func write(block code: String) {
    freshLine()
    switch markup {
    case .plain: out += Escape.plain(code)
    case .html: out += "<pre><code>\(Escape.entities(code))</code></pre>"
    case .tags: out += "<pre>\(Escape.entities(code))</pre>"
    case .markdown, .commonmark, .mattermost, .discord, .zulip, .stars: out += "```\n\(Escape.fenced(code))\n```"
    }
  }

  private mutating func write(link label: String, _ url: String) {
    let flat = label.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let address = Escape.address(url) else {
      out += flat.isEmpty ? markup.escaped(url) : "\(markup.escaped(flat)) (\(markup.escaped(url)))"
      return
    }
    switch markup {
    case .plain, .stars: out += flat.isEmpty || flat == url ? address : "\(markup.escaped(flat)): \(address)"
    case .markdown, .commonmark, .mattermost, .discord, .zulip:
      out += flat.isEmpty || flat == url ? "<\(address)>" : "[\(markup.escaped(flat))](\(address))"
    case .html, .tags: out += "<a href=\"\(Escape.entities(address))\">\(Escape.entities(flat.isEmpty ? url : flat))</a>"
    }
  }

  private mutating func write(list items: [[Text.Node]]) {
    if markup == .html {
      out += "<ul>"
      for item in items {
        out += "<li>"
        write(item)
        out += "</li>"
      }
      return out += "</ul>"
    }
    for item in items {
      freshLine()
      out += markup.isMarkdown ? "- " : "• "
      write(item)
    }
  }

  private mutating func freshLine() { if !markup.hasTags || markup == .tags, let last = out.last, !last.isNewline { out += "\n" } }

  /// Marks hold for one line and touch the words inside them; tags hold until they are closed.
  private mutating func wrap(_ inner: [Text.Node], _ marks: (open: String, close: String)) {
    guard !marks.open.isEmpty, !open.contains(marks.open) else { return write(inner) }
    var writer = MarkupWriter(markup: markup)
    writer.open = open.union([marks.open])
    writer.write(inner)
    let printed = writer.out
    if markup.hasTags {
      out += marks.open + printed + marks.close
      return
    }
    Text.mark(printed, in: &out) { $0 += marks.open + $1 + marks.close }
  }
}
