import Bellhop

extension MarkdownLine {
  mutating func backticks(_ at: Int, in range: Range<Int>, _ stack: inout MarkStack) -> Int {
    let run = scan.run(at: at, in: range)
    guard let (inside, end) = scan.code(at: at, run, in: range) else {
      stack.append(scan.scalars[at..<at + run])
      return at + run
    }
    scan.spend(inside.count)
    var code = scan.scalars[inside]
    // One blank on each side lets code begin or end with a backtick.
    if code.count > 2, code.first == " ", code.last == " ", !code.allSatisfy({ $0 == " " }) { code = code.dropFirst().dropLast() }
    stack.append(.code(String(String.UnicodeScalarView(code))))
    return end
  }

  /// A run of signs: closes what it can, then opens. https://github.github.com/gfm/#delimiter-run
  mutating func marks(_ at: Int, in range: Range<Int>, _ stack: inout MarkStack) -> Int {
    let sign = scan.scalars[at]
    let run = scan.run(at: at, in: range)
    let (canOpen, canClose) = flanks(at, run, in: range)
    var left = run
    switch sign {
    case "*", "_":
      if run > 3 { break }
      if canClose { left = stack.close(sign, left) }
      if canOpen, left > 0, !stack.isOpen(sign, left) {
        stack.open(sign, left)
        left = 0
      }
    // A strike, and what Discord hides until it is clicked.
    case "~" where run == 2, "|" where run == 2 && flavour == .discord:
      if canClose { left = stack.close(sign, left) }
      if canOpen, left > 0, !stack.isOpen(sign, left) {
        stack.open(sign, left)
        left = 0
      }
    default: break
    }
    stack.append(repeatElement(sign, count: left))
    return at + run
  }

  private enum Neighbour { case space, word, other }

  private func neighbour(_ index: Int, in range: Range<Int>) -> Neighbour {
    if !range.contains(index) || scan.isSpace(index) { return .space }
    return scan.isWord(index) ? .word : .other
  }

  private func flanks(_ at: Int, _ run: Int, in range: Range<Int>) -> (canOpen: Bool, canClose: Bool) {
    let before = neighbour(at - 1, in: range)
    let after = neighbour(at + run, in: range)
    let (leans, follows) = (after != .space, before != .space)
    // Discord does not look at what stands beyond a star.
    if scan.scalars[at] == "~" || scan.scalars[at] == "|" || flavour == .discord && scan.scalars[at] == "*" { return (leans, follows) }
    let left = leans && (after == .word || before != .word)
    let right = follows && (before == .word || after != .word)
    guard scan.scalars[at] == "_" else { return (left, right) }
    return (left && (!right || before == .other), right && (!left || after == .other))
  }
}
