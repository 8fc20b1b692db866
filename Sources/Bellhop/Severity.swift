/// How bad what happened is, in the sender's eyes. It never sets the ``Alert``: a row does.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
  case debug, info, notice, warning, error, critical

  /// The word used in YAML, JSON and the history.
  public var word: String { String(describing: self) }

  /// The severity of that word, or nil. Words are lower case.
  public init?(word: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
