import Bellhop

/// Mustache over JSON, for the body of a request. Names are paths from the root of what it is rendered with; a number picks from
/// a list, `{{#list}}…{{/list}}` repeats, `{{#last()}}` and `{{#first()}}` ask where in a list one stands.
public struct BodyTemplate: Sendable {
  /// How values enter, by the format of the text around them.
  public enum Escaping: Sendable, Hashable {
    /// Between quotes a value is escaped text, outside them a whole JSON value: `{"id": {{id}}, "text": "Hi {{user.name}}"}`.
    /// Missing values are empty text and `null`. Valid JSON around the tags makes valid JSON whatever the values are.
    /// https://www.rfc-editor.org/rfc/rfc8259#section-7
    case json
    /// As they are.
    case none
    /// Percent-encoded, all but unreserved characters. https://www.rfc-editor.org/rfc/rfc3986#section-2.3
    case url
  }

  /// The text as written.
  public let source: String
  /// The values that it names outside of any section, and what its outermost sections go through, each with its dots: `text`, `user.name`.
  public let names: Set<String>
  private let program: Program

  /// Throws when the source is not Mustache or uses partials, unescaped values, inheritance or other delimiters.
  public init(_ source: String) throws(TemplateError) {
    try self.init(source, forceMustache: false)
  }

  init(_ source: String, forceMustache: Bool) throws(TemplateError) {
    self.source = source
    let tags = try TagScanner.scan(source)
    names = Self.names(in: tags)
    program = try Program(tags, forceMustache: forceMustache)
  }

  private static func names(in tags: [Tag]) -> Set<String> {
    var names: Set<String> = []
    var depth = 0
    for tag in tags {
      switch tag {
      case .text, .comment: break
      case .variable(let name, _): if depth == 0 { names.insert(name.written) }
      case .open(let name, _, _):
        if depth == 0 { names.insert(name.written) }
        depth += 1
      case .close: depth -= 1
      }
    }
    return names
  }

  /// The text for these values.
  public func render(_ context: JSON, escaping: Escaping) -> String {
    var out = ""
    switch program.body {
    case .direct(let pieces, let paths):
      for piece in pieces { Self.print(piece, escaping, to: &out) { context.value(at: paths[$0][...]) } }
    case .mustache(let template):
      let slots = Slots()
      let pieces = Program.run(template, SlotValue.box(context, slots), slots)
      for piece in pieces { Self.print(piece, escaping, to: &out) { $0 < 0 ? nil : slots.values[$0] } }
    }
    return out
  }

  private static func print(_ piece: Piece, _ escaping: Escaping, to out: inout String, value: (Int) -> JSON?) {
    switch piece {
    case .text(let text): out += text
    case .slot(let slot, let bare):
      let value = value(slot) ?? .null
      switch escaping {
      case .none: out += value.plain
      case .url: out += Address.component(value.plain)
      // Between the quotes by bytes: a combining accent at either end would join its quote into one character.
      case .json: out += bare ? value.text : String(decoding: JSON.string(value.plain).bytes.dropFirst().dropLast(), as: UTF8.self)
      }
    }
  }
}

extension BodyTemplate: Hashable {
  /// By ``source``: it says all.
  public static func == (left: Self, right: Self) -> Bool { left.source == right.source }
  /// By ``source``.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
