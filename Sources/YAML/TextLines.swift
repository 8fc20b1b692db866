/// The text by lines, for sentences that look at what stands at a place.
struct TextLines {
  private let lines: [ArraySlice<UInt8>]

  init(_ bytes: [UInt8]) {
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// The line of that number from 1; empty beyond the end.
  subscript(number: Int) -> String {
    guard number >= 1, number <= lines.count else { return "" }
    var line = lines[number - 1]
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// What stands from a place to the end of its line.
  func rest(from mark: Position) -> String {
    String(String.UnicodeScalarView(self[mark.line].unicodeScalars.dropFirst(mark.column - 1)))
  }
}
