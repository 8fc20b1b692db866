import Bellhop
import Foundation

/// Hours of the week in a time zone, but for holidays: `mon-fri 09:00-18:00 America/Denver`. What counts is what clocks on the wall show there:
/// an hour that is skipped in spring does not happen, one that is repeated in autumn counts twice.
public struct Calendar: Sendable, Hashable {
  /// As rows name it.
  public let name: String
  /// The days on which it opens: 1 is Monday, 7 is Sunday (ISO 8601).
  public let days: Set<Int>
  /// When it is open on such a day: any of them.
  public let hours: [CalendarHours]
  /// The days on which it does not open, whatever day of the week they are. What is open over midnight belongs to the day that it began on.
  public let holidays: Set<CalendarDate>
  /// A place of the time zone database (https://www.iana.org/time-zones), `UTC` or `GMT`.
  public let zone: String
  private let clock: ZoneClock

  /// Throws for days, hours and zones that do not exist, telling the key.
  public init(
    name: String, days: Set<Int>, hours: [CalendarHours], holidays: Set<CalendarDate> = [], zone: String
  ) throws(CalendarError) {
    guard !days.isEmpty else { throw CalendarError(key: "days", "no day is given", hint: "write mon-fri, or leave it out for all days") }
    guard days.allSatisfy({ (1...7).contains($0) }) else {
      throw CalendarError(key: "days", "a day is not between 1 (Monday) and 7 (Sunday)", hint: "write mon-fri")
    }
    guard !hours.isEmpty else { throw CalendarError(key: "hours", "no hours are given", hint: "write \"09:00-18:00\"") }
    self.name = name
    self.days = days
    self.hours = hours
    self.holidays = holidays
    self.zone = zone
    clock = ZoneClock(zone: try ZoneName.zone(zone))
  }

  /// The same hours on each day, and no holidays.
  public init(name: String, days: Set<Int>, from: Int, to: Int, zone: String) throws(CalendarError) {
    try self.init(name: name, days: days, hours: [try CalendarHours(from: from, to: to)], zone: zone)
  }

  /// Whether clocks on the wall stand inside the hours. The minute of closing is outside.
  public func isOpen(at time: Timestamp) -> Bool {
    isOpen(local: time.seconds + Int64(clock.offset(at: time.seconds)))
  }

  /// The first moment at or after `after` at which it is open, in whole seconds unless it is `after` itself. Where holidays keep it closed for
  /// three years: `after`, as nothing is to wait for ever.
  public func nextOpening(after: Timestamp) -> Timestamp {
    if isOpen(at: after) { return after }
    // Rounded up: it is closed during the whole second that `after` is in, since hours begin on the minute and zones change on the second.
    var start = after.seconds + 1
    let limit = start + 3 * 366 * Self.day
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

  /// Whether its hours begin on a day, counted from 1970.
  private func opens(on day: Int64) -> Bool {
    guard days.contains(day.weekday) else { return false }
    if holidays.isEmpty { return true }
    let civil = Timestamp(seconds: day * Self.day).civil
    return !holidays.contains(CalendarDate(unchecked: civil.year, civil.month, civil.day))
      && !holidays.contains(CalendarDate(unchecked: nil, civil.month, civil.day))
  }

  /// Seconds of a clock on the wall, as if it stood in UTC.
  private func isOpen(local: Int64) -> Bool {
    let day = local.dayOfSeconds
    let minute = Int(local - day * Self.day) / 60
    return hours.contains { hours in
      if hours.from < hours.to { return minute >= hours.from && minute < hours.to && opens(on: day) }
      return minute >= hours.from && opens(on: day) || minute < hours.to && opens(on: day - 1)
    }
  }

  /// While the clock runs evenly, it opens only when hours begin, or is open already.
  private func firstOpen(from local: Int64, before end: Int64) -> Int64? {
    if isOpen(local: local) { return local }
    var day = local.dayOfSeconds
    while day * Self.day < end {
      let openings = hours.map { day * Self.day + Int64($0.from) * 60 }.filter { $0 >= local && $0 < end }
      if let opening = openings.min(), opens(on: day) { return opening }
      day += 1
    }
    return nil
  }
}
