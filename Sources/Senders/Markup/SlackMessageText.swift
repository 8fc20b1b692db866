import Bellhop

/// A message in the shape of Slack's webhooks, as one text: what people see of `text`, `blocks` and `attachments`.
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
/// https://docs.slack.dev/reference/block-kit/blocks
struct SlackMessageText: Sendable, Hashable {
  /// The heading, where the message begins with one.
  var title: Text?
  /// All else. Empty only beneath a title that says it all, or where there is nothing to see.
  var text = Text()
  /// As in ``OutsideText/mentions``, of what is shown.
  var mentions: [String] = []
  /// Where titles, buttons and pictures lead, each once.
  var links: [Message.Link] = []
  /// What the attachments' colours mean, the worst of them; nil where they mean nothing.
  var severity: Severity?
  /// As in ``OutsideText/steps``.
  var steps = 0

  /// There is nothing to see.
  var isEmpty: Bool { title == nil && !text.isVisible }

  /// Reads a message; members that are of another kind than Slack has them are passed over.
  ///
  /// - Parameter markup: of its texts, where they do not name one themselves.
  static func read(_ message: JSON.Object, _ markup: ChatMarkup = .mrkdwn()) -> SlackMessageText {
    var markup = markup
    if case .mrkdwn(let names) = markup {
      // Some clients send a truth, some a number, some the text of one.
      markup = .mrkdwn(names: names || ["1", "true"].contains(message["link_names"]?.plain))
    }
    var reader = SlackMessageReader(markup)
    // Where blocks are shown, `text` is only what notifications say.
    for block in message["blocks"]?.array ?? [] { reader.block(block) }
    if reader.isSilent, let text = message["text"]?.string { reader.say(text, formatted: message["mrkdwn"]?.bool ?? true) }
    for attachment in message["attachments"]?.array ?? [] { reader.attachment(attachment) }
    return reader.result
  }
}

/// Collects what a message shows, part by part.
struct SlackMessageReader {
  let markup: ChatMarkup
  var blocks = TextBlocks()
  private var title: Text?
  private var mentions = MentionList()
  private var links: [Message.Link] = []
  private var linked: Set<Message.Link> = []
  private var severity: Severity?
  private var steps = 0

  init(_ markup: ChatMarkup) { self.markup = markup }

  var result: SlackMessageText {
    SlackMessageText(title: title, text: blocks.text, mentions: mentions.names, links: links, severity: severity, steps: steps)
  }

  /// Nothing is said yet.
  var isSilent: Bool { title == nil && blocks.isEmpty }

  /// A text in the message's markup, or as it is but for Slack's brackets.
  mutating func read(_ string: String, formatted: Bool = true) -> Text {
    if case .mrkdwn(let names) = markup { return note(SlackMarkup.read(string, marks: formatted, names: names)) }
    return note(formatted ? markup.read(string) : ChatMarkup.plain(emoji: true).read(string))
  }

  /// The text of a reading, whose mentions and work are counted.
  mutating func note(_ outside: OutsideText) -> Text {
    for name in outside.mentions { mentions.insert(name) }
    steps += outside.steps
    return outside.text.isVisible ? outside.text : Text()
  }

  mutating func mention(_ name: String) { mentions.insert(name) }

  mutating func say(_ string: String, formatted: Bool = true) { blocks.add(read(string, formatted: formatted)) }

  mutating func hint(_ colour: String) {
    guard let meant = AttachmentColour.severity(colour) else { return }
    severity = max(severity ?? meant, meant)
  }

  /// Something to open; what has no name is called by its address.
  mutating func link(_ label: String?, _ url: String?) {
    guard let url, SlackControl.isAddress(url) else { return }
    let words = label.map { Text(literal: $0).nodes.map { $0 == .line ? .text(" ") : $0 } }
    let link = Message.Link(label: words.map { Text($0).plain }.flatMap { Text.isVisible($0) ? $0 : nil } ?? url, url: url)
    if linked.insert(link).inserted { links.append(link) }
  }

  /// The message's title where nothing stands before it, else a bold line.
  mutating func heading(_ text: Text, url: String? = nil) {
    guard text.isVisible else { return }
    let flat = MarkStack.joined(text.nodes.map { $0 == .line ? .text(" ") : $0 })
    link(Text(flat).plain, url)
    if isSilent { title = Text(flat) } else { blocks.add(line: [.bold(flat)]) }
  }
}
