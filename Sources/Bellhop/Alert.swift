/// How loud a message arrives. Each transport maps it to what its vendor really has.
public enum Alert: Int, Sendable, Comparable, CaseIterable {
  /// Bold, no ding.
  case quiet
  /// The vendor's usual notification.
  case normal
  /// The phone rings, the channel is pinged.
  case loud

  /// The word used in YAML, JSON and the history.
  public var word: String {
    switch self {
    case .quiet: "quiet"
    case .normal: "normal"
    case .loud: "loud"
    }
  }

  /// The alert of that word, or nil.
  public init?(word: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }

  /// Quieter is less.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
