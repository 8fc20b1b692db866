/// Cuts a source into tags and refuses what Bellhop's templates do not have: whatever passes renders without failing.
/// The language is https://mustache.github.io/mustache.5.html without partials, lambdas, unescaped values and other delimiters.
struct TagScanner {
  private let scalars: [Unicode.Scalar]
  private let dialect: NameDialect
  private(set) var tags: [Tag] = []
  /// What is wrong, all of it.
  private(set) var mistakes: [TemplateError] = []
  private var text = String.UnicodeScalarView()
  /// Sections that are open; those whose tag is a mistake have no name of ours.
  private var sections: [(word: String, name: Tag.Name?, offset: Int)] = []

  init(_ source: String, _ dialect: NameDialect) {
    scalars = Array(source.unicodeScalars)
    self.dialect = dialect
    run()
  }

  private mutating func run() {
    var index = 0
    // Beyond so many nobody reads on.
    while index < scalars.count, mistakes.count < 100 {
      if let statement = statement(at: index) {
        tell("{%\(statement)%} is Jinja's, and does nothing here", hint: "sections are written {{#name}}…{{/name}}", at: index)
        index += 2
        continue
      }
      guard scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "{" else {
        text.append(scalars[index])
        index += 1
        continue
      }
      flush()
      guard let end = endOfTag(from: index + 2) else { return tell("{{ has no }} behind it", hint: "write {{name}}", at: index) }
      tag(show(index + 2..<end), at: index)
      index = end + 2
    }
    flush()
    for section in sections.suffix(TemplateLimits.depth) where section.name != nil {
      tell("the section {{#\(section.word)}} is not closed", hint: "close it with {{/\(section.word)}}", at: section.offset)
    }
  }

  private func show(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  private mutating func flush() {
    if !text.isEmpty { tags.append(.text(String(text))) }
    text = String.UnicodeScalarView()
  }

  private mutating func tell(_ description: String, hint: String, at offset: Int) {
    mistakes.append(TemplateError(description, hint: hint, offset: offset))
  }

  private func endOfTag(from start: Int) -> Int? {
    var index = start
    while index + 1 < scalars.count {
      if scalars[index] == "}", scalars[index + 1] == "}" { return index }
      index += 1
    }
    return nil
  }

  /// What stands in `{% … %}` on one line, where that begins here.
  private func statement(at start: Int) -> String? {
    guard scalars[start] == "{", start + 1 < scalars.count, scalars[start + 1] == "%" else { return nil }
    let line = scalars[(start + 2)...].prefix(200).prefix { $0 != "\n" }
    let end = line.indices.first { $0 + 1 < line.endIndex && line[$0] == "%" && line[$0 + 1] == "}" }
    return end.map { show(start + 2..<$0) }
  }

  private mutating func tag(_ content: String, at offset: Int) {
    switch content.unicodeScalars.first {
    case "!": tags.append(.comment)
    case "#", "^": open(content, at: offset)
    case "/": close(String(content.dropFirst()), at: offset)
    default:
      do throws(TemplateError) {
        if let foreign = ForeignTags.sign(content, at: offset) { throw foreign }
        tags.append(.variable(try name(content, sign: "", at: offset), offset: offset))
      } catch {
        mistakes.append(error)
      }
    }
  }

  private mutating func open(_ content: String, at offset: Int) {
    let written = content.dropFirst().trimmed
    if sections.count == TemplateLimits.depth {
      tell(
        "sections nest deeper than \(TemplateLimits.depth)",
        hint: "close {{#\(sections[sections.count - 1].word)}} before, or say it with fewer",
        at: offset)
    }
    do throws(TemplateError) {
      let name = try name(String(content.dropFirst()), sign: String(content.prefix(1)), at: offset)
      sections.append((name.written, name, offset))
      tags.append(.open(name, inverted: content.unicodeScalars.first == "^", offset: offset))
    } catch {
      mistakes.append(error)
      // `{{#if x}}` is closed by `{{/if}}`: told once, at its beginning.
      sections.append((String(written.prefix { !$0.isWhitespace }), nil, offset))
    }
  }

  private mutating func close(_ content: String, at offset: Int) {
    let written = content.trimmed
    guard let section = sections.last else {
      return tell("{{/\(written)}} closes no section", hint: "remove it, or open {{#\(written)}} before", at: offset)
    }
    if section.name == nil {
      // Its beginning is a mistake that is told; whatever closes it is taken for its end.
      sections.removeLast()
      return
    }
    if section.word != written {
      tell("{{/\(written)}} closes the section \(section.word)", hint: "write {{/\(section.word)}} here", at: offset)
      // One that is open further out ends there, with all inside it.
      if let outer = sections.lastIndex(where: { $0.word == written }) {
        while sections.count > outer + 1, let last = sections.last { drop(last.name) }
      }
    }
    if let last = sections.last { drop(last.name) }
  }

  private mutating func drop(_ name: Tag.Name?) {
    sections.removeLast()
    if let name { tags.append(.close(name)) }
  }

  /// - Parameter sign: `#` or `^` of a section's tag; empty for a value's.
  private func name(_ content: String, sign: String, at offset: Int) throws(TemplateError) -> Tag.Name {
    let written = content.trimmed
    if written.isEmpty { throw TemplateError("a tag without a name", hint: "write {{name}}", offset: offset) }
    if written == "." { return Tag.Name(written: ".", segments: [], isRelative: true) }
    if written == "first()" || written == "last()" {
      guard !sign.isEmpty else {
        throw TemplateError("\(written) is a condition", hint: "write {{#\(written)}}…{{/\(written)}}", offset: offset)
      }
      return Tag.Name(written: written, segments: [], isRelative: false)
    }
    if let foreign = ForeignTags.words(written, sign: sign, dialect, at: offset) { throw foreign }
    if let odd = written.unicodeScalars.first(where: { $0.properties.isWhitespace || "{}()\"'|".unicodeScalars.contains($0) }) {
      let what = odd.properties.isWhitespace ? "a blank" : String(odd)
      throw TemplateError("\(what) in the name {{\(written)}}", hint: "a name is words between dots: {{data.user.id}}", offset: offset)
    }
    let isRelative = written.hasPrefix(".")
    let segments = (isRelative ? written.dropFirst() : written[...]).split(separator: ".", omittingEmptySubsequences: false).map(
      String.init)
    if segments.contains("") {
      throw TemplateError("nothing between two dots in {{\(written)}}", hint: "write {{data.user.id}}", offset: offset)
    }
    return Tag.Name(written: written, segments: segments, isRelative: isRelative)
  }
}

extension StringProtocol {
  /// Without white space around it, by scalars: an accent behind a blank is part of no name.
  var trimmed: String {
    var scalars = String(self).unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }
}
