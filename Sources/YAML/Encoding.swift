/// What no YAML text may hold, looked for first so that its place can be told exactly. https://yaml.org/spec/1.2.2/#51-character-set
enum Encoding {
  static func flaw(in bytes: [UInt8], limit: Int) -> Flaw? {
    if bytes.count > limit {
      return Flaw(at: Position(line: 1, column: 1), "the file has \(bytes.count) bytes, more than the \(limit) that are read")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return Flaw(at: Position(line: 1, column: 1), "the file is UTF-16", hint: "save it as UTF-8")
    }
    var decoder = UTF8()
    var input = bytes.makeIterator()
    var mark = Position(line: 1, column: 1)
    var first = true
    while true {
      switch decoder.decode(&input) {
      case .emptyInput: return nil
      case .error: return Flaw(at: mark, "a byte here is not UTF-8", hint: "save the file as UTF-8")
      case .scalarValue(let scalar):
        if scalar == "\u{FEFF}" && first {
          // A byte order mark has no column.
        } else if !isAllowed(scalar.value) {
          let code = String(scalar.value, radix: 16, uppercase: true)
          let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
          return Flaw(
            at: mark, "the character \(name) is not allowed in YAML", hint: "remove it, or write it as an escape in double quotes")
        } else if scalar == "\n" {
          mark = Position(line: mark.line + 1, column: 1)
        } else {
          mark.column += 1
        }
        first = false
      }
    }
  }

  /// The bytes behind a byte order mark, which some editors of Windows write: https://yaml.org/spec/1.2.2/#52-character-encodings
  static func unmarked(_ bytes: [UInt8]) -> [UInt8] { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes }

  private static func isAllowed(_ code: UInt32) -> Bool {
    switch code {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: code != 0xFEFF
    default: false
    }
  }
}
