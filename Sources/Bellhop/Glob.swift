/// A pattern over words with dots or slashes between them: `*` stands for any characters of one segment, `**` for any characters at all.
/// Compiled once; matching is linear in the text for patterns without `**` and bounded by pattern times text otherwise.
public struct Glob: Sendable, Hashable, CustomStringConvertible {
  /// As it was written.
  public let pattern: String
  private let pieces: [GlobPiece]

  private enum GlobPiece: Sendable, Hashable {
    case byte(UInt8)
    case segment
    case any
  }

  /// Any text is a pattern: what is no star stands for itself.
  public init(_ pattern: String) {
    self.pattern = pattern
    var pieces: [GlobPiece] = []
    for byte in pattern.utf8 {
      guard byte == UInt8(ascii: "*") else {
        pieces.append(.byte(byte))
        continue
      }
      if pieces.last == .segment {
        pieces[pieces.count - 1] = .any
      } else if pieces.last != .any {
        pieces.append(.segment)
      }
    }
    self.pieces = pieces
  }

  private init(pattern: String, pieces: [GlobPiece]) {
    self.pattern = pattern
    self.pieces = pieces
  }

  /// A pattern that only this text matches: its stars stand for themselves.
  package static func exactly(_ text: String) -> Glob { Glob(pattern: text, pieces: text.utf8.map(GlobPiece.byte)) }

  /// Holds no star: equal text is all it matches.
  public var isLiteral: Bool { !pieces.contains { $0 == .segment || $0 == .any } }

  /// The pattern as it was written.
  public var description: String { pattern }

  /// Where `*` stops.
  private enum Segments {
    /// At `.`, as in types: `user.*`.
    case dotted
    /// At `/`, as in paths and topics: `shops/*`.
    case slashed
    /// At both.
    case either

    func end(at byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "."): self != .slashed
      case UInt8(ascii: "/"): self != .dotted
      default: false
      }
    }
  }

  /// Whether a value from an event may stand in a target's field, where the pattern is one of its `only`. In `path` and `topic` a star
  /// stops at a slash; elsewhere at dots and slashes alike, as nobody knows what a slash leads to there.
  package func allows(_ value: String, in field: String) -> Bool {
    matches(value, ["path", "topic"].contains(field) ? .slashed : .either)
  }

  /// Whether the pattern covers the whole text. Bytes are compared, so case counts.
  public func matches(_ text: String) -> Bool { matches(text, .dotted) }

  private func matches(_ text: String, _ segments: Segments) -> Bool {
    if isLiteral { return text == pattern }
    let bytes = Array(text.utf8)
    // Which positions of the text the pieces so far can end at: no backtracking, so no hostile text is slow.
    var reached = [Bool](repeating: false, count: bytes.count + 1)
    reached[0] = true
    for piece in pieces {
      var next = [Bool](repeating: false, count: bytes.count + 1)
      switch piece {
      case .byte(let byte):
        for index in bytes.indices where reached[index] && bytes[index] == byte { next[index + 1] = true }
      case .segment, .any:
        var open = false
        for index in 0...bytes.count {
          if reached[index] { open = true }
          if open { next[index] = true }
          if piece == .segment, index < bytes.count, segments.end(at: bytes[index]) { open = false }
        }
      }
      reached = next
    }
    return reached[bytes.count]
  }
}
