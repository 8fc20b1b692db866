/// The text by lines, for sentences that look at what stands at a place.
struct TextLines {
  private let lines: [ArraySlice<UInt8>]

  /// Parted where libyaml counts a line: at CR, LF, both, NEL, LS and PS. https://yaml.org/spec/1.1/#id871136
  init(_ bytes: [UInt8]) {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      let length = Self.lineBreak(bytes, at: index)
      if length > 0 {
        lines.append(bytes[start..<index])
        start = index + length
      }
      index += max(length, 1)
    }
    self.lines = lines + [bytes[start...]]
  }

  /// Bytes of the line break that stands there; 0 where none does.
  private static func lineBreak(_ bytes: [UInt8], at index: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch bytes[index] {
    case 0x0A: return 1
    case 0x0D: return byte(1) == 0x0A ? 2 : 1
    case 0xC2: return byte(1) == 0x85 ? 2 : 0
    case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }

  /// The line of that number from 1; empty beyond the end.
  subscript(number: Int) -> String {
    guard number >= 1, number <= lines.count else { return "" }
    return String(decoding: lines[number - 1], as: UTF8.self)
  }

  /// What stands from a place to the end of its line.
  func rest(from mark: Position) -> String {
    String(String.UnicodeScalarView(self[mark.line].unicodeScalars.dropFirst(mark.column - 1)))
  }
}
