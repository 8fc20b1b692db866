import Bellhop
import Matching
import Store
import TestSupport
import Testing

@testable import Watching

@Suite struct HeartbeatTests {
  private let hour = Duration.seconds(3_600)
  private func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: .min) }

  @Test func theFirstIsExpectedOnePeriodAfterTheWatchBegins() throws {
    let expect = Match.all([.type([Glob("job.succeeded")]), .subject([Glob("backup")])])
    var house = WatchedStore([.beat(expect: expect)])
    let start = house.now
    house.pass(hour * 25 - .seconds(1))
    #expect(house.said.isEmpty)
    house.pass(.seconds(1))
    let event = try #require(house.said.first)
    #expect(event.type == "silent" && event.severity == .error && event.subject == "backup" && event.text == "backup: backup")
    #expect(event.data["expected"] == .string((start + hour * 24).rfc3339) && event.data["due"] == .string((start + hour * 25).rfc3339))
    #expect(event.data["last"] == nil && event.data["late"] == nil && event.data["events"] == nil)
  }

  @Test func whatWasThereGoesOnWhenAConfigurationComesIntoForce() {
    var house = WatchedStore([.beat()])
    for _ in 0..<50 {
      house.pass(hour / 2)
      house.load([.beat()])
    }
    #expect(house.words == ["silent"], "a restart in between is no beat")
    house.load([.beat()])
    house.pass(hour * 100)
    #expect(house.words == ["silent"])
  }

  @Test func anOutageIsToldOnceAndItsEndWithTheGap() throws {
    var house = WatchedStore([.beat()])
    house.pass(hour * 3)
    house.post("beat", "nas")
    house.pass(hour * 25)
    #expect(house.words == ["silent nas"])
    house.pass(hour * 200)
    house.load([.beat()])
    house.post("beat", "nas")
    #expect(house.words == ["silent nas", "silent.resumed nas"])
    let end = try #require(house.said.last)
    #expect(end.data["gap_seconds"] == .int(225 * 3_600) && end.data["gap"] == "9 d" && end.text == "backup: nas: back after 9 d")
    #expect(end.severity == .info)
    // Each names the beat that it is about: the last one, and the one that ends it.
    #expect(house.said.map(\.data["events"]) == [[1], [3]])
    house.post("beat", "nas")
    house.pass(hour * 25)
    #expect(house.words == ["silent nas", "silent.resumed nas", "silent nas"])
  }

  @Test func aBeatWithinTheGraceIsInTime() {
    var house = WatchedStore([.beat()])
    for _ in 0..<20 {
      house.pass(hour * 25 - .seconds(1))
      house.post("beat")
    }
    #expect(house.said.isEmpty)
  }

  /// Beats that come early do not move the schedule: the one at its time is expected all the same.
  @Test func anEarlyBeatDoesNotMoveASchedule() throws {
    let nightly = try Cron("0 3 * * *", zone: "UTC")
    var house = WatchedStore([.beat(.cron(nightly))], at: at("2026-11-24T12:00:00Z"))
    house.pass(until: at("2026-11-25T02:00:00Z"))
    house.post("beat")
    house.pass(until: at("2026-11-25T03:59:59Z"))
    #expect(house.said.isEmpty)
    house.pass(until: at("2026-11-25T04:00:00Z"))
    #expect(house.said.map(\.data["expected"]) == [.string("2026-11-25T03:00:00.000Z")])
    // Within the grace it is the one of its time, and the next is that of the next night.
    house.post("beat")
    house.pass(until: at("2026-11-26T03:30:00Z"))
    house.post("beat")
    house.pass(until: at("2026-11-27T03:59:59Z"))
    #expect(house.words == ["silent", "silent.resumed"])
  }

  @Test func everyKeyBeginsWithItsFirstBeat() {
    var house = WatchedStore([.beat(by: ["subject"])])
    #expect(house.slots == 0)
    house.post("beat", "a")
    house.pass(hour)
    house.post("beat", "b")
    house.pass(hour * 24)
    #expect(house.words == ["silent a"])
    house.pass(hour)
    #expect(house.words == ["silent a", "silent b"])
    // A machine that is gone for good is not known for ever.
    house.pass(HeartbeatState.memory)
    house.post("beat", "a")
    #expect(house.words == ["silent a", "silent b"])
  }

  @Test(arguments: [false, true]) func aBeatThatIsReceivedLateCountsByWhenItHappened(inTime: Bool) {
    var house = WatchedStore([.beat()])
    house.post("beat")
    let due = house.now + hour * 25
    house.now = due + hour
    house.post("beat", happened: inTime ? due : due + .seconds(1))
    house.wake()
    #expect(house.words == (inTime ? [] : ["silent", "silent.resumed"]))
    #expect(house.said.first?.data["late"] == (inTime ? nil : true))
  }

  @Test func whatFellDueWhileDownIsToldOnce() {
    var house = WatchedStore([.beat()])
    house.now = house.now + hour * 24 * 30
    house.load([.beat()])
    house.wake()
    house.pass(hour * 24 * 30)
    #expect(house.words == ["silent"] && house.said.first?.data["late"] == true)
  }

  /// Without keys it is told whoever was forgotten; with keys nobody knows whom it would be about.
  @Test(arguments: [false, true]) func theLastBeatWasForgotten(keys: Bool) {
    var house = WatchedStore([.beat(by: keys ? ["subject"] : [])])
    house.post("beat", "ann")
    house.forget("ann")
    house.pass(hour * 25)
    #expect(house.words == (keys ? [] : ["silent"]) && house.slots == (keys ? 0 : 1))
    house.post("beat", "ann")
    #expect(house.words == (keys ? [] : ["silent", "silent.resumed ann"]))
  }

  @Test func aClockThatIsSetBackDelaysNothingForLong() {
    var house = WatchedStore([.beat()])
    let start = house.now
    house.now = house.now + hour * 24 * 365
    house.post("beat", happened: start)
    house.now = house.now - hour * 24 * 365
    house.post("beat")
    house.pass(hour * 25)
    #expect(house.words == ["silent"])
  }

  /// Against the times of the beats alone.
  @Test(arguments: 0..<60) func agreesWithTheGaps(seed: UInt64) {
    var dice = Seeded(seed)
    let (period, grace) = (
      Duration.seconds(Int64.random(in: 10...100, using: &dice)), Duration.seconds(Int64.random(in: 1...50, using: &dice))
    )
    let watch = Watch.beat(.every(period), grace: grace)
    var house = WatchedStore([watch])
    var last = house.now
    var told: [String] = []
    for _ in 0..<200 {
      let step = Duration.seconds(Int64.random(in: 0...140, using: &dice))
      if dice.chance(20) { house.load([watch]) }
      house.pass(step)
      if dice.chance(60) {
        house.post("beat")
        // The alarm of the very second goes off before.
        if house.now - last >= period + grace { told += ["silent", "silent.resumed"] }
        last = house.now
      }
    }
    let isOverdue = house.now - last >= period + grace
    #expect(house.words == told + (isOverdue ? ["silent"] : []))
  }

  /// On a schedule: against the times of the beats and of the schedule.
  @Test(arguments: 0..<40) func agreesWithTheSchedule(seed: UInt64) throws {
    var dice = Seeded(seed)
    let zone = dice.pick(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
    let cron = try Cron(dice.pick(["*/15 * * * *", "30 2 * * *", "0 */4 * * mon-fri", "0 0 1,15 * 5"]), zone: zone)
    let grace = Duration.seconds(Int64.random(in: 1...5_000, using: &dice))
    let watch = Watch.beat(.cron(cron), grace: grace)
    // Around a change of clocks.
    var house = WatchedStore([watch], at: dice.pick([at("2026-03-28T05:00:00Z"), at("2026-10-24T05:00:00Z"), at("2026-11-01T00:00:00Z")]))
    var last = house.now
    var told: [String] = []
    for _ in 0..<60 {
      house.pass(.seconds(Int64.random(in: 0...30_000, using: &dice)))
      if dice.chance(70) {
        house.post("beat")
        if house.now >= cron.next(after: last) + grace { told += ["silent", "silent.resumed"] }
        last = house.now
      }
    }
    #expect(house.words == told + (house.now >= cron.next(after: last) + grace ? ["silent"] : []), "\(cron.text) \(zone)")
  }
}
