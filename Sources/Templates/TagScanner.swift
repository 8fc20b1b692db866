/// Cuts a source into tags and refuses what Bellhop's templates do not have: whatever passes renders without failing.
/// The language is https://mustache.github.io/mustache.5.html without partials, lambdas, unescaped values and other delimiters.
struct TagScanner {
  private let scalars: [Unicode.Scalar]
  private var tags: [Tag] = []
  private var text = String.UnicodeScalarView()
  private var sections: [(name: Tag.Name, offset: Int)] = []

  static func scan(_ source: String) throws(TemplateError) -> [Tag] {
    var scanner = TagScanner(scalars: Array(source.unicodeScalars))
    try scanner.run()
    return scanner.tags
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private mutating func run() throws(TemplateError) {
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if Marker.range.contains(scalar) {
        throw TemplateError("the template holds U+\(String(scalar.value, radix: 16, uppercase: true))", hint: "remove it", offset: index)
      }
      guard scalar == "{", index + 1 < scalars.count, scalars[index + 1] == "{" else {
        text.append(scalar)
        index += 1
        continue
      }
      if !text.isEmpty { tags.append(.text(String(text))) }
      text = String.UnicodeScalarView()
      guard let end = endOfTag(from: index + 2) else {
        throw TemplateError("{{ has no }} behind it", hint: "write {{name}}", offset: index)
      }
      try tag(String(String.UnicodeScalarView(scalars[index + 2..<end])), at: index)
      index = end + 2
    }
    if !text.isEmpty { tags.append(.text(String(text))) }
    if let section = sections.last {
      throw TemplateError(
        "the section {{#\(section.name.written)}} is not closed", hint: "close it with {{/\(section.name.written)}}", offset: section.offset
      )
    }
  }

  private func endOfTag(from start: Int) -> Int? {
    var index = start
    while index + 1 < scalars.count {
      if scalars[index] == "}", scalars[index + 1] == "}" { return index }
      index += 1
    }
    return nil
  }

  private mutating func tag(_ content: String, at offset: Int) throws(TemplateError) {
    switch content.unicodeScalars.first {
    case "{", "&":
      throw TemplateError(
        "unescaped values ({{{name}}}, {{&name}}) do not exist", hint: "write {{name}}: it is escaped as its place needs", offset: offset)
    case ">": throw TemplateError("partials ({{>name}}) do not exist", hint: "write the text here", offset: offset)
    case "<", "$": throw TemplateError("inheritance ({{<name}}, {{$name}}) does not exist", hint: "write the text here", offset: offset)
    case "=": throw TemplateError("the delimiters are always {{ and }}", hint: "remove {{\(content)}}", offset: offset)
    case "%": throw TemplateError("pragmas ({{% …}}) do not exist", hint: "remove {{\(content)}}", offset: offset)
    case "!": tags.append(.comment)
    case "#", "^":
      let name = try name(content.dropFirst(), at: offset, inSection: true)
      sections.append((name, offset))
      tags.append(.open(name, inverted: content.hasPrefix("^"), offset: offset))
    case "/":
      let name = try name(content.dropFirst(), at: offset, inSection: true)
      guard let section = sections.popLast() else {
        throw TemplateError(
          "{{/\(name.written)}} closes no section", hint: "remove it, or open {{#\(name.written)}} before", offset: offset)
      }
      guard section.name == name else {
        throw TemplateError(
          "{{/\(name.written)}} closes the section \(section.name.written)", hint: "write {{/\(section.name.written)}} here", offset: offset
        )
      }
      tags.append(.close(name))
    default: tags.append(.variable(try name(content[...], at: offset, inSection: false), offset: offset))
    }
  }

  private func name(_ content: Substring, at offset: Int, inSection: Bool) throws(TemplateError) -> Tag.Name {
    let scalars = content.unicodeScalars
    let space: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    let head = scalars.drop(while: space)
    let written = String(head[..<(head.lastIndex { !space($0) }.map { head.index(after: $0) } ?? head.startIndex)])
    if written.isEmpty { throw TemplateError("a tag without a name", hint: "write {{name}}", offset: offset) }
    if written == "." { return Tag.Name(written: ".", segments: [], isRelative: true) }
    if written == "first()" || written == "last()" {
      guard inSection else {
        throw TemplateError("\(written) is a condition", hint: "write {{#\(written)}}…{{/\(written)}}", offset: offset)
      }
      return Tag.Name(written: written, segments: [], isRelative: false)
    }
    if let odd = written.unicodeScalars.first(where: { space($0) || "{}()\"'|".unicodeScalars.contains($0) }) {
      throw TemplateError("\(odd) in the name {{\(written)}}", hint: "a name is words between dots: {{data.user.id}}", offset: offset)
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
