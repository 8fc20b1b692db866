import Bellhop
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
  private let cron: Cron

  /// Throws for times, days and zones that do not exist.
  public init(minute: Int, days: Set<Int>, zone: String) throws(CronError) {
    self.minute = minute
    self.days = days
    self.zone = zone
    cron = try Cron(
      "\(minute % 60) \(minute / 60) * * \(days.sorted().map(String.init).joined(separator: ","))", zone: zone)
  }

  /// The first such moment after `time`.
  public func next(after time: Timestamp) -> Timestamp { cron.next(after: time) }
}
