import Bellhop

/// What a bell can say of a message: how it rings.
struct Printer {
  /// The phases, or nil for a message that makes no sound.
  static func phases(_ message: Message, _ pattern: RingPattern) -> [Int]? {
    switch message.alert {
    case .loud: pattern.twice
    case .normal: pattern.milliseconds
    case .quiet: nil
    }
  }

  /// For the history: `rang 80ms`, `rang 80ms, 300ms off, 80ms`.
  static func note(_ phases: [Int]) -> String {
    "rang " + phases.enumerated().map { $0.offset.isMultiple(of: 2) ? "\($0.element)ms" : "\($0.element)ms off" }.joined(separator: ", ")
  }
}
