/// Whose values a template names.
enum NameDialect {
  /// An event's: `type`, `data.user.id`.
  case event
  /// Whatever the body is rendered with.
  case body

  /// How a name of another language would be written here.
  func spelled(_ name: some StringProtocol) -> String {
    var name = name.drop { ".$@".contains($0) }
    for prefix in ["this.", "event.", "Event."] where name.hasPrefix(prefix) && self == .event { name = name.dropFirst(prefix.count) }
    if self == .body || name == "data" || name.hasPrefix("data.") || EventNames.attributes.contains(String(name)) { return String(name) }
    return "data.\(name)"
  }
}

/// What people bring along from other template languages, led to what they mean.
enum ForeignTags {
  /// Tags that begin with a sign which is none of ours.
  static func sign(_ content: String, at offset: Int) -> TemplateError? {
    func error(_ description: String, _ hint: String) -> TemplateError { TemplateError(description, hint: hint, offset: offset) }
    switch content.unicodeScalars.first {
    case "{", "&":
      return error("unescaped values ({{{name}}}, {{&name}}) do not exist", "write {{name}}: it is escaped as its place needs")
    case ">": return error("partials ({{>name}}) do not exist", "write the text here")
    case "<": return error("inheritance ({{<name}}, {{$name}}) does not exist", "write the text here")
    case "$" where !content.contains(".") && !variables.contains(content.dropFirst().trimmed):
      return error("inheritance ({{<name}}, {{$name}}) does not exist", "write the text here")
    case "=": return error("the delimiters are always {{ and }}", "remove {{\(content)}}")
    case "%": return error("pragmas ({{% …}}) do not exist", "remove {{\(content)}}")
    default: return nil
    }
  }

  /// Of Prometheus and Alertmanager. https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
  private static let variables = ["labels", "value", "externalLabels", "externalURL"]
  /// Words with an argument in Handlebars, Go and Jinja, and whether they turn a condition round.
  private static let blocks = ["if": false, "each": false, "with": false, "range": false, "for": false, "unless": true]

  /// A name that is written as another language would.
  /// - Parameter sign: `#` or `^` before it; empty where it is a value's.
  static func words(_ written: String, sign: String, _ dialect: NameDialect, at offset: Int) -> TemplateError? {
    func error(_ description: String, _ hint: String) -> TemplateError { TemplateError(description, hint: hint, offset: offset) }
    let tag = "{{\(sign)\(written)}}"
    if written.hasPrefix("- ") || written.hasSuffix(" -") {
      let inner = written.drop { $0 == "-" }.trimmed
      let bare = inner.hasSuffix("-") ? inner.dropLast().trimmed : inner
      return words(bare, sign: sign, dialect, at: offset)
        ?? error("{{- and -}} are Go's", "write {{\(bare.hasPrefix(".") || bare.hasPrefix("$") ? dialect.spelled(bare) : bare)}}")
    }
    let parts = written.split(whereSeparator: \.isWhitespace)
    if let block = parts.first, parts.count > 1, let isInverted = blocks[String(block)] {
      let argument = parts.count == 2 ? parts[1] : parts.last { $0.first.map { $0.isLetter || ".$".contains($0) } ?? false } ?? parts[1]
      let name = dialect.spelled(argument)
      return error("there is no \"\(block)\" (\(tag))", "write {{\(isInverted ? "^" : "#")\(name)}}…{{/\(name)}}")
    }
    if let pipe = written.firstIndex(of: "|"), pipe > written.startIndex {
      return error("filters (\(tag)) do not exist", "write {{\(dialect.spelled(written[..<pipe].trimmed))}}")
    }
    if written.hasPrefix("$"), parts.count == 1 {
      return error("variables (\(tag)) do not exist", "write {{\(dialect.spelled(written))}}, where the event has it there")
    }
    if written.hasPrefix("@"), parts.count == 1 {
      return error("\(tag) is Handlebars'", "of a list there are {{#first()}}, {{#last()}} and {{.}}")
    }
    if written.hasPrefix("../") {
      return error(
        "\(tag) is Handlebars'", "write {{\(written.replacing("../", with: ""))}}: names reach outside their section by themselves")
    }
    return nil
  }
}
