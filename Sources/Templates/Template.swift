import Bellhop

/// Mustache around a Markdown subset, made into a text tree.
///
/// Markdown: `**bold**`, `*italic*`, `_italic_`, `` `code` ``, fenced code blocks, `[text](url)`, `- ` lists, `:emoji:`, `\` before a sign
/// that is meant as itself; markup ends with its line. Mustache: `{{type}}`, `subject`, `source`, `sender`, `id`, `severity`, `time`,
/// `text` and `data.…`; sections `{{#data.items}}{{name}}{{^last()}}, {{/last()}}{{/data.items}}`, inverted ones, comments.
/// Null, false, empty text and empty lists are false. Values enter as text whatever they hold: no value can make markup.
/// What is longer than ``TemplateLimits`` allow ends in "…".
public struct Template: Sendable {
  /// The text as written.
  public let source: String
  /// The event's values that it names: `subject`, `data.user.id`. Keys of a section's items are not among them.
  public let paths: Set<String>
  private let required: [[String]]
  private let program: Program
  /// What a template without sections is for all events: its texts and the places of its values, as markup too, and the paths of those.
  private let shape: (pieces: [Piece], marks: [Mark], paths: [[String]])?

  /// Throws for names that events do not have, and whatever of Mustache could not render: see ``TemplateError``.
  public init(_ source: String) throws(TemplateError) {
    self.source = source
    let scanner = TagScanner(source, .event)
    let names = EventNames(checking: scanner.tags)
    if let error = TemplateError(scanner.mistakes + names.mistakes) { throw error }
    paths = names.paths
    required = names.required
    let program = Program(scanner.tags)
    self.program = program
    shape = program.straight.map { names in
      let pieces = program.pieces
      return (pieces, Markdown.parse(pieces), names.map(\.segments))
    }
  }

  /// Without any tag: the same for every event.
  public var isLiteral: Bool { shape?.paths.isEmpty ?? false }

  /// The tree of a message. Missing values are empty, and markup around nothing goes with them.
  public func render(_ event: Event) -> Text {
    var budget = ByteBudget(TemplateLimits.text)
    return render(event, within: &budget)
  }

  /// The same, within ``TemplateLimits/text`` and what is left of a budget that it shares with others.
  public func render(_ event: Event, within budget: inout ByteBudget) -> Text {
    let room = ByteBudget(min(budget.left, TemplateLimits.text))
    let (nodes, left) = nodes(event, room)
    _ = budget.spend(room.left - left)
    return Text(nodes)
  }

  private func nodes(_ event: Event, _ room: ByteBudget) -> (nodes: [Text.Node], left: Int) {
    let root = TemplateRoot.event(event)
    if let shape {
      var trees: [Int: Text] = [:]
      if let body = event.body { for (slot, path) in shape.paths.enumerated() where path == ["text"] { trees[slot] = body } }
      return Filler.fill(shape.marks, room, trees: trees) { root.text(at: shape.paths[$0]) }
    }
    let sink = pieces(root, room)
    return Filler.fill(Markdown.parse(sink.pieces), room) { sink.values[$0] }
  }

  private func pieces(_ root: TemplateRoot, _ room: ByteBudget) -> PieceSink {
    var execution = Execution(program, root)
    var sink = PieceSink(room.left)
    if let end = execution.run(into: &sink) { sink.cut(before: program.steps[(end + 1)...]) }
    return sink
  }

  /// The text with its values and without a look at Markdown.
  public func plain(_ event: Event) -> String {
    var budget = ByteBudget(TemplateLimits.text)
    return plain(event, within: &budget)
  }

  /// The same, within ``TemplateLimits/text`` and what is left of a budget that it shares with others.
  public func plain(_ event: Event, within budget: inout ByteBudget) -> String {
    let (text, isWhole) = run(event, min(budget.left, TemplateLimits.text))
    _ = budget.spend(text.utf8.count)
    return isWhole ? text : text + "…"
  }

  /// The same for the values of a target, which lead elsewhere when they are cut: nil where it would be.
  public func whole(_ event: Event) -> String? {
    let (text, isWhole) = run(event, TemplateLimits.text)
    return isWhole ? text : nil
  }

  private func run(_ event: Event, _ bytes: Int) -> (text: String, isWhole: Bool) {
    let root = TemplateRoot.event(event)
    var sink = PlainSink(bytes)
    if let shape {
      let isWhole = shape.pieces.allSatisfy { piece in
        switch piece {
        case .text(let text): sink.add(text: text)
        case .slot(let slot): sink.add(text: root.text(at: shape.paths[slot]))
        case .cut: false
        }
      }
      return (sink.text, isWhole)
    }
    var execution = Execution(program, root)
    let isWhole = execution.run(into: &sink) == nil
    return (sink.text, isWhole)
  }

  /// The text as an address, its values percent-encoded; nil where that is no `http:`, `https:` or `mailto:` address, or too long.
  public func url(_ event: Event) -> String? {
    let root = TemplateRoot.event(event)
    let url: String?
    if let shape {
      url = Address.make(shape.pieces) { root.text(at: shape.paths[$0]) }
    } else {
      let sink = pieces(root, ByteBudget(TemplateLimits.text))
      url = Address.make(sink.pieces) { sink.values[$0] }
    }
    return url.flatMap { $0.utf8.count <= TemplateLimits.text ? $0 : nil }
  }

  /// The first value outside all sections that this event does not have, or has empty: `data.channel`.
  public func missing(in event: Event) -> String? {
    let root = TemplateRoot.event(event)
    return required.first { root.text(at: $0).isEmpty }?.joined(separator: ".")
  }
}

extension Template: Hashable {
  /// By ``source``: it says all.
  public static func == (left: Self, right: Self) -> Bool { left.source == right.source }
  /// By ``source``.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
