import Bellhop
import Foundation
import Matching

/// A time of the day on some days of the week, in a zone: `09:00 mon-fri Europe/Berlin`. Kept as it is written, and found anew for each day: an
/// hour that is skipped in spring gives the first moment after it, one that is repeated in autumn its first.
public struct DailyTime: Sendable, Hashable {
  /// Minutes since midnight: 0…1439.
  public let minute: Int
  /// 1 is Monday, 7 is Sunday (ISO 8601).
  public let days: Set<Int>
  /// A place of the time zone database.
  public let zone: String
  private let clock: ZoneClock

  /// Throws for times, days and zones that do not exist.
  public init(minute: Int, days: Set<Int>, zone: String) throws(CalendarError) {
    // A calendar that is open from then on for a minute checks all three.
    let calendar = try Calendar(name: "", days: days, from: minute, to: (minute + 1) % 1_440 == 0 ? 1_440 : minute + 1, zone: zone)
    self.minute = minute
    self.days = days
    self.zone = calendar.zone
    clock = ZoneClock(zone: TimeZone(identifier: zone) ?? .gmt)
  }

  /// The first such moment after `time`.
  public func next(after time: Timestamp) -> Timestamp {
    let local = time.seconds + Int64(clock.offset(at: time.seconds))
    var day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    day -= 1
    // A week holds every weekday; a day more on each side for what zones do.
    for _ in 0..<12 {
      day += 1
      guard days.contains(Int(((day + 3) % 7 + 7) % 7) + 1) else { continue }
      let moment = clock.moment(ofWall: day * 86_400 + Int64(minute) * 60)
      if moment > time.seconds { return Timestamp(seconds: moment) }
    }
    return time + .seconds(86_400)
  }
}
