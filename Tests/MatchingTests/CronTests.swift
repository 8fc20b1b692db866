import Bellhop
import Foundation
import TestSupport
import Testing

@testable import Matching

@Suite struct CronTests {
  private func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: .min) }

  private func next(_ text: String, _ zone: String = "UTC", after start: String, _ count: Int = 1) throws -> [String] {
    let cron = try Cron(text, zone: zone)
    var times: [Timestamp] = [at(start)]
    for _ in 0..<count { times.append(cron.next(after: times[times.count - 1])) }
    return times.dropFirst().map { String($0.rfc3339.prefix(16)) }
  }

  @Test func fieldsRangesListsStepsAndNames() throws {
    #expect(try next("0 3 * * *", after: "2026-11-24T03:00:00Z") == ["2026-11-25T03:00"])
    #expect(try next("0 3 * * *", after: "2026-11-24T02:59:59.999999Z") == ["2026-11-24T03:00"])
    #expect(
      try next("*/20 9-10 * * *", after: "2026-11-24T09:30:00Z", 4) == [
        "2026-11-24T09:40", "2026-11-24T10:00", "2026-11-24T10:20", "2026-11-24T10:40",
      ])
    #expect(
      try next("5,1-2 0 * * *", after: "2026-11-24T00:00:00Z", 4) == [
        "2026-11-24T00:01", "2026-11-24T00:02", "2026-11-24T00:05", "2026-11-25T00:01",
      ])
    #expect(
      try next("0 0 * * mon-fri/2", after: "2026-11-24T00:00:00Z", 3) == ["2026-11-25T00:00", "2026-11-27T00:00", "2026-11-30T00:00"])
    #expect(try next("0 0 1 JAN,Jul *", after: "2026-11-24T00:00:00Z", 2) == ["2027-01-01T00:00", "2027-07-01T00:00"])
    #expect(try next("0 0 29 2 *", after: "2026-11-24T00:00:00Z", 2) == ["2028-02-29T00:00", "2032-02-29T00:00"])
    #expect(try next("0 0 29 2 *", after: "2096-11-24T00:00:00Z") == ["2104-02-29T00:00"])
    #expect(try next("0 0 * * 7", after: "2026-11-24T00:00:00Z") == next("0 0 * * sun", after: "2026-11-24T00:00:00Z"))
    #expect(try next("0 0 * * sat-sun", after: "2026-11-24T00:00:00Z", 3) == ["2026-11-28T00:00", "2026-11-29T00:00", "2026-12-05T00:00"])
    #expect(try next("0 0 * * *", "Asia/Kathmandu", after: "2026-11-24T00:00:00Z") == ["2026-11-24T18:15"])
  }

  /// Either day is enough where both are said; with a star in front, as in `*/2`, both must be met.
  @Test func daysOfTheMonthAndOfTheWeek() throws {
    #expect(
      try next("30 4 1,15 * 5", after: "2026-11-24T00:00:00Z", 4) == [
        "2026-11-27T04:30", "2026-12-01T04:30", "2026-12-04T04:30", "2026-12-11T04:30",
      ])
    #expect(try next("0 0 */2 * mon", after: "2026-11-24T00:00:00Z", 2) == ["2026-12-07T00:00", "2026-12-21T00:00"])
    #expect(try next("0 0 13 * */5", after: "2026-11-24T00:00:00Z", 1) == ["2026-12-13T00:00"])
    #expect(try next("0 0 31 2 mon", after: "2027-02-02T00:00:00Z") == ["2027-02-08T00:00"])
  }

  @Test func skippedAndRepeatedHours() throws {
    // 2026-03-29 02:00 → 03:00 in Berlin, 2026-10-25 03:00 → 02:00.
    #expect(try next("30 2 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", 2) == ["2026-03-29T01:00", "2026-03-30T00:30"])
    #expect(
      try next("0,30 2,3 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", 3) == [
        "2026-03-29T01:00", "2026-03-29T01:30", "2026-03-30T00:00",
      ])
    #expect(try next("30 2 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z", 2) == ["2026-10-25T00:30", "2026-10-26T01:30"])
    // Half an hour in Lord Howe; a day that never was in Samoa; midnight itself in Beirut.
    #expect(try next("15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z") == ["2026-10-03T15:30"])
    #expect(try next("0 12 30 12 *", "Pacific/Apia", after: "2011-12-29T00:00:00Z") == ["2011-12-30T10:00"])
    #expect(try next("0 0 * * *", "Asia/Beirut", after: "2026-03-28T12:00:00Z") == ["2026-03-28T22:00"])
  }

  @Test(
    arguments: [
      ("0 3 * *", 0, "there are 4 fields, and a schedule has five", "for example 0 3 * * *"),
      (
        "0 0 3 * * *", 0, "there are 6 fields, and a schedule has five",
        "there are no seconds and no years here: minute hour day month weekday"
      ),
      ("@daily", 0, "@daily is not read here", "write 0 0 * * *"),
      ("@reboot", 0, "@reboot is not read here", "write five fields: minute hour day month weekday"),
      ("60 3 * * *", 0, "the minute 60 is not between 0 and 59", "the fields are minute hour day month weekday"),
      ("0 24 * * *", 2, "the hour 24 is not between 0 and 23", "the fields are minute hour day month weekday"),
      ("0 3 * * mon,tues", 12, "\"tues\" is not a day of the week", "did you mean tue?"),
      ("0 3 * jna *", 6, "\"jna\" is not a month", "did you mean jan?"),
      ("0 3 L * *", 4, "\"L\" is not a day of the month", "write *, a number from 1 to 31, or a range"),
      ("0  3 * * fri-mon", 9, "\"fri-mon\" ends before it begins", "write two ranges with a comma between them"),
      ("5/15 * * * *", 0, "a step stands behind a range or *, not behind \"5\"", "write 5-59/15"),
      ("*/0 * * * *", 2, "\"0\" is not a step of the minute", "write a number from 1 to 59, as in */5"),
      ("0, * * * *", 2, "nothing is not a minute", "write *, a number from 0 to 59, or a range"),
      ("0 0 30 feb *", 4, "no such day ever comes: the months have 29 days", "write another day"),
      ("0 0 31 4,6 *", 4, "no such day ever comes: the months have 30 days", "write another day"),
      ("+1 * * * *", 0, "\"+1\" is not a minute", "write *, a number from 0 to 59, or a range"),
    ] as [(String, Int?, String, String)])
  func mistakes(_ text: String, _ offset: Int?, _ problem: String, _ hint: String) {
    #expect(throws: CronError(problem, hint: hint, offset: offset)) { try Cron(text, zone: "UTC") }
  }

  @Test func zones() {
    #expect(throws: CronError("America/Dever is not a time zone", hint: "did you mean America/Denver?", offset: nil)) {
      try Cron("0 3 * * *", zone: "America/Dever")
    }
  }

  /// Against clocks on the wall read minute by minute with Foundation's own calendar: a wall time that was shown before does not count, one
  /// that was skipped counts when the clocks go on.
  @Test(arguments: [
    "America/New_York", "Australia/Lord_Howe", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "UTC",
  ])
  func agreesWithTheWall(_ zone: String) throws {
    var wall = Foundation.Calendar(identifier: .gregorian)
    wall.timeZone = TimeZone(identifier: zone)!
    var dice = Seeded(zone.utf8.reduce(11) { $0 &* 31 &+ UInt64($1) })
    var starts: [Int64] = []
    var date = Date(timeIntervalSince1970: 1_700_000_000)
    while starts.count < 8, let change = wall.timeZone.nextDaylightSavingTimeTransition(after: date) {
      starts.append((Int64(change.timeIntervalSince1970) - Int64.random(in: 0...20_000, using: &dice)) / 60 * 60)
      date = change
    }
    for _ in 0..<4 { starts.append(Int64.random(in: 1_700_000_000...1_900_000_000, using: &dice) / 60 * 60) }
    for start in starts {
      let minutes = Set((0..<Int.random(in: 1...3, using: &dice)).map { _ in Int.random(in: 0...59, using: &dice) })
      let hours = Set(
        (0..<Int.random(in: 1...6, using: &dice)).map { _ in Int.random(in: 0...23, using: &dice) } + [Int.random(in: 0...4, using: &dice)])
      let weekdays = dice.chance(50) ? Set(0...6) : Set((0...6).filter { _ in dice.chance(60) } + [0])
      let shown = weekdays.count == 7 ? "*" : weekdays.map(String.init).joined(separator: ",")
      let text = "\(minutes.map(String.init).joined(separator: ",")) \(hours.map(String.init).joined(separator: ",")) * * \(shown)"
      let cron = try Cron(text, zone: zone)
      /// The wall as minutes since 1970.
      func minute(_ seconds: Int64) -> Int64 {
        (seconds + Int64(wall.timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))) / 60
      }
      func isMet(_ wall: Int64) -> Bool {
        let (day, inDay) = (wall / 1_440, Int(wall % 1_440))
        return minutes.contains(inDay % 60) && hours.contains(inDay / 60) && weekdays.contains(Int((day + 4) % 7))
      }
      var expected: [Int64] = []
      // From a day before, to know what was shown already.
      var highest = minute(start - 86_400)
      for second in stride(from: start - 86_340, through: start + 2 * 86_400, by: 60) {
        let now = minute(second)
        if now > highest, (highest + 1...now).contains(where: isMet), second > start { expected.append(second) }
        highest = max(highest, now)
      }
      var found: [Int64] = []
      var time = Timestamp(seconds: start)
      while true {
        time = cron.next(after: time)
        if time.seconds > start + 2 * 86_400 { break }
        found.append(time.seconds)
      }
      #expect(found == expected, "\(text) \(zone) from \(start)")
    }
  }
}
