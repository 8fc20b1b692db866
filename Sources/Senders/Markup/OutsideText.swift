import Bellhop

/// What somebody wrote in a vendor's markup, read into the tree that every transport prints.
struct OutsideText: Sendable, Hashable {
  /// Text nodes hold no line break, and marks stay within a line. Whatever people would have seen is in it.
  var text = Text()
  /// Whom the text would have called, without the vendor's marks: `channel`, `here`, `everyone`, `U123`, `@group`. Each once, in the order
  /// of the text, where they stand as plain words.
  var mentions: [String] = []
  /// Characters that were looked at, the same character counted as often as it was: the measure of the work.
  var steps = 0
}

/// Names in the order in which they came, each once.
struct MentionList: Sendable, Hashable {
  private(set) var names: [String] = []
  private var seen: Set<String> = []

  mutating func insert(_ name: String) { if !name.isEmpty, seen.insert(name).inserted { names.append(name) } }
}

/// In which markup a text is written.
enum ChatMarkup: Sendable, Hashable {
  /// Slack's own. With `names`, bare `@here`, `@channel` and `@everyone` call as well, as `link_names` asks of Slack.
  case mrkdwn(names: Bool = false)
  case markdown(MarkdownFlavour)
  /// Nothing is a mark. Shortcodes of emoji are still read where `emoji` says so.
  case plain(emoji: Bool)

  /// Reads a text; whatever it holds, there is a result.
  func read(_ string: String) -> OutsideText {
    switch self {
    case .mrkdwn(let names): SlackMarkup.read(string, names: names)
    case .markdown(let flavour): MarkdownMarkup.read(string, flavour)
    case .plain(let emoji): SlackMarkup.literal(string, emoji: emoji)
    }
  }
}
