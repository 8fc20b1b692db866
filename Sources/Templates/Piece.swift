/// Text with the places of its values left open.
enum Piece: Sendable, Hashable {
  case text(String)
  /// The value of that number.
  case slot(Int)
  /// There would be more: people see "…", and nothing behind it.
  case cut
}

extension Program {
  /// Its text and the places of its values, in the order of the source.
  var pieces: [Piece] {
    steps.compactMap { step in
      switch step {
      case .text(let text): .text(text)
      case .value(_, _, let slot): .slot(slot)
      case .section, .inverted, .end: nil
      }
    }
  }
}
