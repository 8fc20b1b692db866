import Bellhop

/// Mustache around a Markdown subset, made into a text tree.
///
/// Markdown: `**bold**`, `*italic*`, `_italic_`, `` `code` ``, fenced code blocks, `[text](url)`, `- ` lists, `:emoji:`, `\` before a sign
/// that is meant as itself; markup ends with its line. Mustache: `{{type}}`, `subject`, `source`, `sender`, `id`, `severity`, `time`,
/// `text` and `data.…`; sections `{{#data.items}}{{name}}{{^last()}}, {{/last()}}{{/data.items}}`, inverted ones, comments.
/// Null, false, empty text and empty lists are false. Values enter as text whatever they hold: no value can make markup.
public struct Template: Sendable {
  /// The text as written.
  public let source: String
  /// The event's values that it names: `subject`, `data.user.id`. Keys of a section's items are not among them.
  public let paths: Set<String>
  private let required: [EventPath]
  private let program: Compiled

  private enum Compiled: Sendable {
    case direct(pieces: [Piece], marks: [Mark], paths: [EventPath])
    case mustache(Program)
  }

  /// Throws for names that events do not have, and whatever of Mustache could not render: see ``TemplateError``.
  public init(_ source: String) throws(TemplateError) {
    try self.init(source, forceMustache: false)
  }

  init(_ source: String, forceMustache: Bool) throws(TemplateError) {
    let tags = try TagScanner.scan(source)
    let names = try EventNames(checking: tags)
    self.source = source
    paths = names.paths
    required = names.required.map(EventPath.init)
    let program = try Program(tags, forceMustache: forceMustache)
    if case .direct(let pieces, let paths) = program.body {
      self.program = .direct(pieces: pieces, marks: Markdown.parse(pieces), paths: paths.map(EventPath.init))
    } else {
      self.program = .mustache(program)
    }
  }

  /// Without any tag: the same for every event.
  public var isLiteral: Bool {
    guard case .direct(_, _, let paths) = program else { return false }
    return paths.isEmpty
  }

  /// The tree of a message. Missing values are empty, and markup around nothing goes with them.
  public func render(_ event: Event) -> Text {
    switch program {
    case .direct(_, let marks, let paths): Text(Filler.fill(marks) { paths[$0].text(in: event) })
    case .mustache(let program): run(program, event) { Text(Filler.fill(Markdown.parse($0), value: $1)) }
    }
  }

  /// The text with its values and without a look at Markdown: for the values of a target.
  public func plain(_ event: Event) -> String {
    with(event) { pieces, value in
      pieces.reduce(into: "") { out, piece in
        switch piece {
        case .text(let text): out += text
        case .slot(let slot, _): out += value(slot)
        }
      }
    }
  }

  /// The text as an address, its values percent-encoded; nil where that is no `http:`, `https:` or `mailto:` address.
  public func url(_ event: Event) -> String? {
    with(event) { pieces, value in Address.make(pieces, value: value) }
  }

  /// The first value outside all sections that this event does not have, or has empty: `data.channel`.
  public func missing(in event: Event) -> String? {
    required.first { $0.text(in: event).isEmpty }?.written
  }

  private func with<Result>(_ event: Event, _ body: ([Piece], (Int) -> String) -> Result) -> Result {
    switch program {
    case .direct(let pieces, _, let paths): body(pieces) { paths[$0].text(in: event) }
    case .mustache(let program): run(program, event, body)
    }
  }

  private func run<Result>(_ program: Program, _ event: Event, _ body: ([Piece], (Int) -> String) -> Result) -> Result {
    switch program.body {
    case .direct(let pieces, let paths): return body(pieces) { EventPath(paths[$0]).text(in: event) }
    case .mustache(let template):
      let slots = Slots()
      let pieces = Program.run(template, SlotEvent(event: event, slots: slots), slots)
      return body(pieces) { $0 < 0 ? "" : slots.values[$0].plain }
    }
  }
}

extension Template: Hashable {
  /// By ``source``: it says all.
  public static func == (left: Self, right: Self) -> Bool { left.source == right.source }
  /// By ``source``.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
