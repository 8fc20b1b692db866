/// Rows under a heading, each column as wide as its content. Columns in which no row has anything are left out.
struct TextTable {
  var heading: [String]
  var rows: [[String]]

  init(_ heading: [String], _ rows: [[String]]) {
    self.heading = heading
    self.rows = rows
  }

  func print() throws(CommandEnd) {
    let lines = lines(width: Terminal.width)
    for (index, line) in lines.enumerated() { try Terminal.say(index == 0 && Terminal.hasColour ? "\u{1B}[1m\(line)\u{1B}[0m" : line) }
  }

  /// - Parameter width: lines are cut there; nil for no limit.
  func lines(width: Int?) -> [String] {
    let columns = heading.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let table = [heading] + rows
    let widths = columns.map { column in table.map { Self.columns(of: $0[column]) }.max() ?? 0 }
    return table.map { row in
      var line = ""
      for (column, space) in zip(columns, widths) {
        let cell = row[column]
        line += cell
        if column != columns.last { line += String(repeating: " ", count: space - Self.columns(of: cell) + 2) }
      }
      while line.last == " " { line.removeLast() }
      return width.map { Self.cut(line, to: $0) } ?? line
    }
  }

  static func cut(_ line: String, to width: Int) -> String {
    guard columns(of: line) > width else { return line }
    var out = ""
    var used = 1  // The ellipsis.
    for character in line {
      used += columns(of: character)
      if used > width { break }
      out.append(character)
    }
    return out + "…"
  }

  static func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

  /// East Asian wide characters and emoji take two columns: https://www.unicode.org/reports/tr11/
  private static func columns(of character: Character) -> Int {
    switch character.unicodeScalars.first?.value ?? 0 {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
