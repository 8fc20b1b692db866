import Bellhop

/// A text parted into prose and blocks of code between runs of three backticks and more.
enum CodePassages {
  enum Passage: Hashable {
    case prose(ArraySlice<Unicode.Scalar>)
    case code(String)
  }

  /// - Parameters:
  ///   - isMarkdown: a block holds a line break, may name its language in its first line, and reaches to the end where nothing closes it.
  static func part(_ scalars: [Unicode.Scalar], isMarkdown: Bool) -> [Passage] {
    let runs = runs(scalars)
    guard !runs.isEmpty else { return [.prose(scalars[...])] }
    // The longest run from there on: a search that must fail is not begun.
    var longest = [Int](repeating: 0, count: runs.count + 1)
    for index in runs.indices.reversed() { longest[index] = max(longest[index + 1], runs[index].count) }

    var passages: [Passage] = []
    var done = 0
    var index = 0
    func add(_ code: Range<Int>, from start: Int, to end: Int) -> Bool {
      guard let string = code.isEmpty ? nil : string(scalars[code], isMarkdown: isMarkdown) else { return false }
      if done < start { passages.append(.prose(scalars[done..<start])) }
      passages.append(.code(string))
      done = end
      return true
    }
    while index < runs.count {
      let open = runs[index]
      guard longest[index + 1] >= open.count else {
        if isMarkdown, startsLine(open.lowerBound, in: scalars),
          add(open.upperBound..<scalars.count, from: open.lowerBound, to: scalars.count)
        {
          break
        }
        index += 1
        continue
      }
      var close = index + 1
      while runs[close].count < open.count { close += 1 }
      let inside = open.upperBound..<runs[close].lowerBound
      if !isMarkdown || scalars[inside].contains("\n") {
        _ = add(inside, from: open.lowerBound, to: runs[close].upperBound)
      }
      index = close + 1
    }
    if done < scalars.count { passages.append(.prose(scalars[done...])) }
    return passages
  }

  /// The lines of a passage of prose, without the blank ends that only stand because of the code beside it.
  static func lines(_ prose: ArraySlice<Unicode.Scalar>, behindCode: Bool, beforeCode: Bool) -> [ArraySlice<Unicode.Scalar>] {
    var lines = MarkupScan.lines(prose)
    if behindCode, lines.first?.allSatisfy(MarkupScan.isBlank) == true { lines.removeFirst() }
    if beforeCode, lines.last?.allSatisfy(MarkupScan.isBlank) == true { lines.removeLast() }
    return lines
  }

  private static func runs(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "`" else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, scalars[index] == "`" { index += 1 }
      if index - start >= 3 { runs.append(start..<index) }
    }
    return runs
  }

  private static func startsLine(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    let before = scalars[..<index].reversed().first { !MarkupScan.isBlank($0) }
    return before == nil || before == "\n"
  }

  /// Code without the blank lines around it; nil where there is nothing to see.
  private static func string(_ code: ArraySlice<Unicode.Scalar>, isMarkdown: Bool) -> String? {
    var lines = code.split(separator: "\n" as Unicode.Scalar, omittingEmptySubsequences: false)[...]
    func isBlank(_ line: ArraySlice<Unicode.Scalar>) -> Bool { line.allSatisfy(\.properties.isWhitespace) }
    if isMarkdown, lines.count > 1, let info = lines.first, info.allSatisfy(isInfo) { lines.removeFirst() }
    while let first = lines.first, isBlank(first) { lines.removeFirst() }
    while let last = lines.last, isBlank(last) { lines.removeLast() }
    return lines.isEmpty ? nil : String(String.UnicodeScalarView(lines.joined(separator: ["\n" as Unicode.Scalar])))
  }

  /// One word: `swift`, `c++`, `objective-c`. More than that is shown, as it may be what was meant to be read.
  private static func isInfo(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80 && (MarkupScan.isWord(scalar) || "+-_.#".unicodeScalars.contains(scalar))
  }
}
