extension Duration {
  /// In the largest unit that leaves two digits or so: `40 s`, `12 min`, `3 h`, `2 d`.
  package var rough: String {
    let seconds = max(0, Int(microseconds / 1_000_000))
    return switch seconds {
    case ..<90: "\(seconds) s"
    case ..<5_400: "\((seconds + 30) / 60) min"
    case ..<129_600: "\((seconds + 1_800) / 3_600) h"
    default: "\((seconds + 43_200) / 86_400) d"
    }
  }
}
