import Bellhop
import Templates

/// Makes of a message the values that a page's templates name, in the page's markup and within its limits.
struct Printer {
  let message: Message
  let markup: VendorMarkup
  let limits: PageLimits
  /// How much of the message is told: what the limits allow, or less where the whole request would be too much.
  let portion: Portion
  /// Whether the page has a list of links of its own. Without one, and without a page to lead to, facts tell how many are missing.
  let listsLinks: Bool

  init(message: Message, markup: VendorMarkup, limits: PageLimits, portion: Portion? = nil, listsLinks: Bool = true) {
    self.message = message
    self.markup = markup
    self.limits = limits
    self.portion = portion ?? Self.portion(of: message, limits)
    self.listsLinks = listsLinks
  }

  /// All that a page's limits allow of a message.
  static func portion(of message: Message, _ limits: PageLimits) -> Portion {
    let short = message.links.indices.filter { index in
      Escape.address(message.links[index].url).map { limits.unit.count($0) <= limits.link } ?? true
    }
    return Portion(links: Array(short.prefix(limits.links)), facts: min(message.facts.count, limits.fields), text: limits.text)
  }

  /// What values there are, for the mistakes of pages. `settings`, `target`, `map` and `sign` add theirs.
  static let names = [
    "id", "uuid", "headline", "title", "text", "all", "rest", "line", "fields", "links", "lines", "type", "subject", "page", "public_page",
    "alphabet", "severity", "alert", "role", "row", "attempt", "reply_to", "earlier", "update_key", "now",
    "event",
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
    case "title": message.heading.map { .string(markup.print(cut($0, to: limits.title).nodes)) } ?? .null
    case "text": .string(markup.print(text.nodes))
    case "all": .string(markup.print(all))
    case "rest": .string(rest)
    case "line": .string(line)
    case "fields": .array(fields)
    case "links": .array(links)
    case "lines": .array(TextRuns.of(cut(told, to: textRoom, in: .plain)))
    case "type": .string(short(message.event.type))
    case "subject": message.event.subject.map { .string(short($0)) } ?? .null
    case "page": message.page.map(JSON.string) ?? .null
    case "public_page": message.page.flatMap { Escape.hasDottedHost($0) ? .string($0) : nil } ?? .null
    case "alphabet": .string(ShortMessage.alphabet(of: markup.print(all)))
    case "severity": .string(message.severity.word)
    case "alert": .string(message.alert.word)
    case "role": .string(message.role)
    case "row": message.row.map(JSON.string) ?? .null
    case "event": .object(message.event.json)
    default: nil
    }
  }

  // Parts of a line

  /// One line without markup: the title, or the beginning of the text.
  private var headline: String { limits.cut(VendorMarkup.plain.print([.text(firstLine)]), to: limits.title) }

  /// The same line in the markup.
  var markedHeadline: String { markup.print(cut(Text([.text(firstLine)]), to: limits.title).nodes) }

  private var firstLine: String {
    let lines = (message.heading ?? message.text).plain.split(whereSeparator: \.isNewline).lazy.map(Escape.clean)
    return lines.first(where: Text.isVisible) ?? flat(message.event.type)
  }

  /// A name on one line.
  private func short(_ name: String) -> String { markup.print(cut(Text([.text(flat(name))]), to: limits.field).nodes) }

  private func flat(_ text: String) -> String { Escape.clean(text.split(whereSeparator: \.isNewline).joined(separator: " ")) }

  // Lists

  private var hiddenFacts: Int { message.facts.count - portion.facts }
  private var hiddenLinks: Int { message.links.count - portion.links.count }

  private var fields: [JSON] {
    var elements = message.facts.prefix(portion.facts).map { field -> JSON in
      let name = Text.isVisible(field.name) ? flat(field.name) : "–"
      let value = markup.print(cut(field.value, to: limits.field).nodes)
      return Self.element(short(name), limits.cut(VendorMarkup.plain.print([.text(name)]), to: limits.field), value)
    }
    let hidden = hiddenFacts + (listsLinks && message.page != nil ? 0 : hiddenLinks)
    if hidden > 0 {
      let value: [Text.Node] = message.page.map { [.link([.text("the whole event")], url: $0)] } ?? [.text("…")]
      let fits = limits.unit.count(markup.print(value)) <= max(limits.field, limits.link)
      elements.append(Self.element(Self.more(hidden), Self.more(hidden), markup.print(fits ? value : [.text("…")])))
    }
    return elements
  }

  private static func element(_ name: String, _ plain: String, _ value: String) -> JSON {
    ["name": .string(name), "plain_name": .string(plain), "value": .string(value)]
  }

  private var links: [JSON] {
    // Where the last one leads to the rest, there is a place less for the others.
    let leads = hiddenLinks > 0 && message.page != nil
    let shown = leads ? Array(portion.links.prefix(max(0, limits.links - 1))) : portion.links
    var elements = shown.compactMap { index -> JSON? in
      let link = message.links[index]
      guard let address = Escape.address(link.url) else { return nil }
      return ["label": .string(short(Text.isVisible(link.label) ? link.label : address)), "url": .string(address)]
    }
    if leads, let page = message.page {
      elements.append(["label": .string(Self.more(message.links.count - shown.count)), "url": .string(page)])
    }
    return elements
  }

  /// What stands where something is left out.
  static func more(_ count: Int) -> String { "… and \(count) more" }

  // Texts

  private var textRoom: Int { min(limits.text, portion.text) }

  /// What stands where the text does: where that is empty the title, as vendors refuse an empty text.
  private var told: Text { message.text.isVisible ? message.text : message.heading ?? message.text }

  private var text: Text { cut(told, to: textRoom) }

  /// The whole message as one text: heading, text, facts and links.
  private var all: [Text.Node] {
    guard let title = message.heading else { return body(below: []) }
    let heading = cut(title, to: min(limits.title, textRoom)).nodes
    return body(below: [.bold(heading)])
  }

  /// All but the title, which stands elsewhere; where there is nothing else the title again, as vendors refuse an empty text.
  private var rest: String {
    let nodes = body(below: [])
    return Text(nodes).isVisible ? markup.print(nodes) : markedHeadline
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

  /// Text, facts and links below a heading, within the room.
  private func body(below head: [Text.Node]) -> [Text.Node] {
    // What is printed together may be longer than the sum of its parts: a fresh line, two marks that would meet.
    var excess = 0
    for _ in 0..<4 {
      let whole = body(below: head, within: textRoom - excess)
      let over = size(whole) - textRoom
      if over <= 0 { return whole }
      excess += over
    }
    return joined([head, [.text("…")], []])
  }

  /// The text keeps a quarter of the room, if it needs that; beyond, long links are given up first, then facts from the end, and the text
  /// is cut.
  private func body(below head: [Text.Node], within limit: Int) -> [Text.Node] {
    let lineBreak = size([.line])
    let room = limit - (head.isEmpty ? 0 : size(head) + lineBreak)
    let forTail = room - min(size(message.text.nodes), room / 4) - (message.text.isVisible ? lineBreak : 0)
    let facts = message.facts.prefix(portion.facts).map(line)
    let told = tail(portion.shrunk(message, shortest: portion.text) { size(tail($0, facts)) <= forTail }, facts)
    let below = size(told) <= forTail ? told : []
    let left = below.isEmpty ? room : room - size(below) - lineBreak
    return joined([head, message.text.isVisible ? cut(message.text, to: max(0, left)).nodes : [], below])
  }

  private func joined(_ parts: [[Text.Node]]) -> [Text.Node] { Array(parts.filter { !$0.isEmpty }.joined(separator: [.line])) }

  /// A fact on a line.
  private func line(_ field: Message.Fact) -> [Text.Node] {
    let name = limits.cut(flat(field.name), to: limits.field)
    return [.bold([.text(name)]), .text(": ")] + cut(field.value, to: limits.field).nodes
  }

  /// The facts and links that are told, a line each, and how many are not.
  private func tail(_ told: Portion, _ facts: [[Text.Node]]) -> [Text.Node] {
    var lines = Array(facts.prefix(told.facts))
    lines += told.links.map { [.link([.text(flat(message.links[$0].label))], url: message.links[$0].url)] }
    let hidden = message.facts.count - told.facts + message.links.count - told.links.count
    if hidden > 0 {
      let more = Text.Node.text(Self.more(hidden))
      let link = message.page.map { Text.Node.link([more], url: $0) }
      // An address that takes more room than what it leads to could fill is no help.
      lines.append([link.flatMap { size([$0]) * 4 <= textRoom ? $0 : nil } ?? more])
    }
    return Array(lines.joined(separator: [.line]))
  }

  private func size(_ nodes: [Text.Node]) -> Int { limits.unit.count(markup.print(nodes)) }

  /// The text, or what fits of it with a way to the rest.
  private func cut(_ text: Text, to limit: Int, in printing: VendorMarkup? = nil) -> Text {
    let markup = printing ?? self.markup
    func size(_ nodes: [Text.Node]) -> Int {
      TextRuns.count(nodes) > limits.lines ? .max : limits.unit.count(markup.print(nodes))
    }
    if size(text.nodes) <= limit { return text }
    let more: [Text.Node] = message.page.map { [.text("… "), .link([.text("the whole event")], url: $0)] } ?? [.text("…")]
    let length = limits.unit.count(markup.print(more))
    let mark = length * 4 <= limit ? more : [.text("…")]
    let room = limit - limits.unit.count(markup.print(mark))
    guard room >= 0 else { return Text() }
    return Text(text.split(at: room, size: size).head.nodes + mark)
  }
}

extension Message {
  /// The title, where there is something to see in it.
  fileprivate var heading: Text? { title.flatMap { $0.isVisible ? $0 : nil } }

  /// The facts that say something.
  fileprivate var facts: [Fact] { fields.filter { $0.value.isVisible } }
}
