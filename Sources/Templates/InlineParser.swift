import Bellhop

/// Markup inside one line. A search that failed once is not repeated, so that no text is slow.
struct InlineParser {
  private let units: [Markdown.Unit]
  /// From the start of a run of backticks to the next run of the same length.
  private let codeEnds: [Int: Int]

  static func parse(_ units: [Markdown.Unit]) -> [Mark] {
    let parser = InlineParser(units)
    return parser.inline(0..<units.count, inside: [])
  }

  private struct Markup: OptionSet {
    let rawValue: Int
    static let bold = Markup(rawValue: 1)
    static let star = Markup(rawValue: 2)
    static let underscore = Markup(rawValue: 4)
    static let link = Markup(rawValue: 8)
  }

  private init(_ units: [Markdown.Unit]) {
    self.units = units
    var ends: [Int: Int] = [:]
    var next: [Int: Int] = [:]
    var index = units.count - 1
    while index >= 0 {
      guard units[index] == .scalar("`") else {
        index -= 1
        continue
      }
      let last = index
      while index > 0, units[index - 1] == .scalar("`") { index -= 1 }
      ends[index] = next[last - index + 1]
      next[last - index + 1] = index
      index -= 1
    }
    codeEnds = ends
  }

  private func inline(_ range: Range<Int>, inside: Markup) -> [Mark] {
    var marks: [Mark] = []
    var plain: [Markdown.Unit] = []
    /// Markup that is open already, or that nothing behind closes.
    var closed = inside
    var index = range.lowerBound

    func append(_ mark: Mark) {
      if !plain.isEmpty { marks.append(.text(Markdown.pieces(of: plain))) }
      plain = []
      marks.append(mark)
    }

    while index < range.upperBound {
      let unit = units[index]
      switch unit {
      case .scalar("\\") where index + 1 < range.upperBound && isPunctuation(units[index + 1]):
        plain.append(units[index + 1])
        index += 2
        continue
      case .scalar("`"):
        let run = run(at: index, in: range)
        if let end = codeEnds[index], end + run <= range.upperBound {
          append(.code(Markdown.pieces(of: stripped(units[index + run..<end]))))
          index = end + run
          continue
        }
        plain += units[index..<index + run]
        index += run
        continue
      case .scalar("*"):
        let run = run(at: index, in: range)
        let length = run == 1 ? 1 : 2
        let kind: Markup = length == 1 ? .star : .bold
        if run <= 3, !closed.contains(kind), isFilled(index + length, in: range) {
          if let end = end(ofStars: length, from: index + length, in: range) {
            let inner = inline(index + length..<end, inside: inside.union(kind))
            append(length == 1 ? .italic(inner) : .bold(inner))
            index = end + length
            continue
          }
          closed.insert(kind)
        }
        plain += units[index..<index + run]
        index += run
        continue
      case .scalar("_")
      where !closed.contains(.underscore) && !isWord(index - 1) && isFilled(index + 1, in: range)
        && units[index + 1] != .scalar("_"):
        if let end = endOfUnderscore(from: index + 1, in: range) {
          append(.italic(inline(index + 1..<end, inside: inside.union(.underscore))))
          index = end + 1
          continue
        }
        closed.insert(.underscore)
      case .scalar("[") where !closed.contains(.link):
        if let (label, url, end) = link(at: index, in: range) {
          append(.link(inline(label, inside: inside.union(.link)), url: url))
          index = end
          continue
        }
      case .scalar(":"):
        if let (code, end) = emoji(at: index, in: range) {
          append(.emoji(code))
          index = end
          continue
        }
      default: break
      }
      plain.append(unit)
      index += 1
    }
    if !plain.isEmpty { marks.append(.text(Markdown.pieces(of: plain))) }
    return marks
  }

  /// Where the closing stars begin: behind something, and not part of other stars.
  private func end(ofStars length: Int, from start: Int, in range: Range<Int>) -> Int? {
    var index = start
    while index < range.upperBound {
      if units[index] == .scalar("*") {
        let run = run(at: index, in: range)
        if index > start, !isSpace(index - 1) {
          if run == length { return index }
          if run == 3 { return index + 3 - length }
        }
        index += run
      } else {
        index = skip(index, in: range)
      }
    }
    return nil
  }

  private func endOfUnderscore(from start: Int, in range: Range<Int>) -> Int? {
    var index = start
    while index < range.upperBound {
      let isEnd = units[index] == .scalar("_") && index > start && !isSpace(index - 1) && !isWord(index + 1)
      if isEnd, units[index - 1] != .scalar("_") { return index }
      index = skip(index, in: range)
    }
    return nil
  }

  /// `[label](address)`. The address holds no blanks; brackets in it come in pairs. A written scheme must be an allowed one.
  private func link(at start: Int, in range: Range<Int>) -> (label: Range<Int>, url: [Piece], end: Int)? {
    var index = start + 1
    while index < range.upperBound, units[index] != .scalar("]") {
      if units[index] == .scalar("[") { return nil }
      index = skip(index, in: range)
    }
    guard index + 1 < range.upperBound, units[index + 1] == .scalar("(") else { return nil }
    let label = start + 1..<index
    var url: [Markdown.Unit] = []
    var depth = 0
    index += 2
    while index < range.upperBound, url.count < 4_096 {
      switch units[index] {
      case .scalar(")") where depth == 0:
        let pieces = Markdown.pieces(of: url)
        switch pieces.first {
        case .slot: return (label, pieces, index + 1)
        case .text:
          let whole = pieces.filter { $0 != .cut }
          return Address.make(whole, value: { _ in "x" }) == nil ? nil : (label, pieces, index + 1)
        case .cut, nil: return nil
        }
      // So few that a row of unclosed links is not read to its end for each of them.
      case .scalar("("):
        if depth == 8 { return nil }
        depth += 1
      case .scalar(")"): depth -= 1
      default: if isSpace(index) { return nil }
      }
      url.append(units[index])
      index += 1
    }
    return nil
  }

  /// `:shortcode:`, not inside a word, and with a letter unless it is a known code: `12:30:45` has none.
  private func emoji(at start: Int, in range: Range<Int>) -> (code: String, end: Int)? {
    if start > 0, case .scalar(let before) = units[start - 1], before.properties.isAlphabetic || before.properties.numericType != nil {
      return nil
    }
    var code = String.UnicodeScalarView()
    var index = start + 1
    while index < range.upperBound, case .scalar(let scalar) = units[index], code.count <= 64 {
      switch scalar {
      case "a"..."z", "0"..."9", "_", "-", "+": code.append(scalar)
      case ":":
        let code = String(code)
        let isKnown = code.utf8.contains { (0x61...0x7A).contains($0) } || Emoji.unicode(for: code) != nil
        return isKnown ? (code, index + 1) : nil
      default: return nil
      }
      index += 1
    }
    return nil
  }

  /// Behind the unit at `index`, taking code and escaped signs whole.
  private func skip(_ index: Int, in range: Range<Int>) -> Int {
    if units[index] == .scalar("\\"), index + 1 < range.upperBound, isPunctuation(units[index + 1]) { return index + 2 }
    guard units[index] == .scalar("`") else { return index + 1 }
    let run = run(at: index, in: range)
    if let end = codeEnds[index], end + run <= range.upperBound { return end + run }
    return index + run
  }

  private func run(at start: Int, in range: Range<Int>) -> Int {
    var end = start + 1
    while end < range.upperBound, units[end] == units[start] { end += 1 }
    return end - start
  }

  /// One blank on each side lets code begin or end with a backtick.
  private func stripped(_ code: ArraySlice<Markdown.Unit>) -> ArraySlice<Markdown.Unit> {
    guard code.count > 2, code.first == .scalar(" "), code.last == .scalar(" "), !code.allSatisfy(Markdown.isBlank) else { return code }
    return code.dropFirst().dropLast()
  }

  private func isFilled(_ index: Int, in range: Range<Int>) -> Bool { index < range.upperBound && !isSpace(index) }

  private func isSpace(_ index: Int) -> Bool {
    if case .scalar(let scalar) = units[index] { scalar.properties.isWhitespace } else { false }
  }

  /// A letter, a digit, an underscore or a value: underscores beside them belong to a name.
  private func isWord(_ index: Int) -> Bool {
    guard units.indices.contains(index) else { return false }
    guard case .scalar(let scalar) = units[index] else { return true }
    return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private func isPunctuation(_ unit: Markdown.Unit) -> Bool {
    guard case .scalar(let scalar) = unit else { return false }
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    default: return false
    }
  }
}
