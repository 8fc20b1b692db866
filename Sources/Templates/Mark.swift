import Bellhop

/// A ``Bellhop/Text/Node`` whose values are still open.
indirect enum Mark: Sendable, Hashable {
  case text([Piece])
  case bold([Mark])
  case italic([Mark])
  case code([Piece])
  case codeBlock([Piece])
  case link([Mark], url: [Piece])
  case line
  case list([[Mark]])
  case emoji(String)
}

/// Puts values into marks. Whatever a value holds becomes text; only its line breaks become lines.
struct Filler {
  let value: (Int) -> String
  private var nodes: [Text.Node] = []
  private var text = ""

  static func fill(_ marks: [Mark], value: (Int) -> String) -> [Text.Node] {
    withoutActuallyEscaping(value) { value in
      var filler = Filler(value: value)
      for mark in marks { filler.add(mark) }
      filler.flush()
      return filler.nodes
    }
  }

  private init(value: @escaping (Int) -> String) { self.value = value }

  private mutating func add(_ mark: Mark) {
    switch mark {
    case .text(let pieces):
      for piece in pieces {
        switch piece {
        case .text(let string): text += string
        case .slot(let slot, _): literal(value(slot))
        }
      }
    case .bold(let inner): wrap(inner, Text.Node.bold)
    case .italic(let inner): wrap(inner, Text.Node.italic)
    case .code(let pieces):
      // As in CommonMark, line endings inside a code span are spaces.
      let code = join(pieces).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
      if !code.isEmpty { append(.code(code)) }
    case .codeBlock(let pieces):
      let code = join(pieces)
      if !code.isEmpty { append(.codeBlock(code)) }
    case .link(let label, let url): link(Self.fill(label, value: value), url)
    case .line: append(.line)
    case .list(let items): append(.list(items.map { Self.fill($0, value: value) }))
    case .emoji(let code): append(.emoji(code))
    }
  }

  /// Markup around nothing would print as bare signs.
  private mutating func wrap(_ inner: [Mark], _ make: ([Text.Node]) -> Text.Node) {
    let inner = Self.fill(inner, value: value)
    if !inner.isEmpty { append(make(inner)) }
  }

  private mutating func link(_ label: [Text.Node], _ pieces: [Piece]) {
    if let url = Address.make(pieces, value: value) {
      append(.link(label.isEmpty ? [.text(url)] : label, url: url))
      return
    }
    let url = join(pieces)
    for node in label { if case .text(let string) = node { text += string } else { append(node) } }
    if !url.isEmpty { literal(label.isEmpty ? url : " (\(url))") }
  }

  private func join(_ pieces: [Piece]) -> String {
    pieces.reduce(into: "") { out, piece in
      switch piece {
      case .text(let string): out += string
      case .slot(let slot, _): out += value(slot)
      }
    }
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
