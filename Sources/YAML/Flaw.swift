/// What makes a text no YAML, or YAML that is not taken: a place, a sentence and, mostly, what to do.
public struct Flaw: Error, Sendable, Hashable {
  /// Where it shows.
  public var mark: Position
  /// What is wrong, without a full stop.
  public var problem: String
  /// What to do about it.
  public var hint: String?

  /// A flaw at that place.
  public init(at mark: Position, _ problem: String, hint: String? = nil) {
    self.mark = mark
    self.problem = problem
    self.hint = hint
  }
}
