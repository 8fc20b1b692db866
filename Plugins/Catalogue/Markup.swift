import Bellhop

/// The ways of writing that vendors read. A page names one; each prints the same neutral tree, and lets no text from outside mean anything.
enum Markup: String, Sendable, CaseIterable {
  /// No markup at all: links as `label (address)`.
  case plain
  /// Markdown as most chats read it, where the end of a line is one. https://spec.commonmark.org/0.31.2/
  case markdown
  /// Discord's Markdown. https://support.discord.com/hc/en-us/articles/210298617
  case discord
  /// `*bold*` and `_italic_` without any way to escape: WhatsApp, Rocket.Chat.
  case stars
  /// Markdown without a way to escape, as Zulip reads it. https://zulip.com/help/format-your-message-using-markdown
  case zulip
  /// HTML as mails and Matrix take it. https://spec.matrix.org/v1.11/client-server-api/#mroommessage-msgtypes
  case html
  /// The few tags that phones know; lines end in line feeds. https://core.telegram.org/bots/api#html-style
  case tags

  /// Nodes as this markup, every construct closed.
  func print(_ nodes: [Text.Node]) -> String {
    var writer = MarkupWriter(markup: self)
    writer.write(nodes)
    return writer.out
  }

  /// A text from outside, so that it reads as it is.
  func escaped(_ text: some StringProtocol) -> String {
    switch self {
    case .plain: Escape.plain(text)
    case .markdown, .discord: Escape.backslashed(text)
    case .stars, .zulip: Escape.unmarked(text)
    case .html, .tags: Escape.entities(text)
    }
  }

  /// What ends a line.
  var line: String { self == .html ? "<br>" : "\n" }

  /// Before and after what is bold.
  var bold: (open: String, close: String) {
    switch self {
    case .plain: ("", "")
    case .markdown, .discord, .zulip: ("**", "**")
    case .stars: ("*", "*")
    case .html: ("<strong>", "</strong>")
    case .tags: ("<b>", "</b>")
    }
  }

  /// Before and after what is italic.
  var italic: (open: String, close: String) {
    switch self {
    case .plain: ("", "")
    case .markdown, .discord, .zulip: ("*", "*")
    case .stars: ("_", "_")
    case .html: ("<em>", "</em>")
    case .tags: ("<i>", "</i>")
    }
  }

  /// Marks have to stand at words and end with their line; tags need not.
  var hasTags: Bool { self == .html || self == .tags }
}
