/// Why a schedule cannot be used.
public struct CronError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where in the text, in Unicode scalars from its start; nil where it is the zone that is wrong.
  public let offset: Int?
  /// One sentence without a full stop at its end.
  public let description: String
  /// What to do about it.
  public let hint: String?

  init(_ description: String, hint: String? = nil, offset: Int?) {
    self.offset = offset
    self.description = description
    self.hint = hint
  }
}
