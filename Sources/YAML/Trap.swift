/// Values that people write without quotes and that mean something else to YAML. The parser complains about them in ways,
/// and often in places, that say little; what stands in the lines says more.
enum Trap {
  static func find(in lines: TextLines, from start: Position, to end: Position, problem: String) -> Flaw? {
    let here = lines.rest(from: end)
    if problem.contains("tab character") || here.hasPrefix("\t") {
      return Flaw(at: end, "a tab stands where YAML allows only spaces", hint: "indent with spaces")
    }
    if let blank = oddBlank(in: lines, from: start, to: end) { return blank }
    if problem == "did not find expected alphabetic or numeric character" {
      let value = quotable(lines.rest(from: start))
      let what = value.hasPrefix("*") ? "a `*` without quotes is an alias in YAML" : "a `&` without quotes is an anchor in YAML"
      return Flaw(at: start, what, hint: "quote it: \"\(value)\"")
    }
    if problem == "did not find expected comment or line break" {
      // As a key (`>=: 5`) it has a colon behind it, which belongs outside.
      let value = quotable(lines.rest(from: start), colon: false)
      return Flaw(at: start, "a `\(value.prefix(1))` without quotes begins a block of text in YAML", hint: "quote it: \"\(value)\"")
    }
    if problem == "found character that cannot start any token", let first = here.first {
      // As a key (`>=: 5`) it has a colon behind it, which belongs outside.
      let sign = first == "`" ? "a backtick" : "`\(first)`"
      return Flaw(at: end, "a value cannot start with \(sign)", hint: "quote it: \"\(quotable(here, colon: false))\"")
    }
    if problem == "mapping values are not allowed in this context", let trap = colon(in: lines, at: end) { return trap }
    return FlowTrap.find(in: lines, from: start, to: end) ?? braces(in: lines, before: end) ?? address(in: lines, at: end)
      ?? shortcode(in: lines, at: end) ?? comment(in: lines, from: start, to: end)
  }

  /// A no-break space or another blank that YAML does not know, where a line or a value begins.
  private static func oddBlank(in lines: TextLines, from start: Position, to end: Position) -> Flaw? {
    for number in start.line...max(start.line, min(end.line, start.line + 20)) {
      var before: Unicode.Scalar?
      for (index, scalar) in lines[number].unicodeScalars.enumerated() {
        let isOdd = scalar.value > 0x7F && scalar.properties.isWhitespace
        if isOdd, before.map({ ":,-{[".unicodeScalars.contains($0) }) ?? true {
          let code = String(scalar.value, radix: 16, uppercase: true)
          let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
          return Flaw(
            at: Position(line: number, column: index + 1), "the character \(name) is no blank to YAML", hint: "type a blank in its place")
        }
        if scalar != " " { before = scalar }
      }
    }
    return nil
  }

  /// `text: {{subject}} registered`: the braces open two mappings, and the words behind them fit nowhere.
  private static func braces(in lines: TextLines, before end: Position) -> Flaw? {
    let line = Array(lines[end.line].unicodeScalars)
    guard let at = opening(in: line, "{{") else { return nil }
    return Flaw(
      at: Position(line: end.line, column: at + 1), "`{{` without quotes opens two mappings in YAML",
      hint: "quote the whole value: \"\(quotable(text(line[at...]), words: true))\"")
  }

  /// `text: Error: disk full`: the second colon makes a key too.
  private static func colon(in lines: TextLines, at end: Position) -> Flaw? {
    let line = Array(lines[end.line].unicodeScalars)
    guard let first = line.firstIndex(of: ":"), first + 1 < min(end.column - 1, line.count), line[first + 1] == " " else { return nil }
    let start = line[(first + 1)...].firstIndex { $0 != " " } ?? first
    let value = text(line[start...])
    guard let letter = value.first, !"{[\"'|>&*!#".contains(letter), !value.hasSuffix(":"), value.contains(": ") else { return nil }
    return Flaw(
      at: Position(line: end.line, column: start + 1), "a `:` and a blank make a key of what stands before them",
      hint: "quote the whole value: \"\(quotable(value, words: true))\"")
  }

  /// `listen: [::1]:8484`: the brackets make a list of it.
  private static func address(in lines: TextLines, at end: Position) -> Flaw? {
    let line = Array(lines[end.line].unicodeScalars)
    guard let at = opening(in: line, "["), let close = line[at...].firstIndex(of: "]"), close + 1 < line.count, line[close + 1] == ":"
    else {
      return nil
    }
    let value = text(line[at...close]) + quotable(text(line[(close + 1)...]))
    return Flaw(
      at: Position(line: end.line, column: at + 1), "`[` without quotes begins a list in YAML", hint: "quote it: \"\(value)\"")
  }

  /// `icon: :bell:`: the last colon makes a key of it.
  private static func shortcode(in lines: TextLines, at end: Position) -> Flaw? {
    let line = Array(lines[end.line].unicodeScalars)
    guard let at = opening(in: line, ":") else { return nil }
    let value = quotable(text(line[at...]))
    guard value.count > 2, value.hasSuffix(":") else { return nil }
    return Flaw(at: Position(line: end.line, column: at + 1), "a value between colons is a key to YAML", hint: "quote it: \"\(value)\"")
  }

  /// `{ channel: #ops }`: everything behind the `#` is a comment, the closing brace too.
  private static func comment(in lines: TextLines, from start: Position, to end: Position) -> Flaw? {
    for number in start.line...max(start.line, min(end.line, start.line + 20)) {
      let line = Array(lines[number].unicodeScalars)
      guard let at = opening(in: line, "#"), at + 1 < line.count, line[at + 1] != " " else { continue }
      let value = quotable(text(line[at...]))
      return Flaw(
        at: Position(line: number, column: at + 1), "`\(value)` without quotes is a comment in YAML", hint: "quote it: \"\(value)\"")
    }
    return nil
  }

  /// Where a value, behind `: `, `[`, `, ` or `- `, opens with these characters.
  private static func opening(in line: [Unicode.Scalar], _ characters: String) -> Int? {
    let wanted = Array(characters.unicodeScalars)
    var before: Unicode.Scalar?
    var gap = false
    for index in line.indices {
      let starts = (before == "[") || (gap && (before == ":" || before == "," || before == "-"))
      if starts, line[index...].starts(with: wanted) { return index }
      if line[index] == " " {
        gap = true
      } else {
        before = line[index]
        gap = false
      }
    }
    return nil
  }

  /// The value as far as it should stand between quotes: to the next blank, comma or closing bracket, or all `words` to the line's end.
  static func quotable(_ rest: String, words: Bool = false, colon: Bool = true) -> String {
    if words {
      let text = String(rest.reversed().drop { $0.isWhitespace }.reversed())
      return text.unicodeScalars.map { $0 == "\"" ? "\\\"" : "\($0)" }.joined()
    }
    let value = rest.prefix { !$0.isWhitespace && !",]}\"".contains($0) }
    return String(!colon && value.hasSuffix(":") ? value.dropLast() : value)
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }
}
