import Bellhop

/// One line of Markdown. Marks never hold beyond it.
struct MarkdownLine {
  var scan: MarkupScan
  let flavour: MarkdownFlavour
  var mentions: [String] = []
  /// From `[` to its `]`. So that a row of open brackets is not read to its end for each of them.
  private let partners: [Int: Int]

  init(_ line: ArraySlice<Unicode.Scalar>, _ flavour: MarkdownFlavour) {
    scan = MarkupScan(line)
    self.flavour = flavour
    partners = Self.partners(&scan)
  }

  var steps: Int { scan.steps }

  mutating func nodes(outer: MarkStyle) -> [Text.Node] { nodes(in: 0..<scan.scalars.count, inLink: false, outer: outer) }

  private static func partners(_ scan: inout MarkupScan) -> [Int: Int] {
    guard scan.scalars.contains("[") else { return [:] }
    var partners: [Int: Int] = [:]
    var open: [Int] = []
    var at = 0
    let whole = 0..<scan.scalars.count
    while at < whole.upperBound {
      switch scan.scalars[at] {
      case "\\": at += 1
      case "`":
        let run = scan.run(at: at, in: whole)
        at = (scan.code(at: at, run, in: whole)?.end ?? at + run) - 1
      case "[": open.append(at)
      case "]": if let start = open.popLast() { partners[start] = at }
      default: break
      }
      at += 1
    }
    scan.spend(whole.count)
    return partners
  }

  mutating func nodes(in range: Range<Int>, inLink: Bool, outer: MarkStyle) -> [Text.Node] {
    let flavour = flavour
    var stack = MarkStack(outer: outer) { flavour.style($0, $1) }
    var at = range.lowerBound
    while at < range.upperBound {
      scan.spend(1)
      let scalar = scan.scalars[at]
      switch scalar {
      case "\\" where at + 1 < range.upperBound && Self.isPunctuation(scan.scalars[at + 1]):
        stack.append(scan.scalars[at + 1])
        at += 2
        continue
      case "`":
        at = backticks(at, in: range, &stack)
        continue
      case "*", "_", "~", "|":
        at = marks(at, in: range, &stack)
        continue
      case "[" where !inLink, "!", "<", ":", "h", "H":
        if let (nodes, end) = special(at, in: range, inLink: inLink, outer: outer) {
          for node in nodes { stack.append(node) }
          at = end
          continue
        }
      case "&" where flavour != .discord:
        if let (entity, end) = entity(at, in: range) {
          stack.append(entity)
          at = end
          continue
        }
      case "@": noteName(at, in: range)
      default: break
      }
      stack.append(scalar)
      at += 1
    }
    return stack.finish()
  }

  private mutating func special(
    _ at: Int, in range: Range<Int>, inLink: Bool, outer: MarkStyle
  ) -> (nodes: [Text.Node], end: Int)? {
    switch scan.scalars[at] {
    case "[": return link(at, in: range, outer: outer)
    case "!": return image(at, in: range, inLink: inLink)
    case "<": return bracket(at, in: range, inLink: inLink)
    case ":": return scan.emoji(at: at, in: range).map { ([.emoji($0.code)], $0.end) }
    default:
      guard let end = scan.address(at: at, in: range) else { return nil }
      let url = scan.string(at..<end)
      return ([inLink ? .text(url) : .link([.text(url)], url: url)], end)
    }
  }

  /// `[label](address)`; marks in the label count.
  private mutating func link(_ at: Int, in range: Range<Int>, outer: MarkStyle) -> (nodes: [Text.Node], end: Int)? {
    guard let close = partners[at], let (url, end) = target(close + 1, in: range) else { return nil }
    let label = nodes(in: at + 1..<close, inLink: true, outer: outer)
    return ([.link(label.isEmpty ? [.text(url)] : label, url: url)], end)
  }

  /// `![words](address)`: the words, leading to the picture, unless they lead somewhere already.
  private mutating func image(_ at: Int, in range: Range<Int>, inLink: Bool) -> (nodes: [Text.Node], end: Int)? {
    guard at + 1 < range.upperBound, scan.scalars[at + 1] == "[", let close = partners[at + 1],
      let (url, end) = target(close + 1, in: range)
    else { return nil }
    let words = scan.string(at + 2..<close)
    let shown = Text.Node.text(words.isEmpty ? url : words)
    return ([inLink ? shown : .link([shown], url: url)], end)
  }

  /// `(address)` or `(address "title")`; nil where it leads nowhere. Brackets in an address come in pairs, and few, so that a row of unclosed
  /// links is not read to its end for each of them.
  private mutating func target(_ at: Int, in range: Range<Int>) -> (url: String, end: Int)? {
    guard at < range.upperBound, scan.scalars[at] == "(" else { return nil }
    var index = at + 1
    var depth = 0
    while index < range.upperBound, !scan.isSpace(index) {
      if scan.scalars[index] == "(" { depth += 1 }
      if scan.scalars[index] == ")" { depth -= 1 }
      if depth < 0 || depth > 2 { break }
      index += 1
    }
    scan.spend(index - at)
    var address = at + 1..<index
    if index < range.upperBound, scan.isSpace(index), index + 1 < range.upperBound, scan.scalars[index + 1] == "\"" {
      index += 2
      let start = index
      while index < range.upperBound, scan.scalars[index] != "\"" { index += 1 }
      scan.spend(index - start)
      index += 1
    }
    guard index < range.upperBound, scan.scalars[index] == ")" else { return nil }
    if address.count > 2, scan.scalars[address.lowerBound] == "<", scan.scalars[address.upperBound - 1] == ">" {
      address = address.lowerBound + 1..<address.upperBound - 1
    }
    scan.spend(address.count)
    let url = scan.string(address)
    return SlackControl.isAddress(url) ? (url, index + 1) : nil
  }

  private mutating func noteName(_ at: Int, in range: Range<Int>) {
    guard !scan.isWord(at - 1) else { return }
    for name in flavour.broadcasts where scan.spells(name, at: at + 1, in: range) && !scan.isWord(at + 1 + name.utf8.count) {
      mentions.append(name)
    }
  }

  private static let entities: [(name: String, scalar: Unicode.Scalar)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "),
  ]

  private func entity(_ at: Int, in range: Range<Int>) -> (scalar: Unicode.Scalar, end: Int)? {
    Self.entities.first { scan.spells($0.name, at: at, in: range) }.map { ($0.scalar, at + $0.name.utf8.count) }
  }

  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}
