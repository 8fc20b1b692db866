import Bellhop

/// Hours of the week in a time zone.
public struct Calendar: Sendable, Hashable {
  public let name: String
  /// 1 is Monday, 7 is Sunday: the days on which it opens.
  public let days: Set<Int>
  /// Minutes of the day, 0…1439.
  public let from: Int
  /// Minutes of the day, 0…1440; not after `from` means on the next day.
  public let to: Int
  public let zone: String

  public init(name: String, days: Set<Int>, from: Int, to: Int, zone: String) throws(CalendarError) {
    self.name = name
    self.days = days
    self.from = from
    self.to = to
    self.zone = zone
  }
  public func isOpen(at: Timestamp) -> Bool { true }
  /// The first moment at or after `after` at which it is open.
  public func nextOpening(after: Timestamp) -> Timestamp { after }
}
