import Bellhop

/// Puts lines, items and blocks of code one below the other. Blank lines at both ends are dropped.
struct TextBlocks: Sendable {
  private var nodes: [Text.Node] = []
  private var items: [[Text.Node]] = []
  private var blanks = 0
  /// How often something was added that people see.
  private(set) var count = 0

  /// Nothing was added yet that people see.
  var isEmpty: Bool { count == 0 }

  /// A line of its own; one without nodes is a blank line.
  mutating func add(line: [Text.Node]) {
    endList()
    if line.isEmpty { blanks += 1 } else { append(line) }
  }

  /// A line with something before it that is no mark of ours: `> `, `1. `.
  mutating func add(line: [Text.Node], behind prefix: String) {
    if case .text(let words)? = line.first { return add(line: [.text(prefix + words)] + line.dropFirst()) }
    add(line: [.text(prefix)] + line)
  }

  /// An item of the list that stands here, or of a new one.
  mutating func add(item: [Text.Node]) {
    items.append(MarkStack.joined(item))
    count += 1
  }

  mutating func add(code: String) {
    endList()
    append([.codeBlock(code)])
  }

  /// A text of any number of lines; an empty one adds nothing.
  mutating func add(_ text: Text) {
    endList()
    if !text.isEmpty { append(text.nodes) }
  }

  /// All of it.
  var text: Text {
    var whole = self
    whole.endList()
    return Text(whole.nodes)
  }

  private mutating func endList() {
    guard !items.isEmpty else { return }
    let list = items
    items = []
    append([.list(list)])
    count -= 1
  }

  private mutating func append(_ block: [Text.Node]) {
    if !nodes.isEmpty { nodes += [Text.Node](repeating: .line, count: blanks + 1) }
    blanks = 0
    nodes += MarkStack.joined(block)
    count += 1
  }
}
