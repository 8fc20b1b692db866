import Bellhop

/// Words for words: the first pattern that fits gives its word. `*` stands for anything, and case does not count.
struct WordMap: Sendable {
  private let entries: [(pattern: Glob, word: String)]

  init(_ entries: [Value.Entry]?) {
    self.entries = (entries ?? []).compactMap { entry in
      guard case .string(let word) = entry.value else { return nil }
      return (Self.pattern(entry.key), word)
    }
  }

  static func pattern(_ key: String) -> Glob { Glob(key.lowercased().replacing("*", with: "**")) }

  /// Nil where no pattern fits. What is long is no word.
  func word(for text: String) -> String? {
    guard !entries.isEmpty, text.utf8.count <= 512 else { return nil }
    let folded = text.lowercased()
    return entries.first { $0.pattern.matches(folded) }?.word
  }
}
