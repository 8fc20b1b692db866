import Bellhop

/// The characters of one line, and what all vendors' markups have in common.
struct MarkupScan {
  let scalars: [Unicode.Scalar]
  /// See ``OutsideText/steps``.
  private(set) var steps = 0
  /// Where the word ends in which an address was looked for last.
  private var wordEnd = 0
  /// From the start of a run of backticks to the next run of the same length.
  private let codeEnds: [Int: Int]

  init(_ line: some Sequence<Unicode.Scalar>) {
    scalars = Array(line)
    codeEnds = Self.codeEnds(scalars)
    steps = scalars.count
  }

  private static func codeEnds(_ scalars: [Unicode.Scalar]) -> [Int: Int] {
    var ends: [Int: Int] = [:]
    var next: [Int: Int] = [:]
    var index = scalars.count - 1
    while index >= 0 {
      guard scalars[index] == "`" else {
        index -= 1
        continue
      }
      let last = index
      while index > 0, scalars[index - 1] == "`" { index -= 1 }
      ends[index] = next[last - index + 1]
      next[last - index + 1] = index
      index -= 1
    }
    return ends
  }

  mutating func spend(_ count: Int) { steps += count }

  // MARK: What a character is

  /// A letter or a digit. Beyond the line there is none.
  func isWord(_ index: Int) -> Bool { scalars.indices.contains(index) && Self.isWord(scalars[index]) }

  /// A blank. The ends of the line count as one.
  func isSpace(_ index: Int) -> Bool { !scalars.indices.contains(index) || scalars[index].properties.isWhitespace }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80
      ? ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  // MARK: What stands at a place

  /// How often the character there follows upon itself.
  mutating func run(at start: Int, in range: Range<Int>) -> Int {
    var end = start + 1
    while end < range.upperBound, scalars[end] == scalars[start] { end += 1 }
    steps += end - start
    return end - start
  }

  /// Code that begins with the run of backticks there.
  func code(at start: Int, _ run: Int, in range: Range<Int>) -> (inside: Range<Int>, end: Int)? {
    guard let close = codeEnds[start], close + run <= range.upperBound else { return nil }
    return (start + run..<close, close + run)
  }

  /// `:shortcode:`, not inside a word, and with a letter unless it is a known code: `12:30:45` has none.
  mutating func emoji(at start: Int, in range: Range<Int>) -> (code: String, end: Int)? {
    if start > range.lowerBound, isWord(start - 1) { return nil }
    var index = start + 1
    while index < range.upperBound, index - start <= 64, scalars[index] != ":", scalars[index].value < 0x80,
      Self.isWord(scalars[index]) || scalars[index] == "_" || scalars[index] == "-" || scalars[index] == "+"
    {
      index += 1
    }
    steps += index - start
    guard index < range.upperBound, scalars[index] == ":" else { return nil }
    let code = string(start + 1..<index)
    guard Emoji.isCode(code), code.utf8.contains(where: { $0 >= 0x61 }) || Emoji.unicode(for: code) != nil else { return nil }
    return (code, index + 1)
  }

  /// The end of an address of the web that begins there, not inside a word.
  mutating func address(at start: Int, in range: Range<Int>) -> Int? {
    guard start == range.lowerBound || !isWord(start - 1) else { return nil }
    guard let scheme = ["https://", "http://"].first(where: { spells($0, at: start, in: range) }) else { return nil }
    let host = start + scheme.utf8.count
    // Many addresses can begin in one word: its end is looked for once.
    if host >= wordEnd {
      wordEnd = host
      while wordEnd < scalars.count, !scalars[wordEnd].properties.isWhitespace, !Self.isSentinel(scalars[wordEnd]) { wordEnd += 1 }
      steps += wordEnd - host
    }
    guard let end = Text.endOfAddress(host, in: scalars[..<min(wordEnd, range.upperBound)]) else {
      // Signs only, in which no other address begins.
      steps += scalars[host..<min(wordEnd, range.upperBound)].prefix { !Self.isWord($0) }.count
      return nil
    }
    steps += 2 * (end - host)
    return end
  }

  /// The characters there are these, small letters and signs of ASCII, whatever their own case.
  func spells(_ word: String, at start: Int, in range: Range<Int>) -> Bool {
    var index = start
    for scalar in word.unicodeScalars {
      guard index < range.upperBound else { return false }
      let here = scalars[index]
      guard here == scalar || ("A"..."Z").contains(here) && here.value | 0x20 == scalar.value else { return false }
      index += 1
    }
    return true
  }

  func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  // MARK: Lines

  /// Stands for a bracket of the vendor's own; see ``SlackMarkup/open``.
  static func isSentinel(_ scalar: Unicode.Scalar) -> Bool { scalar == SlackMarkup.open || scalar == SlackMarkup.close }

  /// A text from outside with line feeds for CRLF, and without control characters that are neither a break nor a tab.
  static func clean(_ text: String) -> [Unicode.Scalar] {
    var out: [Unicode.Scalar] = []
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A where out.last == "\r": out[out.count - 1] = "\n"
      case 0..<0x09, 0x0E..<0x20, 0x7F: break
      default: out.append(scalar)
      }
    }
    return out
  }

  /// Lines without their breaks, which are those of Swift's `Character.isNewline`, so that a text node holds none of them.
  static func lines(_ scalars: ArraySlice<Unicode.Scalar>) -> [ArraySlice<Unicode.Scalar>] {
    scalars.split(omittingEmptySubsequences: false) { scalar in
      switch scalar.value {
      case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
      default: false
      }
    }
  }

  /// What stands behind a bullet and blanks; nil where the line is no item.
  static func item(_ line: ArraySlice<Unicode.Scalar>, bullets: String) -> ArraySlice<Unicode.Scalar>? {
    let body = line.drop(while: isBlank)
    guard let first = body.first, bullets.unicodeScalars.contains(first) else { return nil }
    let rest = body.dropFirst()
    // A round bullet is never anything else; a hyphen needs a blank.
    guard first == "•" || rest.first.map(isBlank) == true else { return nil }
    let words = rest.drop(while: isBlank)
    return words.isEmpty ? nil : words
  }
}
