/// Why a regular expression cannot be used.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence without a full stop at its end.
  public let description: String
  /// What to do about it.
  public let hint: String?
  /// Where in the source, in Unicode scalars from its start.
  public let offset: Int?

  init(_ description: String, hint: String? = nil, offset: Int? = nil) {
    self.description = description
    self.hint = hint
    self.offset = offset
  }
}
