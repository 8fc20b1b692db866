import Matching
import Routing

/// Reads `calendars`.
enum CalendarsSection {
  static let keys = ["days", "hours", "holidays", "zone"]
  static let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  static func read(_ reader: Reader?) -> [Calendar] {
    guard let reader else { return [] }
    return Names.pairs(reader, "a mapping of calendars").compactMap { name, _, value in
      reader.context.calendars.insert(name)
      guard let keys = value.keys(keys, of: "a calendar") else { return nil }
      let days = keys["days"].map(days) ?? Set(1...7)
      let hours = keys["hours"].map(hours) ?? [.wholeDay]
      let holidays = keys["holidays"].map(holidays) ?? []
      let zone = keys.required("zone", example: "America/Denver")?.string("a time zone such as America/Denver")
      guard let days, let hours, let holidays, let zone else { return nil }
      do throws(CalendarError) {
        return try Calendar(name: name, days: days, hours: hours, holidays: holidays, zone: zone)
      } catch {
        (keys[error.key] ?? value).mistake(error.description, hint: error.hint)
        return nil
      }
    }
  }

  /// `mon-fri`, `sat`, or a list of these; `fri-mon` goes over the weekend.
  static func days(_ reader: Reader) -> Set<Int>? {
    let found = (reader.elements("days such as mon-fri") ?? []).map(span)
    return found.isEmpty || found.contains(nil) ? nil : found.reduce(into: []) { $0.formUnion($1 ?? []) }
  }

  private static func span(_ reader: Reader) -> Set<Int>? {
    guard let text = reader.text("days such as mon-fri") else { return nil }
    let ends = text.text.split(separator: "-", omittingEmptySubsequences: false).map { week.firstIndex(of: String($0)) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
      reader.mistake("\(text.shown) is not a day or a range of days", hint: hint(text.text))
      return nil
    }
    var days: Set<Int> = [first + 1]
    var day = first
    while day != last {
      day = (day + 1) % 7
      days.insert(day + 1)
    }
    return days
  }

  /// `Mon`, `tues`, `Thursday-Friday`: their first three letters are meant.
  private static func hint(_ text: String) -> String {
    let ends = text.split(separator: "-").map { String($0.lowercased().filter(\.isLetter).prefix(3)) }
    let isMeant = (1...2).contains(ends.count) && ends.allSatisfy(week.contains)
    return isMeant ? "write \(ends.joined(separator: "-"))" : "write mon-fri, sat or [mon, wed-fri]"
  }

  /// `09:00-18:00`, or a list of these.
  private static func hours(_ reader: Reader) -> [CalendarHours]? {
    let found = (reader.elements("hours such as \"09:00-18:00\"") ?? []).map(range)
    for (index, hours) in found.enumerated() where hours != nil && found[..<index].contains(hours) {
      (reader.node.sequence.map { reader.at(index, $0[index]) } ?? reader).mistake("the same hours stand twice", hint: "remove one")
    }
    return found.isEmpty || found.contains(nil) ? nil : found.compactMap(\.self)
  }

  /// Past midnight where it ends before it starts.
  private static func range(_ reader: Reader) -> CalendarHours? {
    guard let text = reader.text("hours such as \"09:00-18:00\"") else { return nil }
    let ends = text.text.split(separator: "-", omittingEmptySubsequences: false).map { minutes(String($0)) }
    guard ends.count == 2, let from = ends[0], let to = ends[1] else {
      reader.mistake("\(text.shown) is not a range of hours", hint: "write \"09:00-18:00\"")
      return nil
    }
    do throws(CalendarError) { return try CalendarHours(from: from, to: to) } catch {
      reader.mistake(error.description, hint: error.hint)
      return nil
    }
  }

  /// `2026-12-24`, `12-25` for every year, or a list of these.
  private static func holidays(_ reader: Reader) -> Set<CalendarDate>? {
    let elements = reader.elements("a date such as 2026-12-24, or 12-25 for every year") ?? []
    let dates = elements.map(date)
    guard !dates.isEmpty, !dates.contains(nil) else { return nil }
    let today = reader.context.now.rfc3339.prefix(10)
    let last = dates.compactMap { $0 }.map { $0.year == nil ? "every year" : $0.description }.max() ?? ""
    if last < today {
      reader.warning("the last of these days was \(last): none is known of those to come", hint: "add the next ones, or remove the key")
    }
    return Set(dates.compactMap(\.self))
  }

  private static func date(_ reader: Reader) -> CalendarDate? {
    guard let text = reader.text("a date such as 2026-12-24, or 12-25 for every year") else { return nil }
    do throws(CalendarError) { return try CalendarDate(text.text) } catch {
      reader.mistake(error.description, hint: error.hint)
      return nil
    }
  }

  static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = UInt8(parts[0]), let minute = UInt8(parts[1]),
      minute < 60, hour < 24 || (hour == 24 && minute == 0)
    else { return nil }
    return Int(hour) * 60 + Int(minute)
  }
}
