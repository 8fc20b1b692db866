import Bellhop

/// Which names a template over an event may use.
struct EventNames {
  static let attributes = ["type", "subject", "source", "sender", "id", "severity", "time", "text"]

  /// Values of the event by their whole path, sections' among them.
  private(set) var paths: Set<String> = []
  /// The paths outside any section: what is always printed.
  private(set) var required: [[String]] = []
  /// What is wrong, all of it.
  private(set) var mistakes: [TemplateError] = []
  /// For each open section whether names inside it may be keys of its items.
  private var sections: [Bool] = []
  /// How many of them say so.
  private var items = 0

  init(checking tags: [Tag]) {
    for tag in tags {
      switch tag {
      case .text, .comment: break
      case .close: if sections.popLast() == true { items -= 1 }
      case .variable(let name, let offset):
        check(name, offset)
        if sections.isEmpty { required.append(name.segments) }
      case .open(let name, let inverted, let offset):
        if !name.isPosition { check(name, offset) }
        let isOfData = name.segments.first == "data" || !Self.attributes.contains(name.written)
        let isItem = isOfData && !inverted && !name.isPosition
        sections.append(isItem)
        if isItem { items += 1 }
      }
    }
  }

  private mutating func check(_ name: Tag.Name, _ offset: Int) {
    if name.isRelative {
      if items > 0 { return }
      let meant = name.segments.isEmpty ? "data.name" : NameDialect.event.spelled(name.written)
      mistakes.append(TemplateError("{{\(name.written)}} outside a section over data", hint: "write {{\(meant)}}", offset: offset))
    } else if name.segments.first == "data" || (name.segments.count == 1 && Self.attributes.contains(name.written)) {
      paths.insert(name.written)
    } else if items == 0 {
      mistakes.append(TemplateError("{{\(name.written)}} is not a value of events", hint: Self.hint(name), offset: offset))
    }
  }

  private static func hint(_ name: Tag.Name) -> String {
    let first = name.segments[0]
    if ["event", "this"].contains(first), name.segments.count > 1 { return "write {{\(NameDialect.event.spelled(name.written))}}" }
    if ["else", "end", "endif", "endfor"].contains(name.written) {
      return "sections end with {{/name}}, and the other case is {{^name}}…{{/name}}"
    }
    if attributes.contains(first) { return "\(first) is text and holds no other values" }
    if let near = first.nearest(among: attributes + ["data"]) {
      return "did you mean {{\(([near] + name.segments.dropFirst()).joined(separator: "."))}}?"
    }
    return "values of data are written {{data.\(name.written)}}; the others are \(attributes.joined(separator: ", "))"
  }
}
