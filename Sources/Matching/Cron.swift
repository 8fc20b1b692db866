import Bellhop

/// Times as `crontab` writes them, on the clocks of a place: `0 3 * * mon-fri`.
///
/// Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), each `*`, a number, a name, a range, a list of
/// these, and `/n` behind a range or `*` for every nth. Where both days are said and neither begins with `*`, either is enough.
/// https://manpages.debian.org/bookworm/cron/crontab.5.en.html https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html
///
/// A time that clocks skip in spring is the first moment after the gap; one that comes twice in autumn is the first of the two.
public struct Cron: Sendable, Hashable {
  /// As it was written.
  public let text: String
  /// A place of the time zone database (https://www.iana.org/time-zones), `UTC` or `GMT`.
  public let zone: String
  private let minutes: [Int]
  private let hours: [Int]
  private let days: Set<Int>
  private let months: Set<Int>
  private let weekdays: Set<Int>
  /// The day of the month or that of the week is enough.
  private let takesEither: Bool
  private let clock: ZoneClock

  /// Throws for what is no schedule, for one whose day never comes, and for zones that do not exist.
  public init(_ text: String, zone: String) throws(CronError) {
    let fields = try CronParser(text).fields
    self.text = text
    self.zone = zone
    minutes = fields[0].values.sorted()
    hours = fields[1].values.sorted()
    days = fields[2].values
    months = fields[3].values
    // Sunday is 0 and 7.
    weekdays = Set(fields[4].values.map { $0 % 7 })
    takesEither = !fields[2].isOpen && !fields[4].isOpen
    do throws(CalendarError) { clock = ZoneClock(zone: try ZoneName.zone(zone)) } catch {
      throw CronError(error.description, hint: error.hint, offset: nil)
    }
    let longest = months.map { Timestamp.daysIn(month: $0, of: 2_024) }.max() ?? 0
    if !takesEither, (days.min() ?? 1) > longest {
      throw CronError("no such day ever comes: the months have \(longest) days", hint: "write another day", offset: fields[2].offset)
    }
  }

  /// The first time after a moment; the end of all times where none comes in the next forty years.
  public func next(after moment: Timestamp) -> Timestamp {
    let start = moment.seconds
    let local = start + Int64(clock.offset(at: start))
    // A day earlier: behind a gap of a whole day stands what was to be on that day.
    var day = local.dayOfSeconds - 1
    let limit = day + 40 * 366
    while day < limit {
      if isMet(by: day), let next = first(on: day, after: start) { return Timestamp(seconds: next) }
      day += 1
    }
    return Timestamp(microseconds: .max)
  }

  private func isMet(by day: Int64) -> Bool {
    let civil = Timestamp(seconds: day * 86_400).civil
    guard months.contains(civil.month) else { return false }
    let (isDay, isWeekday) = (days.contains(civil.day), weekdays.contains(day.weekday % 7))
    return takesEither ? isDay || isWeekday : isDay && isWeekday
  }

  private func first(on day: Int64, after start: Int64) -> Int64? {
    // Most days come whole: one look at both ends says when all of it is.
    let (begin, end) = (clock.moment(ofWall: day * 86_400), clock.moment(ofWall: (day + 1) * 86_400))
    guard end > start else { return nil }
    let isEven = end - begin == 86_400
    for hour in hours {
      for minute in minutes {
        let second = Int64(hour * 3_600 + minute * 60)
        let moment = isEven ? begin + second : clock.moment(ofWall: day * 86_400 + second)
        if moment > start { return moment }
      }
    }
    return nil
  }
}

extension Int64 {
  /// Of seconds since 1970: whole days, rounded down.
  var dayOfSeconds: Int64 { self >= 0 ? self / 86_400 : (self - 86_399) / 86_400 }

  /// Of days since 1970, which began on a Thursday: 1 is Monday, 7 is Sunday.
  var weekday: Int { Int(((self + 3) % 7 + 7) % 7) + 1 }
}
