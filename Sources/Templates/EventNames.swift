/// Which names a template over an event may use.
struct EventNames {
  static let attributes = ["type", "subject", "source", "sender", "id", "severity", "time", "text"]

  /// Values of the event by their whole path, sections' among them.
  private(set) var paths: Set<String> = []
  /// The paths outside any section: what is always printed.
  private(set) var required: [[String]] = []
  /// For each open section whether names inside it may be keys of its items.
  private var sections: [Bool] = []

  init(checking tags: [Tag]) throws(TemplateError) {
    for tag in tags {
      switch tag {
      case .text, .comment: break
      case .close: sections.removeLast()
      case .variable(let name, let offset):
        try check(name, offset)
        if sections.isEmpty { required.append(name.segments) }
      case .open(let name, let inverted, let offset):
        if !name.isPosition { try check(name, offset) }
        let isOfData = name.segments.first == "data" || !Self.attributes.contains(name.written)
        sections.append(isOfData && !inverted && !name.isPosition)
      }
    }
  }

  private mutating func check(_ name: Tag.Name, _ offset: Int) throws(TemplateError) {
    let isInItem = sections.contains(true)
    if name.isRelative {
      guard isInItem else {
        throw TemplateError("{{\(name.written)}} outside a section over data", hint: "write {{data.name}}", offset: offset)
      }
      return
    }
    if name.segments.first == "data" || (name.segments.count == 1 && Self.attributes.contains(name.written)) {
      paths.insert(name.written)
    } else if !isInItem {
      throw TemplateError("{{\(name.written)}} is not a value of events", hint: Self.hint(name), offset: offset)
    }
  }

  private static func hint(_ name: Tag.Name) -> String {
    let first = name.segments[0]
    if attributes.contains(first) { return "\(first) is text and holds no other values" }
    if let near = nearest(to: first, among: attributes + ["data"]) {
      return "did you mean {{\(([near] + name.segments.dropFirst()).joined(separator: "."))}}?"
    }
    return "values of data are written {{data.\(name.written)}}; the others are \(attributes.joined(separator: ", "))"
  }
}
