import Routing

/// Reads `calendars`.
enum CalendarsSection {
  static let keys = ["days", "hours", "zone"]
  static let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  static func read(_ reader: Reader?) -> [Calendar] {
    guard let reader else { return [] }
    return Names.pairs(reader, "a mapping of calendars").compactMap { name, _, value in
      reader.context.calendars.insert(name)
      guard let keys = value.keys(keys, of: "a calendar") else { return nil }
      let days = keys["days"].map(days) ?? Set(1...7)
      let hours = keys["hours"].map(hours) ?? (0, 1_440)
      let zone = keys.required("zone", example: "America/Denver")?.string("a time zone such as America/Denver")
      guard let days, let hours, let zone else { return nil }
      do throws(CalendarError) {
        return try Calendar(name: name, days: days, from: hours.from, to: hours.to, zone: zone)
      } catch {
        (keys[error.key] ?? value).mistake(error.description, hint: error.hint)
        return nil
      }
    }
  }

  /// `mon-fri`, `sat`, or a list of these; `fri-mon` goes over the weekend.
  private static func days(_ reader: Reader) -> Set<Int>? {
    var found: Set<Int> = []
    for element in reader.elements("days such as mon-fri") ?? [] {
      guard let text = element.text("days such as mon-fri") else { return nil }
      let ends = text.text.split(separator: "-", omittingEmptySubsequences: false).map { week.firstIndex(of: String($0)) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
        element.mistake("\(text.shown) is not a day or a range of days", hint: "write mon-fri, sat or [mon, wed-fri]")
        return nil
      }
      var day = first
      found.insert(day + 1)
      while day != last {
        day = (day + 1) % 7
        found.insert(day + 1)
      }
    }
    return found.isEmpty ? nil : found
  }

  /// `09:00-18:00`; past midnight where it ends before it starts.
  private static func hours(_ reader: Reader) -> (from: Int, to: Int)? {
    guard let text = reader.text("hours such as \"09:00-18:00\"") else { return nil }
    let ends = text.text.split(separator: "-", omittingEmptySubsequences: false).map { minutes(String($0)) }
    guard ends.count == 2, let from = ends[0], let to = ends[1] else {
      reader.mistake("\(text.shown) is not a range of hours", hint: "write \"09:00-18:00\"")
      return nil
    }
    return (from, to)
  }

  private static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = UInt8(parts[0]), let minute = UInt8(parts[1]),
      minute < 60, hour < 24 || (hour == 24 && minute == 0)
    else { return nil }
    return Int(hour) * 60 + Int(minute)
  }
}
