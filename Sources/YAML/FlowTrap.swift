/// Values inside `{ … }` and `[ … ]` that need quotes there: `${NAME}` and `{{name}}` open braces of their own, and `: ` makes a key.
/// The parser complains at the outermost brace; this finds the value.
struct FlowTrap {
  private var scanner: Scanner
  private let end: Position
  private var open: [Character] = []

  /// - Parameters:
  ///   - start: where the parser says that the collection begins.
  ///   - end: where it gave up.
  static func find(in lines: TextLines, from start: Position, to end: Position) -> Flaw? {
    let line = lines[end.line].unicodeScalars
    let first = line.firstIndex { "{[".unicodeScalars.contains($0) }.map { line.distance(from: line.startIndex, to: $0) + 1 }
    let starts = [start] + (first.map { [Position(line: end.line, column: $0)] } ?? [])
    for start in starts where start <= end {
      guard let opener = lines.rest(from: start).first, "{[".contains(opener), !lines.rest(from: start).hasPrefix("{{") else { continue }
      var trap = FlowTrap(scanner: Scanner(lines: lines, start, last: end.line + 1), end: end)
      if let flaw = trap.search() { return flaw }
    }
    return nil
  }

  private init(scanner: Scanner, end: Position) {
    self.scanner = scanner
    self.end = end
  }

  /// Goes through keys and values until one needs quotes.
  private mutating func search() -> Flaw? {
    var isValue = false
    while let next = scanner.nextSign(), scanner.mark <= end {
      switch next {
      case "{" where !scanner.rest.hasPrefix("{{"), "[":
        open.append(next)
        isValue = next == "["
        scanner.skip(1)
      case "}", "]":
        _ = open.popLast()
        guard let outer = open.last else { return nil }
        isValue = outer == "["
        scanner.skip(1)
      case ",":
        isValue = open.last == "["
        scanner.skip(1)
      case ":":
        isValue = true
        scanner.skip(1)
      case "\"", "'": scanner.skipQuoted(next)
      case "#": return nil
      default:
        if isValue {
          let mark = scanner.mark
          let value = scanner.takeValue(isListed: open.last == "[")
          // A list may hold pairs.
          let isPair = open.last == "[" && !value.contains("{")
          if !isPair, let reason = Self.reason(value) {
            return Flaw(at: mark, reason, hint: "quote the whole value: \(Self.quoted(value))")
          }
          isValue = false
        } else {
          let mark = scanner.mark
          let key = scanner.takeKey()
          if key.isEmpty { scanner.skip(1) }
          if key.contains("[") {
            return Flaw(at: mark, "a bracket inside a key opens a list", hint: "quote the key: \(Self.quoted(key))")
          }
        }
      }
    }
    return nil
  }

  private static func reason(_ value: String) -> String? {
    if value.hasPrefix("{{") { return "`{{` without quotes opens two mappings in YAML" }
    if value.contains("${") { return "`${` without quotes opens a mapping inside `{ … }` and `[ … ]`" }
    if value.contains("{{") { return "`{{` without quotes opens two mappings in YAML" }
    if value.contains(": ") || value.hasSuffix(":") && value.count > 1 && !value.hasPrefix(":") {
      return "a `:` and a blank make a key of what stands before them"
    }
    if value.contains("[") || value.contains("{") { return "a bracket inside a value opens a list or a mapping" }
    return nil
  }

  private static func quoted(_ value: String) -> String {
    // By scalars: a quote in front of a combining mark is a quote.
    "\"\(value.unicodeScalars.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined())\""
  }

  /// The text from a place on, over line ends.
  private struct Scanner {
    let lines: TextLines
    let last: Int
    private(set) var mark: Position
    private(set) var rest: Substring

    init(lines: TextLines, _ start: Position, last: Int) {
      self.lines = lines
      self.last = last
      mark = start
      rest = lines.rest(from: start)[...]
    }

    /// The next character that is no blank and no comment.
    mutating func nextSign() -> Character? {
      while true {
        let blanks = rest.prefix { $0 == " " || $0 == "\t" }.count
        skip(blanks)
        if let first = rest.first, first != "#" { return first }
        // `#x` is a comment to YAML and mostly none to its writer: another trap looks at that.
        if rest.first == "#", rest.dropFirst().first != " " { return "#" }
        guard mark.line < last else { return nil }
        mark = Position(line: mark.line + 1, column: 1)
        rest = lines.rest(from: mark)[...]
      }
    }

    mutating func skip(_ count: Int) {
      let gone = rest.prefix(count)
      mark.column += gone.unicodeScalars.count
      rest = rest.dropFirst(gone.count)
    }

    mutating func skipQuoted(_ quote: Character) {
      skip(1)
      while let first = rest.first {
        skip(first == "\\" && quote == "\"" ? 2 : 1)
        if first == quote { return }
      }
    }

    mutating func takeKey() -> String {
      var key = ""
      // A bracket behind a blank, or at the end, is none of the key's.
      while let first = rest.first, !":,{}".contains(first), !(key.isEmpty ? false : first == "[" && key.last == " ") {
        key.append(first)
        skip(1)
      }
      return key
    }

    /// To the bracket that closes what is open, or the comma before the next pair; braces of the value's own are part of it.
    mutating func takeValue(isListed: Bool) -> String {
      var value = ""
      var depth = 0
      while let first = rest.first {
        if "{[".contains(first) { depth += 1 }
        if "}]".contains(first) {
          if depth == 0 { break }
          depth -= 1
        }
        if first == ",", depth == 0, isListed || Self.beginsPair(rest.dropFirst()) { break }
        if first == "#", value.last == " " { break }
        value.append(first)
        skip(1)
      }
      return String(value.reversed().drop { $0 == " " }.reversed())
    }

    private static func beginsPair(_ rest: Substring) -> Bool {
      let key = rest.drop { $0 == " " }.prefix { !" :,{}[]".contains($0) }
      return rest.allSatisfy { $0 == " " } || (!key.isEmpty && rest[key.endIndex...].hasPrefix(":"))
    }
  }
}
