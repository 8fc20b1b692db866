// What waits in memory is weighed in bytes, and not by what its text takes on disk: a tree of small values is many times as large.

extension Event {
  /// Bytes that it takes up in memory, about.
  package var footprint: Int {
    512 + id.utf8.count + source.utf8.count + type.utf8.count + (subject?.utf8.count ?? 0) + text.utf8.count + data.footprint
  }
}

extension Rendering {
  /// Bytes that it takes up in memory, about.
  package var footprint: Int {
    (title?.footprint ?? 0) + (text?.footprint ?? 0) + fields.reduce(256) { $0 + 64 + $1.name.utf8.count + $1.value.footprint }
      + links.reduce(0) { $0 + 96 + $1.label.utf8.count + $1.url.utf8.count }
  }
}

extension Text {
  fileprivate var footprint: Int { Self.footprint(nodes) }

  private static func footprint(_ nodes: [Node]) -> Int { nodes.reduce(48) { $0 + 96 + footprint($1) } }

  private static func footprint(_ node: Node) -> Int {
    switch node {
    case .text(let text), .code(let text), .codeBlock(let text), .emoji(let text): text.utf8.count
    case .bold(let inner), .italic(let inner): footprint(inner)
    case .link(let inner, let url): footprint(inner) + url.utf8.count
    case .list(let items): items.reduce(48) { $0 + footprint($1) }
    case .line: 0
    }
  }
}
