import Bellhop

/// Puts values into marks. Whatever a value holds becomes text; only its line breaks become lines. Where there is no room for more, or a
/// mark says that there would be more, stands "…", and everything behind it is left out.
struct Filler {
  private let value: (Int) -> String
  /// Values that are trees, by their slots: put in with their marks where no markup is around them.
  private let trees: [Int: Text]
  private var depth = 0
  private var budget: ByteBudget
  private var isCut = false
  private var nodes: [Text.Node] = []
  private var text = ""

  /// The nodes, and how much of the room is left.
  static func fill(
    _ marks: [Mark], _ room: ByteBudget, trees: [Int: Text] = [:], value: (Int) -> String
  ) -> (nodes: [Text.Node], left: Int) {
    withoutActuallyEscaping(value) { value in
      var filler = Filler(value: value, trees: trees, budget: room)
      let nodes = filler.fill(marks)
      return (nodes, filler.budget.left)
    }
  }

  private init(value: @escaping (Int) -> String, trees: [Int: Text], budget: ByteBudget) {
    self.value = value
    self.trees = trees
    self.budget = budget
  }

  /// Marks as nodes of their own. Markup nests no deeper than there are kinds of it, so that neither does this.
  private mutating func fill(_ marks: [Mark]) -> [Text.Node] {
    let outer = (nodes, text)
    (nodes, text) = ([], "")
    depth += 1
    defer { depth -= 1 }
    for mark in marks where !isCut { add(mark) }
    flush()
    let filled = nodes
    (nodes, text) = outer
    return filled
  }

  private mutating func add(_ mark: Mark) {
    switch mark {
    case .text(let pieces):
      for piece in pieces where !isCut {
        switch piece {
        case .text(let string): text += taken(string)
        case .slot(let slot):
          if depth == 1, let tree = trees[slot], budget.spend(tree.plain.utf8.count) {
            for node in tree.nodes { append(node) }
          } else {
            literal(taken(value(slot)))
          }
        case .cut: isCut = true
        }
      }
      if isCut { text += "…" }
    case .bold(let inner): wrap(inner, Text.Node.bold)
    case .italic(let inner): wrap(inner, Text.Node.italic)
    case .code(let pieces):
      // As in CommonMark, line endings inside a code span are spaces.
      let code = joined(pieces).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
      if !code.isEmpty { append(.code(code)) }
    case .codeBlock(let pieces):
      let code = joined(pieces)
      if !code.isEmpty { append(.codeBlock(code)) }
    case .link(let label, let url): link(fill(label), url)
    case .line: if taken("\n").isEmpty { text += "…" } else { append(.line) }
    case .list(let items):
      var filled: [[Text.Node]] = []
      for item in items where !isCut { filled.append(fill(item)) }
      append(.list(filled))
    case .emoji(let code): if taken(code) == code { append(.emoji(code)) } else { text += "…" }
    }
  }

  /// Markup around nothing would print as bare signs.
  private mutating func wrap(_ inner: [Mark], _ make: ([Text.Node]) -> Text.Node) {
    let inner = fill(inner)
    if !inner.isEmpty { append(make(inner)) }
  }

  private mutating func link(_ label: [Text.Node], _ pieces: [Piece]) {
    let url = Address.make(pieces, value: value)
    if !isCut, let url, budget.spend(url.utf8.count * (label.isEmpty ? 2 : 1)) {
      append(.link(label.isEmpty ? [.text(url)] : label, url: url))
      return
    }
    for node in label { if case .text(let string) = node { text += string } else { append(node) } }
    if isCut { return }
    if url != nil || pieces.contains(.cut) {
      // Half an address leads elsewhere.
      isCut = true
      text += "…"
      return
    }
    let written = joined(pieces)
    if !written.isEmpty { literal(label.isEmpty ? written : " (\(written)\(isCut ? "" : ")")") }
  }

  /// The pieces without a look at line breaks, and "…" where they do not fit.
  private mutating func joined(_ pieces: [Piece]) -> String {
    var out = ""
    for piece in pieces where !isCut {
      switch piece {
      case .text(let string): out += taken(string)
      case .slot(let slot): out += taken(value(slot))
      case .cut: isCut = true
      }
    }
    return isCut ? out + "…" : out
  }

  /// As much of it as there is room for.
  private mutating func taken(_ string: String) -> String {
    if budget.spend(string.utf8.count) { return string }
    isCut = true
    let part = String(string.prefix(bytes: budget.left))
    budget = ByteBudget(0)
    return part
  }

  private mutating func literal(_ string: String) {
    guard string.mayHoldNewlines else {
      text += string
      return
    }
    for node in Text(literal: string).nodes { if case .text(let string) = node { text += string } else { append(node) } }
  }

  private mutating func append(_ node: Text.Node) {
    flush()
    nodes.append(node)
  }

  private mutating func flush() {
    if !text.isEmpty { nodes.append(.text(text)) }
    text = ""
  }
}

extension String {
  /// False only where no character is a newline: looking at bytes spares the walk over characters for nearly every value.
  fileprivate var mayHoldNewlines: Bool {
    utf8.contains { (0x0A...0x0D).contains($0) || $0 == 0xC2 || $0 == 0xE2 }
  }
}
