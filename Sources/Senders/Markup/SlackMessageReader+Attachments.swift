import Bellhop

/// The older form, which most monitoring tools speak.
/// https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
extension SlackMessageReader {
  mutating func attachment(_ json: JSON) {
    guard let attachment = json.object else { return }
    if let colour = attachment["color"]?.string { hint(colour) }
    let before = blocks.count
    let formatted = attachment["mrkdwn_in"]?.array.map { Set($0.compactMap(\.string)) }
    // Only Slack asks for it: all other servers of this shape read Markdown everywhere.
    var obeys = false
    if case .mrkdwn = markup { obeys = true }
    func isFormatted(_ name: String) -> Bool { !obeys || formatted?.contains(name) ?? true }

    // A title is still one behind a line of mentions.
    let title = attachment["title"]?.string.map { read($0, formatted: false) } ?? Text()
    let becomesTitle = isSilent && title.isVisible
    if becomesTitle { heading(title, url: attachment["title_link"]?.string) }
    if let pretext = attachment["pretext"]?.string { say(pretext, formatted: isFormatted("pretext")) }
    if let author = attachment["author_name"]?.string {
      say(author, formatted: false)
      link(author, attachment["author_link"]?.string)
    }
    if !becomesTitle { heading(title, url: attachment["title_link"]?.string) }
    if let text = attachment["text"]?.string { say(text, formatted: isFormatted("text")) }
    for fact in attachment["fields"]?.array ?? [] { field(fact, formatted: isFormatted("fields")) }
    for inner in attachment["blocks"]?.array ?? [] { block(inner) }

    // What stands in for an attachment that cannot be shown is said only where nothing else is.
    if blocks.count == before, !becomesTitle, let fallback = attachment["fallback"]?.string { say(fallback, formatted: false) }
    if let footer = attachment["footer"]?.string { say(footer, formatted: false) }
    link("image", attachment["image_url"]?.string)
    for action in attachment["actions"]?.array ?? [] { link(action["text"]?.string, action["url"]?.string) }
  }

  /// A labelled fact: on one line where it is one.
  private mutating func field(_ json: JSON, formatted: Bool) {
    let name = read(json["title"]?.plain ?? "", formatted: false)
    let value = read(json["value"]?.plain ?? "", formatted: formatted)
    guard !name.isEmpty else { return blocks.add(value) }
    let label = Text.Node.bold(MarkStack.joined(name.nodes.map { $0 == .line ? .text(" ") : $0 }))
    guard !value.isEmpty else { return blocks.add(line: [label]) }
    let isLine = value.nodes.allSatisfy { node in
      switch node {
      case .line, .list, .codeBlock: false
      default: true
      }
    }
    if isLine { return blocks.add(line: [label, .text(": ")] + value.nodes) }
    blocks.add(line: [label])
    blocks.add(value)
  }
}
