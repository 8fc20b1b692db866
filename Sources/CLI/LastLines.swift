/// The end of what a job prints: a few lines of it, and no more memory than a few of them take, whatever comes.
struct LastLines: Sendable {
  /// Lines that are shown; 0 for none.
  let lines: Int
  /// How much of the end is kept.
  static let limit = 8_192
  private var kept: [UInt8] = []
  /// All bytes so far.
  private(set) var total = 0

  init(_ lines: Int) { self.lines = lines }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    total += bytes.count
    guard lines > 0 else { return }
    kept += bytes.suffix(Self.limit)
    // Seldom, so that a byte is moved once or twice.
    if kept.count > 4 * Self.limit { kept.removeFirst(kept.count - Self.limit) }
  }

  /// For people: of a line that was written over (`\r`) what stands there in the end, and nothing that steers a terminal.
  var text: String {
    guard lines > 0 else { return "" }
    var end = kept.suffix(Self.limit)
    let isCut = end.count < total
    // A character that was cut in two is left out. https://www.rfc-editor.org/rfc/rfc3629#section-3
    if isCut { end = end.drop { $0 & 0xC0 == 0x80 } }
    let all = String(decoding: end, as: UTF8.self).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    var shown = all.map { Output.printable(Self.plain(Self.lastWriting(of: $0))) }
    while shown.last?.isEmpty == true { shown.removeLast() }
    if isCut, shown.count <= lines, let first = shown.first { shown[0] = "…" + first }
    return shown.suffix(lines).joined(separator: "\n")
  }

  private static func lastWriting(of line: Substring) -> Substring {
    var line = line
    while line.last == "\r" { line = line.dropLast() }
    return line.lastIndex(of: "\r").map { line[line.index(after: $0)...] } ?? line
  }

  /// Without colours and their like. https://ecma-international.org/publications-and-standards/standards/ecma-48/
  private static func plain(_ line: Substring) -> String {
    var out = String.UnicodeScalarView()
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1B}" else {
        out.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "[": rest = rest.drop { !("@"..."~").contains($0) }.dropFirst()
      // A title or a link: up to BEL or ESC \.
      case "]":
        rest = rest.drop { $0 != "\u{07}" && $0 != "\u{1B}" }
        rest = rest.first == "\u{1B}" ? rest.dropFirst(2) : rest.dropFirst()
      // Three characters where an intermediate one follows, else two.
      case (" "..."/")?: rest = rest.dropFirst()
      default: break
      }
    }
    return String(out)
  }
}
