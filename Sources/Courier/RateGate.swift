import Bellhop

/// Spreads attempts evenly: the generic cell rate algorithm with next to no burst. https://www.itu.int/rec/T-REC-I.371
struct RateGate: Sendable, Hashable {
  /// What a late timer may catch up: more would be a burst.
  static let slack = Duration.milliseconds(20)

  /// No attempt before this, in ticks.
  private(set) var next = Duration.zero

  /// Counts one attempt.
  mutating func take(_ rate: Rate?, at ticks: Duration) {
    guard let spacing = rate?.spacing else { return }
    next = max(next, ticks - min(spacing, Self.slack)) + spacing
  }
}
