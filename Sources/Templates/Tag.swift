/// What a template's source consists of.
enum Tag: Sendable, Hashable {
  case text(String)
  case variable(Name, offset: Int)
  case open(Name, inverted: Bool, offset: Int)
  case close(Name)
  case comment

  /// A name between braces, split at its dots.
  struct Name: Sendable, Hashable {
    var written: String
    /// Empty for `.`, the current item, and for a position in a list.
    var segments: [String]
    /// `.name` looks in the current item only.
    var isRelative: Bool
    /// `first()` or `last()`: where in a list the current item stands.
    var isPosition: Bool { written.hasSuffix("()") }
  }
}
