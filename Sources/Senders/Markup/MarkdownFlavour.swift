/// Whose Markdown it is. All know bold, italic, strikes, code, links, headings, lists and quotes.
enum MarkdownFlavour: Sendable, Hashable {
  /// Gotify, ntfy and whoever else keeps to the usual. https://github.github.com/gfm/
  case common
  /// Spoilers, underlines, small print, and mentions, emoji and times in angle brackets.
  /// https://docs.discord.com/developers/reference#message-formatting
  case discord
  /// Mattermost and Rocket.Chat: as Slack, brackets with `<url|label>` and `<!here>`, and bare names that call.
  /// https://docs.mattermost.com/developers/integrate/webhooks/incoming
  case mattermost

  /// Bare names behind an `@` that call many.
  var broadcasts: [String] {
    switch self {
    case .common: []
    case .discord: ["everyone", "here"]
    case .mattermost: ["channel", "here", "all"]
    }
  }

  /// What a mark makes of its words.
  func style(_ sign: Unicode.Scalar, _ length: Int) -> MarkStyle {
    switch sign {
    case "*": length == 1 ? .italic : .bold
    case "_": length == 1 ? .italic : self == .discord ? [] : .bold
    default: []
    }
  }
}
