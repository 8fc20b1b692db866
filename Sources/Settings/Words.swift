import Bellhop

/// Hints that name what could have been meant.
enum Words {
  /// `did you mean "x"?` with the allowed words behind it, or these alone.
  static func hint(_ word: String, among allowed: [String], called name: String) -> String {
    guard !allowed.isEmpty else { return "there are no \(name) yet" }
    let rest = name == "kinds" ? "; `bellhop transports` lists them all" : ""
    let shown = allowed.count > 24 ? allowed.prefix(24).joined(separator: ", ") + ", …\(rest)" : allowed.joined(separator: ", ")
    guard let near = word.nearest(among: allowed) else { return "\(name): \(shown)" }
    return "did you mean \"\(near)\"? \(name): \(shown)"
  }

  /// Words of a sentence: `a, b or c`.
  static func or(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
