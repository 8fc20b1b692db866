import Bellhop
import Foundation

/// Hours of the week in a time zone: `mon-fri 09:00-18:00 America/Denver`. What counts is what clocks on the wall show there:
/// an hour that is skipped in spring does not happen, one that is repeated in autumn counts twice.
public struct Calendar: Sendable, Hashable {
  /// As rows name it.
  public let name: String
  /// The days on which it opens: 1 is Monday, 7 is Sunday (ISO 8601).
  public let days: Set<Int>
  /// When it opens, in minutes of the day: 0…1439.
  public let from: Int
  /// When it closes, in minutes of the day: 1…1440. Not after ``from``: on the next day.
  public let to: Int
  /// A place of the time zone database (https://www.iana.org/time-zones), `UTC` or `GMT`.
  public let zone: String
  private let clock: ZoneClock

  /// Throws for days, hours and zones that do not exist, telling the key.
  public init(name: String, days: Set<Int>, from: Int, to: Int, zone: String) throws(CalendarError) {
    guard !days.isEmpty else { throw CalendarError(key: "days", "no day is given", hint: "write mon-fri, or leave it out for all days") }
    guard days.allSatisfy({ (1...7).contains($0) }) else {
      throw CalendarError(key: "days", "a day is not between 1 (Monday) and 7 (Sunday)", hint: "write mon-fri")
    }
    guard (0...1_439).contains(from), (0...1_440).contains(to) else {
      throw CalendarError(key: "hours", "the hours are not between 00:00 and 24:00", hint: "write \"09:00-18:00\"")
    }
    guard from != to else {
      throw CalendarError(key: "hours", "it opens and closes at the same minute", hint: "write \"00:00-24:00\" for the whole day")
    }
    self.name = name
    self.days = days
    self.from = from
    self.to = to
    self.zone = zone
    clock = ZoneClock(zone: try ZoneName.zone(zone))
  }

  /// Whether clocks on the wall stand inside the hours. The minute of closing is outside.
  public func isOpen(at time: Timestamp) -> Bool {
    isOpen(local: time.seconds + Int64(clock.offset(at: time.seconds)))
  }

  /// The first moment at or after `after` at which it is open, in whole seconds unless it is `after` itself.
  public func nextOpening(after: Timestamp) -> Timestamp {
    if isOpen(at: after) { return after }
    // Rounded up: it is closed during the whole second that `after` is in, since hours begin on the minute and zones change on the second.
    var start = after.seconds + 1
    // Twice two weeks: even where a zone once skipped the only day of the week, the next one comes.
    let limit = start + 28 * Self.day
    while start < limit {
      let offset = Int64(clock.offset(at: start))
      let change = clock.change(after: start, before: start + Self.day)
      let end = change ?? start + Self.day
      if let local = firstOpen(from: start + offset, before: end + offset) { return Timestamp(seconds: local - offset) }
      start = end
    }
    return after
  }

  private static let day: Int64 = 86_400

  /// Seconds of a clock on the wall, as if it stood in UTC.
  private func isOpen(local: Int64) -> Bool {
    let (day, second) = Self.split(local)
    let minute = second / 60
    if from < to { return days.contains(Self.weekday(day)) && minute >= from && minute < to }
    return (minute >= from && days.contains(Self.weekday(day))) || (minute < to && days.contains(Self.weekday(day - 1)))
  }

  /// While the clock runs evenly, it opens only at `from`, or is open already.
  private func firstOpen(from local: Int64, before end: Int64) -> Int64? {
    if isOpen(local: local) { return local }
    var (day, _) = Self.split(local)
    while day * Self.day < end {
      let opening = day * Self.day + Int64(from) * 60
      if opening >= local, opening < end, days.contains(Self.weekday(day)) { return opening }
      day += 1
    }
    return nil
  }

  private static func split(_ local: Int64) -> (day: Int64, second: Int) {
    let day = local >= 0 ? local / Self.day : (local - (Self.day - 1)) / Self.day
    return (day, Int(local - day * Self.day))
  }

  /// 1970-01-01 was a Thursday.
  private static func weekday(_ day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) + 1 }
}
