import Bellhop

/// A message of a chat, whosever form it came in, on its way to an event.
struct ChatMessage {
  var title: Text?
  var text: Text
  /// Labelled facts, in their order.
  var facts: [(name: String, value: Text)] = []
  /// What there is to open beside what the text links to.
  var links: [Message.Link] = []
  var mentions: [String] = []
  /// What the sender's colours or priorities say.
  var severity: Severity?
  var channel: String?
  var username: String?
  /// Whatever else rows may want to look at.
  var data = JSON.Object()

  /// So many links are shown; behind them it says how many there are.
  static let shownLinks = 20

  init(title: Text? = nil, text: Text = Text()) {
    self.title = title
    self.text = text
  }

  /// Title, text, facts and links as one text, a part a line.
  var body: Text {
    var nodes: [Text.Node] = []
    func line(_ more: [Text.Node]) {
      if more.isEmpty { return }
      if !nodes.isEmpty { nodes.append(.line) }
      nodes += more
    }
    if let title, title.isVisible { line([.bold(title.nodes)]) }
    if text.isVisible { line(text.nodes) }
    for fact in facts { line([.bold([.text(fact.name)]), .text(": ")] + fact.value.nodes) }
    for link in links.prefix(Self.shownLinks) { line([.link([.text(link.label)], url: link.url)]) }
    if links.count > Self.shownLinks { line([.text("… and \(links.count - Self.shownLinks) more links")]) }
    return Text(nodes)
  }

  /// The event that it is by the sender's rules.
  func draft(_ rules: TypeRules) -> Draft {
    var draft = Draft()
    draft.say(body)
    draft.data = data
    if let channel { draft.data["channel"] = .string(channel) }
    if let username { draft.data["username"] = .string(username) }
    if !mentions.isEmpty { draft.data["mention"] = .array(mentions.map(JSON.string)) }
    let words = draft.text ?? ""
    let verdict = rules.judge(channel: channel, username: username, text: words)
    draft.type = verdict.type
    draft.severity = verdict.severity ?? severity ?? TypeRules.severity(of: words)
    return draft
  }
}
