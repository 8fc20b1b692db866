import Bellhop

/// Lays a message out as Slack's text, blocks and attachment, within Slack's limits, as Slack counts: in UTF-16 code units.
/// https://docs.slack.dev/reference/block-kit/blocks
///
/// The headline is a block of the message itself, because mentions inside attachments call nobody; the rest hangs on an
/// attachment, because only attachments have a colour. A quiet message is printed small, in context blocks.
struct Printer {
  /// Of a section's text.
  static let section = 3_000
  /// Of a context element's text.
  static let context = 2_000
  /// Of the texts of all blocks together, which Slack answers with `msg_blocks_too_long` beyond 13,200.
  static let whole = 13_000
  /// Sections of one message: more is for its page, not for a channel.
  static let sections = 4
  /// Of a heading, as in Slack's header block.
  static let heading = 150
  /// Of the text that notifications show; phones show fewer, and Slack cuts beyond 40,000.
  static let fallback = 500
  /// Fields of a section, and of a message.
  static let fieldsPerSection = 10
  static let fields = 40
  /// Of a field's text (2,000), of its name, and of an event's type.
  static let fieldText = 1_500
  static let fieldName = 100
  static let type = 200

  let message: Message
  /// Markup to put first, with a space behind it, or empty.
  let mention: String

  init(_ message: Message, mention: String) {
    self.message = message
    self.mention = mention
  }

  /// The parts that webhooks and `chat.postMessage` share.
  var payload: JSON.Object {
    let all = Portion(
      links: Array(message.links.indices), facts: min(message.fields.count, Self.fields), text: Self.sections * Self.section)
    let portion = all.shrunk(message, shortest: Self.section) { portion in
      let (head, below) = blocks(portion)
      return Self.length(.array((head + below).map(JSON.object))) <= Self.whole
    }
    let (head, below) = blocks(portion)
    return [
      "text": .string(notification),
      "blocks": .array(head.map(JSON.object)),
      "attachments": [["color": .string(color), "fallback": .string(notification), "blocks": .array(below.map(JSON.object))]],
      "link_names": false,
      "unfurl_links": false,
      "unfurl_media": false,
    ]
  }

  /// The blocks of the message itself, and those of its attachment.
  private func blocks(_ portion: Portion) -> (head: [JSON.Object], below: [JSON.Object]) {
    let heading = message.title.flatMap { $0.isVisible ? $0 : nil }
    var head = heading.map { [headline($0)] } ?? paragraphs(message.text, lead: mention, portion.text)
    // The message's id, for those who look for repeats: it is the same at every attempt.
    head[0]["block_id"] = .string(String(message.id.prefix(255)))
    let text = heading == nil || !message.text.isVisible ? [] : paragraphs(message.text, lead: "", portion.text)
    return (head, text + fieldBlocks(portion) + [footer(portion)])
  }

  /// The texts that people read, of all blocks together.
  private static func length(_ json: JSON) -> Int {
    switch json {
    case .array(let array): array.reduce(0) { $0 + length($1) }
    case .object(let object):
      object.members.reduce(0) { $0 + ($1.key == "text" ? $1.value.string?.utf16.count ?? length($1.value) : length($1.value)) }
    default: 0
    }
  }

  /// What phones and screen readers tell: no markup, only entities.
  private var notification: String {
    let texts = [message.title, message.text].compactMap { $0?.plain }.filter(Text.isVisible)
    return Mrkdwn.entities(Self.cut(texts.joined(separator: "\n"), to: Self.fallback))
  }

  /// A plain text, with an ellipsis where something is cut.
  private static func cut(_ text: String, to limit: Int) -> String {
    let (head, rest) = Text([.text(text)]).split(at: limit - 1) { Text($0).plain.utf16.count }
    return rest.isEmpty || text.utf16.count <= limit ? text : head.plain + "…"
  }

  private var blockLimit: Int { message.alert == .quiet ? Self.context : Self.section }

  private func headline(_ title: Text) -> JSON.Object {
    // Marks that mean nothing are long once they are printed.
    let room = blockLimit - mention.utf16.count - 16
    let (head, rest) = title.split(at: Self.heading) {
      Mrkdwn.print([.bold($0)]).utf16.count > room ? .max : Text($0).plain.utf16.count
    }
    let flat = Text((rest.isEmpty ? head.nodes : head.nodes + [.text("…")]).map { $0 == .line ? .text(" ") : $0 })
    return block(mention + Mrkdwn.print(message.alert == .quiet ? flat.nodes : [.bold(flat.nodes)]))
  }

  /// The text in as many blocks as it takes, or cut with a word on where the rest is.
  private func paragraphs(_ text: Text, lead: String, _ room: Int) -> [JSON.Object] {
    var blocks: [JSON.Object] = []
    var rest = text
    var room = room
    while !rest.isEmpty, blocks.count < Self.sections, room > 0 {
      let lead = blocks.isEmpty ? lead : ""
      let (head, tail) = rest.split(at: min(room, blockLimit - lead.utf16.count)) { Mrkdwn.print($0).utf16.count }
      // A single node that fits nowhere, such as a link with an endless address.
      guard !head.isEmpty else { break }
      rest = tail
      let printed = lead + Mrkdwn.print(head.nodes)
      room -= printed.utf16.count
      // Slack refuses blocks of nothing but white space.
      blocks.append(block(printed.allSatisfy(\.isWhitespace) ? "\u{200B}" : printed))
    }
    if !rest.isEmpty { blocks.append(block((blocks.isEmpty ? lead : "") + cutLine)) }
    if blocks.isEmpty { blocks.append(block(lead + Mrkdwn.escaped(type))) }
    return blocks
  }

  private var type: String { Self.cut(message.event.type, to: Self.type) }

  private var cutLine: String {
    page.map { "… \(Mrkdwn.link("read it all", $0))" } ?? "… (cut: Slack takes no more; `bellhop search` shows it all)"
  }

  /// The event's page, where its address is not longer than anybody's.
  private var page: String? { message.page.flatMap { $0.utf16.count <= Self.fallback ? $0 : nil } }

  /// How many are not told, as a way to them where there is one.
  private func more(_ count: Int) -> String {
    page.map { Mrkdwn.link("… and \(count) more", $0) } ?? "… and \(count) more"
  }

  private func fieldBlocks(_ portion: Portion) -> [JSON.Object] {
    var texts = message.fields.prefix(portion.facts).map { field -> JSON in
      let (head, rest) = field.value.split(at: Self.fieldText) { Mrkdwn.print($0).utf16.count }
      let printed = Mrkdwn.print([.bold([.text(Self.cut(field.name, to: Self.fieldName))])] + [.line] + head.nodes)
      return mrkdwn(rest.isEmpty ? printed : printed + "…")
    }
    if message.fields.count > portion.facts { texts.append(mrkdwn(more(message.fields.count - portion.facts))) }
    return stride(from: 0, to: texts.count, by: Self.fieldsPerSection).map { start in
      ["type": "section", "fields": .array(Array(texts[start..<min(start + Self.fieldsPerSection, texts.count)]))]
    }
  }

  /// Links, and what kind of event it was.
  private func footer(_ portion: Portion) -> JSON.Object {
    let fitting = portion.shrunk(message, shortest: portion.text) { footerLine($0).utf16.count <= Self.context }
    return ["type": "context", "elements": [mrkdwn(footerLine(fitting))]]
  }

  private func footerLine(_ portion: Portion) -> String {
    var parts = portion.links.map { Mrkdwn.link(message.links[$0].label, message.links[$0].url) }
    let hidden = message.links.count - portion.links.count
    if hidden > 0 { parts.append(more(hidden)) }
    parts += ([message.severity.word, type] + (message.role.isEmpty ? [] : [message.role])).map(Mrkdwn.escaped)
    if let page { parts.append(Mrkdwn.link("event", page)) }
    return parts.joined(separator: " · ")
  }

  private func block(_ text: String) -> JSON.Object {
    message.alert == .quiet ? ["type": "context", "elements": [mrkdwn(text)]] : ["type": "section", "text": mrkdwn(text)]
  }

  /// `verbatim`: Slack turns nothing in it into a link or a mention by itself.
  private func mrkdwn(_ text: String) -> JSON { ["type": "mrkdwn", "text": .string(text), "verbatim": true] }

  private var color: String {
    switch message.severity {
    case .debug: "#9aa0a6"
    case .info: "#2eb67d"
    case .notice: "#36c5f0"
    case .warning: "#ecb22e"
    case .error: "#e01e5a"
    case .critical: "#7a0026"
    }
  }
}
