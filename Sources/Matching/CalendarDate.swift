import Bellhop

/// A day: of one year, or of every year.
public struct CalendarDate: Sendable, Hashable, CustomStringConvertible {
  /// Nil is every year.
  public let year: Int?
  /// 1…12.
  public let month: Int
  /// 1…31.
  public let day: Int

  /// Reads `2026-12-24`, and `12-25` for every year (RFC 3339, full-date: https://www.rfc-editor.org/rfc/rfc3339#section-5.6). Throws for
  /// anything else, and for days that do not exist; `02-29` comes every four years.
  public init(_ text: String) throws(CalendarError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isWhole = parts.count == 3
    let numbers = parts.compactMap { part in part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil }
    let widths = parts.map(\.utf8.count)
    guard widths == (isWhole ? [4, 2, 2] : [2, 2]), numbers.count == parts.count else {
      throw CalendarError(
        key: "holidays", "\"\(Match.show(text))\" is not a date", hint: "write 2026-12-24, or 12-25 for every year")
    }
    let (month, day) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
    guard (1...12).contains(month) else {
      let hint =
        (1...12).contains(day) && month <= 31
        ? "the month comes first: write \(isWhole ? "\(parts[0])-" : "")\(parts[parts.count - 1])-\(parts[parts.count - 2])"
        : "months are 01 to 12"
      throw CalendarError(key: "holidays", "there is no month \(month)", hint: hint)
    }
    let last = Timestamp.daysIn(month: month, of: isWhole ? numbers[0] : 2_024)
    guard (1...last).contains(day) else {
      throw CalendarError(key: "holidays", "there is no day \(day) in that month", hint: "it has the days 01 to \(last)")
    }
    self.init(unchecked: isWhole ? numbers[0] : nil, month, day)
  }

  init(unchecked year: Int?, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// As it is read.
  public var description: String {
    func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(pad(month))-\(pad(day))"
    return year.map { String("0000\($0)".suffix(4)) + "-" + date } ?? date
  }
}
