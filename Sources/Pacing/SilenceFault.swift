import Matching

/// Why a silence is not made or changed.
public struct SilenceFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is in the way.
  public enum Kind: Sendable, Hashable {
    /// There is none of that number.
    case unknown
    /// It cannot be done as things are.
    case conflict
    /// What was asked is wrong.
    case wrong
  }

  /// What is in the way.
  public var kind: Kind
  /// One line.
  public var description: String
  /// Which part of the wish is wrong: `filter`, `until` …
  public var field: String?
  /// Where in the filter, in Unicode scalars.
  public var offset: Int?
  /// The filter, and below it a mark under the place.
  public var caret: String?

  /// A fault that is not about a place in a filter.
  public init(_ kind: Kind, _ description: String, field: String? = nil) {
    self.kind = kind
    self.description = description
    self.field = field
  }

  /// A mistake in a filter.
  init(_ mistake: FilterMistake, in filter: String) {
    self.init(.wrong, mistake.description + (mistake.hint.map { "; \($0)" } ?? ""), field: "filter")
    offset = mistake.offset
    caret = mistake.caret(in: filter)
  }
}
