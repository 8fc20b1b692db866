/// What became of a delivery.
public enum DeliveryState: Int, Sendable, CaseIterable {
  /// Queued, or to be tried again.
  case waiting
  case delivered
  /// Told by another delivery, or too old to be worth telling.
  case folded
  /// Held back by a silence.
  case silenced
  /// Sent without an answer, and not sent again.
  case unclear
  /// Could not be delivered; can be retried by hand.
  case dead
  /// Held back by a window of a noise rule, which will let it go or tell it with others.
  case held

  /// The word used in the history, the API and metrics.
  public var word: String {
    switch self {
    case .waiting: "waiting"
    case .delivered: "delivered"
    case .folded: "folded"
    case .silenced: "silenced"
    case .unclear: "unclear"
    case .dead: "dead"
    case .held: "held"
    }
  }

  /// The state of that word, or nil. Words are lower case.
  public init?(word: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}
