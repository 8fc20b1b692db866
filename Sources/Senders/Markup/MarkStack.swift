import Bellhop

/// What marks make of their words. None: the words alone.
struct MarkStyle: OptionSet {
  let rawValue: Int
  static let bold = MarkStyle(rawValue: 1)
  static let italic = MarkStyle(rawValue: 2)
}

/// The marks of one line that are open, and what stands inside them.
///
/// Each sign is open once at most, so the tree is never deeper than there are signs; a mark that nothing closes becomes the characters that
/// it was written with. What is put in is moved once for each sign at most: the work is linear.
struct MarkStack {
  private struct OpenMark {
    var sign: Unicode.Scalar
    var length: Int
    var nodes: [Text.Node] = []
  }

  /// The first one is the line itself.
  private var marks = [OpenMark(sign: " ", length: 0)]
  private var pending = String.UnicodeScalarView()
  private let outer: MarkStyle
  private let style: (Unicode.Scalar, Int) -> MarkStyle

  /// - Parameters:
  ///   - outer: what stands around the line already and is not repeated inside.
  ///   - style: what a sign means, written once or twice. Three mean both.
  init(outer: MarkStyle = [], style: @escaping (Unicode.Scalar, Int) -> MarkStyle) {
    self.outer = outer
    self.style = style
  }

  mutating func append(_ scalar: Unicode.Scalar) { pending.append(scalar) }

  mutating func append(_ scalars: some Sequence<Unicode.Scalar>) { pending.append(contentsOf: scalars) }

  mutating func append(_ node: Text.Node) {
    flush()
    marks[marks.count - 1].nodes.append(node)
  }

  /// Whether the sign means something here already.
  func isOpen(_ sign: Unicode.Scalar, _ length: Int) -> Bool {
    marks.contains { $0.sign == sign && ($0.length == length || $0.length == 3 || length == 3) }
  }

  mutating func open(_ sign: Unicode.Scalar, _ length: Int) {
    flush()
    marks.append(OpenMark(sign: sign, length: length))
  }

  /// Closes marks with a run of their sign, the one of the same length before others; what is open inside them is not closed any more.
  /// - Returns: how many signs of the run are left.
  mutating func close(_ sign: Unicode.Scalar, _ count: Int) -> Int {
    var left = count
    while left > 0,
      let index = marks.lastIndex(where: { $0.sign == sign && $0.length == left })
        ?? marks.lastIndex(where: { $0.sign == sign && ($0.length < left || $0.length == 3) })
    {
      flush()
      giveUp(above: index)
      var mark = marks.removeLast()
      let length = min(left, mark.length)
      let inner = wrapped(mark.nodes, meaning(sign, length))
      if length < mark.length {
        mark.length -= length
        mark.nodes = inner
        marks.append(mark)
      } else {
        marks[marks.count - 1].nodes += inner
      }
      left -= length
    }
    return left
  }

  /// The line, marks that are still open as characters.
  mutating func finish() -> [Text.Node] {
    flush()
    giveUp(above: 0)
    return Self.joined(marks[0].nodes)
  }

  private func meaning(_ sign: Unicode.Scalar, _ length: Int) -> MarkStyle {
    length == 3 ? style(sign, 1).union(style(sign, 2)) : style(sign, length)
  }

  /// What is bold already is not made bold again.
  private func wrapped(_ nodes: [Text.Node], _ style: MarkStyle) -> [Text.Node] {
    let around = marks.dropFirst().reduce(outer) { $0.union(meaning($1.sign, $1.length)) }
    let new = style.subtracting(around)
    guard !new.isEmpty else { return nodes }
    var nodes = Self.joined(nodes)
    if new.contains(.italic) { nodes = [.italic(nodes)] }
    if new.contains(.bold) { nodes = [.bold(nodes)] }
    return nodes
  }

  private mutating func flush() {
    guard !pending.isEmpty else { return }
    marks[marks.count - 1].nodes.append(.text(String(pending)))
    pending = String.UnicodeScalarView()
  }

  private mutating func giveUp(above index: Int) {
    while marks.count > index + 1 {
      let mark = marks.removeLast()
      marks[marks.count - 1].nodes.append(.text(String(repeating: Character(mark.sign), count: mark.length)))
      marks[marks.count - 1].nodes += mark.nodes
    }
  }

  /// One node for what is text in a row, so that printers see names whole.
  static func joined(_ nodes: [Text.Node]) -> [Text.Node] {
    var out: [Text.Node] = []
    var text = ""
    for node in nodes {
      if case .text(let part) = node {
        text += part
        continue
      }
      if !text.isEmpty { out.append(.text(text)) }
      text = ""
      out.append(node)
    }
    if !text.isEmpty { out.append(.text(text)) }
    return out
  }
}
