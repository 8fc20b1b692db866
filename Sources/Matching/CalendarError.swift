/// Why a calendar cannot be used.
public struct CalendarError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which key of the calendar is wrong: `days`, `hours`, `holidays` or `zone`.
  public let key: String
  /// One sentence without a full stop at its end.
  public let description: String
  /// What to do about it.
  public let hint: String?

  init(key: String, _ description: String, hint: String? = nil) {
    self.key = key
    self.description = description
    self.hint = hint
  }
}
