extension Text {
  /// Splits where a vendor's limit is reached: the longest head that fits, and the rest. Both are whole trees, so that neither
  /// half leaves markup open. Characters are split as people see them; a space near the end is preferred.
  /// - Parameters:
  ///   - limit: of the printed head, in the unit of `size`.
  ///   - size: how long nodes are once printed; must not shrink when nodes are added.
  public func split(at limit: Int, size: ([Node]) -> Int) -> (head: Text, rest: Text) {
    let (head, rest) = Self.split(nodes, at: limit, size: size)
    return (Text(head), Text(rest))
  }

  private static func split(_ nodes: [Node], at limit: Int, size: ([Node]) -> Int) -> (head: [Node], rest: [Node]) {
    if nodes.isEmpty || size(nodes) <= limit { return (nodes, []) }
    let whole = longest(nodes.count) { size(Array(nodes[..<$0])) <= limit }
    let head = Array(nodes[..<whole])
    let (first, second) = split(nodes[whole]) { size(head + [$0]) <= limit }
    return (head + (first.map { [$0] } ?? []), (second.map { [$0] } ?? []) + nodes[(whole + 1)...])
  }

  /// The largest count up to `limit` that fits, if smaller ones always do. Small counts are tried first: what fits is small beside a flood.
  private static func longest(_ limit: Int, fits: (Int) -> Bool) -> Int {
    var low = 0
    var high = min(64, limit)
    while high < limit, fits(high) {
      low = high
      high = min(2 * high, limit)
    }
    while low < high {
      let middle = (low + high + 1) / 2
      if fits(middle) { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// No character of any language or emoji has so many.
  private static let manyScalars = 32

  private static func split(_ node: Node, fits: (Node) -> Bool) -> (head: Node?, rest: Node?) {
    func inside(_ inner: [Node], _ wrap: ([Node]) -> Node) -> (head: Node?, rest: Node?) {
      let (head, rest) = split(inner, at: 0) { fits(wrap($0)) ? 0 : 1 }
      return (head.isEmpty ? nil : wrap(head), rest.isEmpty ? nil : wrap(rest))
    }
    func string(_ string: String, _ wrap: (String) -> Node) -> (head: Node?, rest: Node?) {
      let characters = Array(string)
      var count = longest(characters.count) { fits(wrap(String(characters[..<$0]))) }
      // Hundreds of accents on one letter are one character to people, and hundreds to a vendor.
      if count < characters.count, characters[count].unicodeScalars.count > Self.manyScalars {
        let scalars = Array(characters[count].unicodeScalars)
        let start = characters[..<count].reduce(into: String.UnicodeScalarView()) { $0.append(contentsOf: $1.unicodeScalars) }
        func head(_ part: some Sequence<Unicode.Scalar>, _ start: String.UnicodeScalarView) -> String { String(start + part) }
        let part = longest(scalars.count) { fits(wrap(head(scalars[..<$0], start))) }
        let behind = characters[(count + 1)...].reduce(into: String.UnicodeScalarView()) { $0.append(contentsOf: $1.unicodeScalars) }
        let (first, second) = (head(scalars[..<part], start), head(Array(behind), String.UnicodeScalarView(scalars[part...])))
        return (first.isEmpty ? nil : wrap(first), second.isEmpty ? nil : wrap(second))
      }
      if count < characters.count, let space = characters[..<count].lastIndex(where: \.isWhitespace), space > count - 40 {
        count = space + 1
      }
      let head = String(characters[..<count])
      let rest = String(characters[count...])
      return (head.isEmpty ? nil : wrap(head), rest.isEmpty ? nil : wrap(rest))
    }
    switch node {
    case .text(let text): return string(text, Node.text)
    case .code(let text): return string(text, Node.code)
    case .codeBlock(let text): return string(text, Node.codeBlock)
    case .bold(let inner): return inside(inner, Node.bold)
    case .italic(let inner): return inside(inner, Node.italic)
    case .link(let inner, let url): return inside(inner) { .link($0, url: url) }
    case .list(let items):
      let whole = longest(items.count) { fits(.list(Array(items[..<$0]))) }
      return (
        whole == 0 ? nil : .list(Array(items[..<whole])), whole == items.count ? nil : .list(Array(items[whole...]))
      )
    case .line, .emoji: return (nil, node)
    }
  }
}
