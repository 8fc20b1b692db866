import Bellhop
import Foundation
import TestSupport
import Testing

@testable import Matching

private typealias Hours = Matching.Calendar

@Suite struct CalendarTests {
  private func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: .min) }

  @Test func officeHours() throws {
    let office = try Hours(name: "office", days: [1, 2, 3, 4, 5], from: 9 * 60, to: 18 * 60, zone: "America/Denver")
    #expect(!office.isOpen(at: at("2026-11-23T15:59:59.999999Z")))  // Monday 08:59:59 in Denver
    #expect(office.isOpen(at: at("2026-11-23T16:00:00Z")))
    #expect(office.isOpen(at: at("2026-11-24T00:59:59Z")))
    #expect(!office.isOpen(at: at("2026-11-24T01:00:00Z")))
    #expect(office.nextOpening(after: at("2026-11-28T03:00:00.5Z")) == at("2026-11-30T16:00:00Z"))  // over the weekend
    #expect(office.nextOpening(after: at("2026-11-23T17:00:00.5Z")) == at("2026-11-23T17:00:00.5Z"))
    #expect(office.nextOpening(after: at("2026-03-07T20:00:00Z")) == at("2026-03-09T15:00:00Z"))  // summer time began on Sunday
    #expect(office.nextOpening(after: at("2026-11-23T15:59:59.999999Z")) == at("2026-11-23T16:00:00Z"))
  }

  @Test func overMidnight() throws {
    let night = try Hours(name: "night", days: [5], from: 22 * 60, to: 6 * 60, zone: "Europe/Berlin")
    #expect(night.isOpen(at: at("2026-11-27T21:00:00Z")))  // Friday 22:00
    #expect(night.isOpen(at: at("2026-11-28T04:59:59Z")))  // Saturday 05:59
    #expect(!night.isOpen(at: at("2026-11-28T05:00:00Z")) && !night.isOpen(at: at("2026-11-26T22:00:00Z")))
    #expect(night.nextOpening(after: at("2026-11-28T05:00:00Z")) == at("2026-12-04T21:00:00Z"))
    let late = try Hours(name: "late", days: [7], from: 22 * 60, to: 0, zone: "UTC")
    #expect(late.isOpen(at: at("2026-11-29T23:59:59Z")) && !late.isOpen(at: at("2026-11-30T00:00:00Z")))
  }

  @Test func gapsAndFolds() throws {
    // 2026-03-29 02:00 → 03:00 in Berlin: the hour never comes, and the next one is a week away.
    let gap = try Hours(name: "gap", days: [7], from: 120, to: 180, zone: "Europe/Berlin")
    #expect(gap.nextOpening(after: at("2026-03-28T12:00:00Z")) == at("2026-04-05T00:00:00Z"))
    let wide = try Hours(name: "wide", days: [7], from: 150, to: 200, zone: "Europe/Berlin")
    #expect(wide.nextOpening(after: at("2026-03-28T12:00:00Z")) == at("2026-03-29T01:00:00Z"))
    // 2026-10-25 03:00 → 02:00: it comes twice.
    let fold = try Hours(name: "fold", days: [7], from: 130, to: 150, zone: "Europe/Berlin")
    #expect(fold.nextOpening(after: at("2026-10-24T12:00:00Z")) == at("2026-10-25T00:10:00Z"))
    #expect(fold.nextOpening(after: at("2026-10-25T00:30:00Z")) == at("2026-10-25T01:10:00Z"))
    // Samoa had no Friday 2011-12-30.
    let friday = try Hours(name: "friday", days: [5], from: 600, to: 660, zone: "Pacific/Apia")
    #expect(friday.nextOpening(after: at("2011-12-24T12:00:00Z")) == at("2012-01-05T20:00:00Z"))
  }

  @Test func mistakes() {
    func key(_ days: Set<Int>, _ from: Int, _ to: Int, _ zone: String) -> (String, String?)? {
      do throws(CalendarError) {
        _ = try Hours(name: "x", days: days, from: from, to: to, zone: zone)
        return nil
      } catch {
        return (error.key, error.hint)
      }
    }
    #expect(key([], 0, 60, "UTC")?.0 == "days" && key([0], 0, 60, "UTC")?.0 == "days" && key([8], 0, 60, "UTC")?.0 == "days")
    #expect(key([1], 60, 60, "UTC")?.0 == "hours" && key([1], 1_440, 60, "UTC")?.0 == "hours" && key([1], 0, 1_441, "UTC")?.0 == "hours")
    #expect(key([1], 0, 60, "America/Dever")! == ("zone", "did you mean America/Denver?"))
    #expect(key([1], 0, 60, "Mars/Olympus")?.0 == "zone")
    #expect(key([1], 0, 1_440, "Australia/Lord_Howe") == nil)
  }

  @Test func holidaysAndSeveralRanges() throws {
    let shop = try Hours(
      name: "shop", days: [1, 2, 3, 4, 5, 6],
      hours: [try CalendarHours(from: 14 * 60, to: 18 * 60), try CalendarHours(from: 9 * 60, to: 12 * 60)],
      holidays: [try CalendarDate("2026-12-24"), try CalendarDate("12-25"), try CalendarDate("02-29")], zone: "Europe/Berlin")
    #expect(shop.isOpen(at: at("2026-12-23T08:00:00Z")) && !shop.isOpen(at: at("2026-12-23T11:00:00Z")))
    #expect(shop.nextOpening(after: at("2026-12-23T11:00:00Z")) == at("2026-12-23T13:00:00Z"))
    #expect(shop.nextOpening(after: at("2026-12-23T17:00:00Z")) == at("2026-12-26T08:00:00Z"))
    // That date of one year, the other of every year.
    #expect(shop.isOpen(at: at("2027-12-24T08:00:00Z")) && !shop.isOpen(at: at("2028-12-25T08:00:00Z")))
    #expect(!shop.isOpen(at: at("2028-02-29T08:00:00Z")) && shop.isOpen(at: at("2027-03-01T08:00:00Z")))
  }

  /// A night belongs to the day that it begins on.
  @Test func nightsAroundAHoliday() throws {
    let night = try Hours(
      name: "night", days: Set(1...7), hours: [try CalendarHours(from: 22 * 60, to: 6 * 60)], holidays: [try CalendarDate("2026-12-24")],
      zone: "UTC")
    #expect(night.isOpen(at: at("2026-12-24T05:59:00Z")) && !night.isOpen(at: at("2026-12-24T23:00:00Z")))
    #expect(!night.isOpen(at: at("2026-12-25T03:00:00Z")))
    #expect(night.nextOpening(after: at("2026-12-24T06:00:00Z")) == at("2026-12-25T22:00:00Z"))
  }

  @Test func whatNeverOpensHoldsNothingForEver() throws {
    let all = try (1...12).flatMap { month in
      try (1...(month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31)).map { day in
        try CalendarDate("\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)")
      }
    }
    let never = try Hours(name: "never", days: [1], hours: [.wholeDay], holidays: Set(all), zone: "America/New_York")
    #expect(never.nextOpening(after: at("2026-12-24T06:00:00Z")) == at("2026-12-24T06:00:00Z"))
    #expect(Set(all.map(\.description)).count == 366)
  }

  @Test(
    arguments: [
      ("2026-12-24", nil, nil), ("12-25", nil, nil), ("2028-02-29", nil, nil), ("02-29", nil, nil),
      ("2026-02-29", "there is no day 29 in that month", "it has the days 01 to 28"),
      ("2026-02-30", "there is no day 30 in that month", "it has the days 01 to 28"),
      ("11-31", "there is no day 31 in that month", "it has the days 01 to 30"),
      ("24-12", "there is no month 24", "the month comes first: write 12-24"),
      ("2026-24-12", "there is no month 24", "the month comes first: write 2026-12-24"),
      ("2026-13-32", "there is no month 13", "months are 01 to 12"),
      ("24.12.2026", "\"24.12.2026\" is not a date", "write 2026-12-24, or 12-25 for every year"),
      ("1-1", "\"1-1\" is not a date", "write 2026-12-24, or 12-25 for every year"),
      ("christmas", "\"christmas\" is not a date", "write 2026-12-24, or 12-25 for every year"),
    ] as [(String, String?, String?)])
  func dates(_ text: String, _ problem: String?, _ hint: String?) {
    do throws(CalendarError) {
      #expect(try CalendarDate(text).description == text && problem == nil)
    } catch {
      #expect(error.description == problem && error.hint == hint && error.key == "holidays")
    }
  }

  /// Against clocks on the wall read minute by minute with Foundation's own calendar, over years and zones.
  @Test(arguments: [
    "America/Denver", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns",
    "Africa/Casablanca", "UTC",
  ])
  func agreesWithTheWall(_ zone: String) throws {
    var wall = Foundation.Calendar(identifier: .gregorian)
    wall.timeZone = TimeZone(identifier: zone)!
    var dice = Seeded(zone.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    // Half of the starts lie right before a change of the clocks.
    var starts: [Int64] = []
    var date = Date(timeIntervalSince1970: 1_577_836_800)
    while starts.count < 14, let next = wall.timeZone.nextDaylightSavingTimeTransition(after: date) {
      starts.append(Int64(next.timeIntervalSince1970) - Int64.random(in: 0...40_000, using: &dice))
      date = next
    }
    for _ in 0..<14 { starts.append(Int64.random(in: 1_577_836_800...1_900_000_000, using: &dice)) }
    for start in starts {
      let days = Set((1...7).filter { _ in dice.chance(50) } + [Int.random(in: 1...7, using: &dice)])
      var ranges: [CalendarHours] = []
      while ranges.count < (dice.chance(50) ? 1 : 3) {
        let from = Int.random(in: 0...1_439, using: &dice)
        let to = dice.chance(50) ? (from + 1 + Int.random(in: 0...300, using: &dice)) % 1_440 : Int.random(in: 0...1_440, using: &dice)
        if from != to { ranges.append(try CalendarHours(from: from, to: to)) }
      }
      /// As the wall's calendar writes the day of a moment, with and without its year.
      func dates(_ seconds: Int64) -> [String] {
        let parts = wall.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: TimeInterval(seconds)))
        func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(pad(parts.month!))-\(pad(parts.day!))"
        return ["\(parts.year!)-\(date)", date]
      }
      let closed = Set((0..<4).map { _ in dice.pick(dates(start + Int64.random(in: -1...8, using: &dice) * 86_400)) })
      let hours = try Hours(name: "x", days: days, hours: ranges, holidays: Set(try closed.map(CalendarDate.init)), zone: zone)
      func opens(_ weekday: Int, _ dates: [String]) -> Bool { days.contains(weekday) && closed.isDisjoint(with: dates) }
      func open(_ seconds: Int64) -> Bool {
        let moment = Date(timeIntervalSince1970: TimeInterval(seconds))
        let parts = wall.dateComponents([.weekday, .hour, .minute], from: moment)
        let (today, minute) = ((parts.weekday! + 5) % 7 + 1, parts.hour! * 60 + parts.minute!)
        // Noon of the day before is a moment of that day, however long it was.
        let noon = wall.date(byAdding: .day, value: -1, to: wall.date(bySettingHour: 12, minute: 0, second: 0, of: moment)!)!
        let (isToday, isYesterday) = (opens(today, dates(seconds)), opens((today + 5) % 7 + 1, dates(Int64(noon.timeIntervalSince1970))))
        return ranges.contains { range in
          if range.from < range.to { return isToday && minute >= range.from && minute < range.to }
          return minute >= range.from && isToday || minute < range.to && isYesterday
        }
      }
      let next = hours.nextOpening(after: Timestamp(seconds: start))
      #expect(hours.isOpen(at: next) && next >= Timestamp(seconds: start))
      var minute = start
      // Whole days are read at twenty minutes a step, the last hours minute by minute: every change is on a minute.
      while minute < next.seconds {
        #expect(
          !open(minute) && !hours.isOpen(at: Timestamp(seconds: minute)), "\(zone) \(minute) \(days) \(ranges) \(closed) → \(next.seconds)")
        let left = next.seconds - minute
        minute += left > 14_400 ? 1_187 : 60 - (minute % 60)
      }
      #expect(open(next.seconds), "\(zone) \(start) \(days) \(ranges) \(closed) → \(next.seconds)")
    }
  }
}
