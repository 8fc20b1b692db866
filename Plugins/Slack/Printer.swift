import Bellhop

/// Lays a message out as Slack's text, blocks and attachment, within Slack's limits.
/// https://docs.slack.dev/reference/block-kit/blocks
///
/// The headline is a block of the message itself, because mentions inside attachments call nobody; the rest hangs on an
/// attachment, because only attachments have a colour. A quiet message is printed small, in context blocks.
struct Printer {
  /// Characters of a section's text.
  static let section = 3_000
  /// Characters of a context element's text.
  static let context = 2_000
  /// Sections of one message: more is for its page, not for a channel.
  static let sections = 4
  /// Characters of a heading, as in Slack's header block.
  static let heading = 150
  /// Characters of the text that notifications show; phones show fewer, and Slack cuts beyond 40,000.
  static let fallback = 500
  /// Fields of a section, and of a message.
  static let fieldsPerSection = 10
  static let fields = 40
  /// Characters of a field's text (2,000), and of its name.
  static let fieldText = 1_500
  static let fieldName = 100

  let message: Message
  /// Markup to put first, with a space behind it, or empty.
  let mention: String

  init(_ message: Message, mention: String) {
    self.message = message
    self.mention = mention
  }

  /// The parts that webhooks and `chat.postMessage` share.
  var payload: JSON.Object {
    let heading = message.title.flatMap { $0.isEmpty ? nil : $0 }
    var head = heading.map { [headline($0)] } ?? paragraphs(message.text, lead: mention)
    // The message's id, for those who look for repeats: it is the same at every attempt.
    head[0]["block_id"] = .string(String(message.id.prefix(255)))
    var below = heading == nil || message.text.isEmpty ? [] : paragraphs(message.text, lead: "")
    below += fieldBlocks + [footer]
    return [
      "text": .string(notification),
      "blocks": .array(head.map(JSON.object)),
      "attachments": [["color": .string(color), "fallback": .string(notification), "blocks": .array(below.map(JSON.object))]],
      "link_names": false,
      "unfurl_links": false,
      "unfurl_media": false,
    ]
  }

  /// What phones and screen readers tell: no markup, only entities.
  private var notification: String {
    let texts = [message.title, message.text].compactMap { $0?.plain }.filter { !$0.isEmpty }
    let plain = texts.joined(separator: "\n")
    return Mrkdwn.entities(plain.count > Self.fallback ? plain.prefix(Self.fallback - 1) + "…" : plain[...])
  }

  private func headline(_ title: Text) -> JSON.Object {
    let (head, rest) = title.split(at: Self.heading) { Text($0).plain.count }
    let flat = Text((rest.isEmpty ? head.nodes : head.nodes + [.text("…")]).map { $0 == .line ? .text(" ") : $0 })
    return block(mention + Mrkdwn.print(message.alert == .quiet ? flat.nodes : [.bold(flat.nodes)]))
  }

  /// The text in as many blocks as it takes, or cut with a word on where the rest is.
  private func paragraphs(_ text: Text, lead: String) -> [JSON.Object] {
    let limit = message.alert == .quiet ? Self.context : Self.section
    var blocks: [JSON.Object] = []
    var rest = text
    while !rest.isEmpty, blocks.count < Self.sections {
      let lead = blocks.isEmpty ? lead : ""
      let (head, tail) = rest.split(at: limit - lead.utf16.count) { Mrkdwn.print($0).utf16.count }
      // A single node that fits nowhere, such as a link with an endless address.
      guard !head.isEmpty else { break }
      rest = tail
      let printed = lead + Mrkdwn.print(head.nodes)
      // Slack refuses blocks of nothing but white space.
      blocks.append(block(printed.allSatisfy(\.isWhitespace) ? "\u{200B}" : printed))
    }
    if !rest.isEmpty { blocks.append(block((blocks.isEmpty ? lead : "") + cutLine)) }
    if blocks.isEmpty { blocks.append(block(lead + Mrkdwn.escaped(message.event.type))) }
    return blocks
  }

  private var cutLine: String {
    message.page.map { "… \(Mrkdwn.link("read it all", $0))" } ?? "… (cut: Slack takes no more; `bellhop search` shows it all)"
  }

  private var fieldBlocks: [JSON.Object] {
    var texts = message.fields.prefix(Self.fields).map { field -> JSON in
      let name = field.name.count > Self.fieldName ? field.name.prefix(Self.fieldName - 1) + "…" : field.name[...]
      let (head, rest) = field.value.split(at: Self.fieldText) { Mrkdwn.print($0).utf16.count }
      let printed = Mrkdwn.print([.bold([.text(String(name))])] + [.line] + head.nodes)
      return mrkdwn(rest.isEmpty ? printed : printed + "…")
    }
    if message.fields.count > Self.fields { texts.append(mrkdwn("… and \(message.fields.count - Self.fields) more")) }
    return stride(from: 0, to: texts.count, by: Self.fieldsPerSection).map { start in
      ["type": "section", "fields": .array(Array(texts[start..<min(start + Self.fieldsPerSection, texts.count)]))]
    }
  }

  /// Links, and what kind of event it was.
  private var footer: JSON.Object {
    var parts = message.links.map { Mrkdwn.link($0.label, $0.url) }
    parts += ([message.severity.word, message.event.type] + (message.role.isEmpty ? [] : [message.role])).map(Mrkdwn.escaped)
    if let page = message.page { parts.append(Mrkdwn.link("event", page)) }
    var line = ""
    for part in parts where line.utf16.count + part.utf16.count + 3 <= Self.context { line += (line.isEmpty ? "" : " · ") + part }
    return ["type": "context", "elements": [mrkdwn(line)]]
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
