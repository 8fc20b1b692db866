/// A piece of a file with an event a line, small enough for one batch.
struct LinePiece: Hashable {
  /// Of its first line in the file, from 1.
  var first: Int
  /// The numbers of the lines that hold something: event 0, 1, 2 …
  var numbers: [Int] = []
  var bytes: [UInt8] = []

  var last: Int { numbers.last ?? first }

  /// The file's line of an event, told by its index or by its line within the piece.
  func place(index: Int?, line: Int?) -> String? {
    if let line { return "line \(first + line - 1)" }
    guard let index, numbers.indices.contains(index) else { return nil }
    return "line \(numbers[index])"
  }

  /// Pieces of at most so many events and bytes; a single line above that is a piece of its own, for the gateway to refuse.
  static func pieces(of file: [UInt8], events: Int = 1_000, bytes: Int = 8 << 20) -> [LinePiece] {
    var pieces: [LinePiece] = []
    var piece = LinePiece(first: 1)
    for (index, line) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      if !isBlank, !piece.numbers.isEmpty, piece.numbers.count == events || piece.bytes.count + line.count >= bytes {
        pieces.append(piece)
        piece = LinePiece(first: index + 1)
      }
      if !isBlank { piece.numbers.append(index + 1) }
      piece.bytes += line
      piece.bytes.append(UInt8(ascii: "\n"))
    }
    if !piece.numbers.isEmpty { pieces.append(piece) }
    return pieces
  }
}
