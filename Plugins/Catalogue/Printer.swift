import Bellhop

/// Makes of a message the values that a page's templates name, in the page's markup and within its limits.
struct Printer {
  let message: Message
  let markup: VendorMarkup
  let limits: PageLimits

  /// What values there are, for the mistakes of pages. `settings`, `target`, `map` and `sign` add theirs.
  static let names = [
    "id", "uuid", "headline", "title", "text", "all", "rest", "line", "fields", "links", "lines", "type", "subject", "page", "severity",
    "alert", "role", "row", "attempt", "reply_to", "now", "event",
  ]
  /// The parts of `now`.
  static let moments = ["seconds", "ms", "ns", "rfc3339"]
  /// What a part of the message may be asked for in: `html.all`.
  static let prints = ["headline", "title", "text", "all", "rest", "line", "fields", "links", "type", "subject"]

  /// The value of a name, and only that: the others are not printed for nothing.
  func value(_ name: String) -> JSON? {
    switch name {
    case "id": .string(message.id)
    case "uuid": .string(UUIDText.of(message.id))
    case "headline": .string(headline)
    case "title": message.title.map { .string(markup.print(cut($0, to: limits.title).nodes)) } ?? .null
    case "text": .string(markup.print(cut(message.text, to: limits.text).nodes))
    case "all": .string(markup.print(all))
    case "rest": .string(rest)
    case "line": .string(line)
    case "fields":
      .array(
        message.fields.prefix(limits.fields).map { field in
          [
            "name": .string(short(field.name)),
            "plain_name": .string(limits.cut(VendorMarkup.plain.print([.text(flat(field.name))]), to: limits.field)),
            "value": .string(markup.print(cut(field.value, to: limits.field).nodes)),
          ]
        })
    case "links":
      .array(
        message.links.compactMap { link in
          guard let address = Escape.address(link.url), limits.unit.count(address) <= limits.link else { return nil }
          return ["label": .string(short(link.label)), "url": .string(address)]
        })
    case "lines": .array(TextRuns.of(cut(message.text, to: limits.text, in: .plain)))
    case "type": .string(short(message.event.type))
    case "subject": message.event.subject.map { .string(short($0)) } ?? .null
    case "page": message.page.map(JSON.string) ?? .null
    case "severity": .string(message.severity.word)
    case "alert": .string(message.alert.word)
    case "role": .string(message.role)
    case "row": message.row.map(JSON.string) ?? .null
    case "event": .object(message.event.json)
    default: nil
    }
  }

  /// One line without markup: the title, or the beginning of the text.
  private var headline: String { limits.cut(VendorMarkup.plain.print([.text(firstLine)]), to: limits.title) }

  /// The same line in the markup.
  var markedHeadline: String { markup.print(cut(Text([.text(firstLine)]), to: limits.title).nodes) }

  private var firstLine: String {
    let source = message.title.flatMap { $0.isEmpty ? nil : $0 } ?? message.text
    let line = source.plain.split(whereSeparator: \.isNewline).lazy.map(Escape.clean).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return line.isEmpty ? flat(message.event.type) : line
  }

  /// A name on one line.
  private func short(_ name: String) -> String { markup.print(cut(Text([.text(flat(name))]), to: limits.field).nodes) }

  private func flat(_ text: String) -> String { Escape.clean(text.split(whereSeparator: \.isNewline).joined(separator: " ")) }

  /// The whole message as one text: heading, text, facts and links. What is cut is the text, never the link to the rest.
  private var all: [Text.Node] {
    guard let title = message.title, !title.isEmpty else { return body(below: []) }
    return body(below: [.bold(cut(title, to: limits.title).nodes), .line])
  }

  /// All but the title, which stands elsewhere; where there is nothing else the title again, as vendors refuse an empty text.
  private var rest: String {
    let printed = markup.print(body(below: []))
    return printed.allSatisfy(\.isWhitespace) ? markedHeadline : printed
  }

  /// The whole message on one line, for vendors whose texts have none to spare.
  private var line: String {
    let nodes: [Text.Node] = all.map { if case .codeBlock(let code) = $0 { .code(code) } else { $0 } }
    let parts = markup.print(nodes).split(whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let line = parts.filter { !$0.isEmpty }.joined(separator: " · ")
    return limits.unit.count(line) <= limits.text ? line : parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func body(below head: [Text.Node]) -> [Text.Node] {
    var tail: [Text.Node] = []
    for field in message.fields.prefix(limits.fields) {
      tail += [.line, .bold([.text(limits.cut(flat(field.name), to: limits.field))]), .text(": ")]
      tail += cut(field.value, to: limits.field).nodes
    }
    for link in message.links { tail += [.line, .link([.text(flat(link.label))], url: link.url)] }
    // Without a text there is no line to end.
    if message.text.isEmpty, !tail.isEmpty { tail.removeFirst() }
    var room = limits.text - size(head) - size(tail)
    // Facts that leave the text no room are on its page.
    if room < limits.text / 4 {
      tail = []
      room = limits.text - size(head)
    }
    return head + cut(message.text, to: max(0, room)).nodes + tail
  }

  private func size(_ nodes: [Text.Node]) -> Int { limits.unit.count(markup.print(nodes)) }

  /// The text, or what fits of it with a way to the rest.
  private func cut(_ text: Text, to limit: Int, in printing: VendorMarkup? = nil) -> Text {
    let markup = printing ?? self.markup
    func size(_ nodes: [Text.Node]) -> Int { limits.unit.count(markup.print(nodes)) }
    if size(text.nodes) <= limit { return text }
    let more: [Text.Node] = message.page.map { [.text("… "), .link([.text("the whole event")], url: $0)] } ?? [.text("…")]
    let mark = size(more) * 4 <= limit ? more : [.text("…")]
    guard limit >= size(mark) else { return Text() }
    let head = text.split(at: limit - size(mark), size: size).head
    return Text(head.nodes + mark)
  }
}
