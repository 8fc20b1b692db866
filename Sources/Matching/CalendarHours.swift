/// A range of hours of a day: `09:00-18:00`; over midnight where it ends before it begins.
public struct CalendarHours: Sendable, Hashable {
  /// When it opens, in minutes of the day: 0…1439.
  public let from: Int
  /// When it closes, in minutes of the day: 1…1440. Not after ``from``: on the next day.
  public let to: Int

  /// Throws for hours that do not exist, and for an end that is the beginning.
  public init(from: Int, to: Int) throws(CalendarError) {
    guard (0...1_439).contains(from), (0...1_440).contains(to) else {
      throw CalendarError(key: "hours", "the hours are not between 00:00 and 24:00", hint: "write \"09:00-18:00\"")
    }
    guard from != to else {
      throw CalendarError(key: "hours", "it opens and closes at the same minute", hint: "write \"00:00-24:00\" for the whole day")
    }
    self.from = from
    self.to = to
  }

  private init() { (from, to) = (0, 1_440) }

  /// The whole day.
  public static let wholeDay = CalendarHours()
}
