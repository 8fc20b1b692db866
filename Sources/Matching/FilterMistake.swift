/// Why a line is no filter.
public struct FilterMistake: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence without a full stop at its end.
  public let description: String
  /// What to do about it.
  public let hint: String?
  /// Where in the line, in Unicode scalars from its start.
  public let offset: Int
  /// How many of them it is about; 0 is the place itself.
  public let length: Int

  /// A mistake at a place, by default of one scalar.
  public init(_ description: String, hint: String? = nil, at offset: Int, length: Int = 1) {
    self.description = description
    self.hint = hint
    self.offset = offset
    self.length = length
  }

  /// The line and, below it, a mark under the place. A long line is cut around it.
  public func caret(in text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    let start = max(0, min(offset, scalars.count) - 60)
    let end = min(scalars.count, start + 120)
    var shown = String.UnicodeScalarView()
    for scalar in scalars[start..<end] {
      shown.append(scalar.properties.generalCategory == .control || scalar.properties.isWhitespace ? " " : scalar)
    }
    let before = (start > 0 ? 1 : 0) + min(offset, scalars.count) - start
    let marks = max(1, min(length, end - start - before))
    return (start > 0 ? "…" : "") + String(shown) + (end < scalars.count ? "…" : "") + "\n"
      + String(repeating: " ", count: before) + String(repeating: "^", count: marks)
  }
}
