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

  /// Throws when the source is not Mustache, uses partials, unescaped values, inheritance or other delimiters, or nests sections deeper
  /// than ``TemplateLimits/depth``.
  public init(_ source: String) throws(TemplateError) {
    self.source = source
    let scanner = TagScanner(source, .body)
    if let error = TemplateError(scanner.mistakes) { throw error }
    names = Self.names(in: scanner.tags)
    program = Program(scanner.tags)
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

  /// The text for these values. What is longer than ``TemplateLimits/body``, or takes too many steps, ends in "…": for a text inside of
  /// something, which may be shorter than it was.
  public func render(_ context: JSON, escaping: Escaping) -> String {
    let (text, isWhole) = run(context, escaping)
    return isWhole ? text : text + "…"
  }

  /// The text for these values, or nil where it would have to be cut: half a body says something else than the whole.
  public func whole(_ context: JSON, escaping: Escaping) -> String? {
    let (text, isWhole) = run(context, escaping)
    return isWhole ? text : nil
  }

  /// The values as text in the tree that this source is as Markdown, as in ``Template``: no value can make markup. What is longer than
  /// ``TemplateLimits/text`` ends in "…".
  public func tree(_ context: JSON) -> Text {
    let room = ByteBudget(TemplateLimits.text)
    var execution = Execution(program, .json(context))
    var sink = PieceSink(room.left)
    if let end = execution.run(into: &sink) { sink.cut(before: program.steps[(end + 1)...]) }
    return Text(Filler.fill(Markdown.parse(sink.pieces), room) { sink.values[$0] }.nodes)
  }

  private func run(_ context: JSON, _ escaping: Escaping) -> (text: String, isWhole: Bool) {
    var execution = Execution(program, .json(context))
    var sink = BodySink(escaping)
    let isWhole = execution.run(into: &sink) == nil
    return (sink.text, isWhole)
  }
}

extension BodyTemplate: Hashable {
  /// By ``source``: it says all.
  public static func == (left: Self, right: Self) -> Bool { left.source == right.source }
  /// By ``source``.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
