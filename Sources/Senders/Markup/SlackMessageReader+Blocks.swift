import Bellhop

/// https://docs.slack.dev/reference/block-kit/blocks
extension SlackMessageReader {
  mutating func block(_ json: JSON) { block(json, depth: 0) }

  /// Blocks nest two or three deep; what is deeper than this is nobody's message.
  private static let deepest = 8

  private mutating func block(_ json: JSON, depth: Int) {
    guard json.object != nil, depth < Self.deepest else { return }
    switch json["type"]?.string {
    case "header": heading(text(json["text"]))
    case "section":
      blocks.add(text(json["text"]))
      for field in json["fields"]?.array ?? [] { blocks.add(text(field)) }
      accessory(json["accessory"])
    case "context": context(json["elements"]?.array ?? [])
    case "divider": break
    case "markdown": if let string = json["text"]?.string { blocks.add(note(MarkdownMarkup.read(string))) }
    case "image": picture(json)
    case "actions": for element in json["elements"]?.array ?? [] { accessory(element) }
    case "video":
      heading(text(json["title"]), url: json["title_url"]?.string ?? json["video_url"]?.string)
      blocks.add(text(json["description"]))
    case "rich_text": richText(json)
    default: unknown(json, depth: depth)
    }
  }

  /// A text object, or a bare text where an object belongs.
  private mutating func text(_ json: JSON?) -> Text {
    if let string = json?.string { return read(string) }
    guard let string = json?["text"]?.string else { return Text() }
    switch json?["type"]?.string {
    case "plain_text": return note(ChatMarkup.plain(emoji: json?["emoji"]?.bool ?? true).read(string))
    case "raw_text": return note(ChatMarkup.plain(emoji: false).read(string))
    default: return read(string)
    }
  }

  /// What is small stands in one line, as Slack has it.
  private mutating func context(_ elements: [JSON]) {
    var line: [Text.Node] = []
    for element in elements {
      var words = text(element)
      if element["type"]?.string == "image" {
        words = note(ChatMarkup.plain(emoji: false).read(element["alt_text"]?.string ?? ""))
      }
      if !words.isEmpty { line += (line.isEmpty ? [] : [.text(" ")]) + words.nodes }
    }
    blocks.add(Text(line))
  }

  /// A button leads somewhere or nowhere; a picture says what it shows; menus and fields to fill in are for those who can use them.
  private mutating func accessory(_ json: JSON?) {
    guard let json else { return }
    switch json["type"]?.string {
    case "button", "workflow_button": link(text(json["text"]).plain, json["url"]?.string)
    case "image": picture(json)
    default: break
    }
  }

  private mutating func picture(_ json: JSON) {
    var words = text(json["title"])
    if words.isEmpty { words = note(ChatMarkup.plain(emoji: false).read(json["alt_text"]?.string ?? "")) }
    blocks.add(words)
    link(words.isEmpty ? "image" : words.plain, json["image_url"]?.string ?? json["slack_file"]?["url"]?.string)
  }

  /// Whatever Slack invents next: the texts in the places where it puts them.
  private mutating func unknown(_ json: JSON, depth: Int) {
    for name in ["title", "label", "text", "subtext", "description", "body", "alt_text"] where json[name] != nil {
      blocks.add(text(json[name]))
    }
    link(nil, json["url"]?.string)
    for element in (json["elements"]?.array ?? []) + (json["fields"]?.array ?? []) { block(element, depth: depth + 1) }
    for row in json["rows"]?.array ?? [] { cells(row.array ?? []) }
  }

  /// A row of a table on one line.
  private mutating func cells(_ cells: [JSON]) {
    var line: [Text.Node] = []
    for (index, cell) in cells.enumerated() {
      if index > 0 { line.append(.text(" | ")) }
      let inner = cell["type"]?.string == "rich_text" ? richLine(cell) : text(cell)
      line += inner.nodes
    }
    blocks.add(Text(line))
  }
}
