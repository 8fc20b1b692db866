import Bellhop
import Testing

@testable import CLI

@Suite struct MomentTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  @Test func readsTimesAndHowLongAgo() {
    #expect(HumanTime.since("2h", now: now) == now - .seconds(7_200))
    #expect(HumanTime.since("90d ago", now: now) == now - .seconds(90 * 86_400))
    #expect(HumanTime.since("2026-11-23T09:30:00+01:00", now: now) == Timestamp(rfc3339: "2026-11-23T08:30:00Z"))
  }

  @Test func readsTimesToCome() throws {
    #expect(HumanTime.until("2h", now: now) == now + .seconds(7_200))
    #expect(HumanTime.until("2026-11-23T09:30:00+01:00", now: now) == Timestamp(rfc3339: "2026-11-23T08:30:00Z"))
    for text in ["18:00", "0:00", "23:59", "9:05"] {
      let time = try #require(HumanTime.until(text, now: now))
      #expect(time > now && time - now <= .seconds(90_000), "\(text)")
      let clock = text.utf8.count == 4 ? "0" + text : text
      #expect(HumanTime.local(time).hasSuffix(" \(clock):00"), "\(text): \(HumanTime.local(time))")
      let day = HumanTime.local(time).prefix(10)
      #expect(HumanTime.until("\(day) \(text)", now: now) == time)
    }
  }

  @Test(arguments: [
    "", "18", "24:00", "18:60", "18:0", "+1:00", "noon", "2026-11-23", "2026-13-01 18:00", "18:00 2026-11-23", " 18:00", "a 18:00",
  ])
  func refusesOtherEnds(text: String) { #expect(HumanTime.until(text, now: now) == nil, "\(text)") }

  @Test(arguments: ["", "2", "yesterday", "2h before", "2 h", "ago", "2026-11-23"])
  func refusesOtherWords(text: String) { #expect(HumanTime.since(text, now: now) == nil) }

  @Test func tellsAgesInTheLargestUnit() {
    #expect(Output.age(.milliseconds(-5)) == "0s")
    #expect(Output.age(.seconds(59)) == "59s")
    #expect(Output.age(.seconds(60)) == "1m")
    #expect(Output.age(.seconds(7_300)) == "2h")
    #expect(Output.age(.seconds(200_000)) == "2d")
    #expect(HumanTime.age("2027-01-15T07:59:00Z", now: now) == "1m")
    #expect(HumanTime.age(nil, now: now) == "")
  }

  @Test func waitsAreDurations() throws {
    #expect(try WaitCommand.duration("30s") == .seconds(30))
    #expect(throws: (any Error).self) { try WaitCommand.duration("30") }
  }
}
