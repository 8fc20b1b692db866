import Bellhop

/// The ways of writing that vendors read. A page names one; each prints the same neutral tree, and lets no text from outside mean anything.
enum VendorMarkup: String, Sendable, CaseIterable {
  /// No markup at all: links as `label (address)`.
  case plain
  /// Markdown as most chats read it, where the end of a line is one. https://spec.commonmark.org/0.31.2/
  case markdown
  /// Markdown in which only two spaces end a line, and `#12` is another issue: GitLab, GitHub.
  /// https://spec.commonmark.org/0.31.2/#hard-line-breaks https://docs.gitlab.com/user/markdown/#gitlab-specific-references
  case commonmark
  /// Mattermost's Markdown, with fewer escapes. https://docs.mattermost.com/end-user-guide/collaborate/format-messages.html
  case mattermost
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
    // Three of them at its beginning would make all of it Markdown to Datadog. https://docs.datadoghq.com/events/guides/markdown_events/
    let scalars = writer.out.unicodeScalars
    guard self == .plain, scalars.contains("%%%".unicodeScalars) else { return writer.out }
    return String(scalars.replacing("%%".unicodeScalars, with: "%\u{2060}%".unicodeScalars))
  }

  /// A text from outside, so that it reads as it is. An address that it shows stays whole.
  func escaped(_ text: some StringProtocol) -> String {
    Escape.pieces(Escape.clean(text)).map { piece in
      guard piece.isAddress, let address = Escape.address(String(piece.text), leaving: harmless) else { return escaped(piece: piece.text) }
      return switch self {
      case .plain, .stars, .zulip: address
      case .markdown, .commonmark, .mattermost, .discord: "<\(address)>"
      case .html, .tags: Escape.entities(address)
      }
    }.joined()
  }

  /// Signs that mean nothing to it within an address that a text shows.
  private var harmless: String {
    switch self {
    case .plain, .html, .tags: "()[]'*"
    case .stars, .zulip: "()'"
    case .markdown, .commonmark, .mattermost, .discord: ""
    }
  }

  private func escaped(piece text: Substring) -> String {
    switch self {
    case .plain: Escape.plain(text)
    case .markdown, .discord: Escape.backslashed(text)
    case .commonmark: Escape.unreferring(Escape.backslashed(text)).escaped(["\n": line])
    case .mattermost: Escape.backslashedForMattermost(text)
    case .stars: Escape.unmarked(text)
    case .zulip: Escape.unnamed(Escape.unmarked(text))
    case .html, .tags: Escape.entities(text)
    }
  }

  /// What ends a line.
  var line: String {
    switch self {
    case .html: "<br>"
    case .commonmark: "  \n"
    default: "\n"
    }
  }

  /// Before and after what is bold.
  var bold: (open: String, close: String) {
    switch self {
    case .plain: ("", "")
    case .markdown, .commonmark, .mattermost, .discord, .zulip: ("**", "**")
    case .stars: ("*", "*")
    case .html: ("<strong>", "</strong>")
    case .tags: ("<b>", "</b>")
    }
  }

  /// Before and after what is italic.
  var italic: (open: String, close: String) {
    switch self {
    case .plain: ("", "")
    case .markdown, .commonmark, .mattermost, .discord, .zulip: ("*", "*")
    case .stars: ("_", "_")
    case .html: ("<em>", "</em>")
    case .tags: ("<i>", "</i>")
    }
  }

  /// Whether backticks, brackets and dashes mean what they mean in Markdown.
  var isMarkdown: Bool {
    switch self {
    case .markdown, .commonmark, .mattermost, .discord, .zulip: true
    case .plain, .stars, .html, .tags: false
    }
  }

  /// Marks have to stand at words and end with their line; tags need not.
  var hasTags: Bool { self == .html || self == .tags }
}
