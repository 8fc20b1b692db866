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

  /// Against clocks on the wall read minute by minute with Foundation's own calendar, over years and zones.
  @Test(arguments: [
    "America/Denver", "Australia/Lord_Howe", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "UTC",
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
      let from = Int.random(in: 0...1_439, using: &dice)
      let to = dice.chance(50) ? (from + 1 + Int.random(in: 0...300, using: &dice)) % 1_440 : Int.random(in: 0...1_440, using: &dice)
      guard from != to else { continue }
      let hours = try Hours(name: "x", days: days, from: from, to: to, zone: zone)
      func open(_ seconds: Int64) -> Bool {
        let parts = wall.dateComponents([.weekday, .hour, .minute], from: Date(timeIntervalSince1970: TimeInterval(seconds)))
        let (today, minute) = ((parts.weekday! + 5) % 7 + 1, parts.hour! * 60 + parts.minute!)
        if from < to { return days.contains(today) && minute >= from && minute < to }
        return (minute >= from && days.contains(today)) || (minute < to && days.contains((today + 5) % 7 + 1))
      }
      let next = hours.nextOpening(after: Timestamp(seconds: start))
      #expect(hours.isOpen(at: next) && next >= Timestamp(seconds: start))
      var minute = start
      // Whole days are read at twenty minutes a step, the last hours minute by minute: every change is on a minute.
      while minute < next.seconds {
        #expect(!open(minute) && !hours.isOpen(at: Timestamp(seconds: minute)), "\(zone) \(minute) \(days) \(from)-\(to) → \(next.seconds)")
        let left = next.seconds - minute
        minute += left > 14_400 ? 1_187 : 60 - (minute % 60)
      }
      #expect(open(next.seconds), "\(zone) \(start) \(days) \(from)-\(to) → \(next.seconds)")
    }
  }
}
