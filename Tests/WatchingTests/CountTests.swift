import Bellhop
import Store
import TestSupport
import Testing

@testable import Watching

@Suite struct CountTests {
  private func fail(_ house: inout WatchedStore, _ times: Int, ip: String = "10.0.0.1", happened: Timestamp? = nil) {
    for _ in 0..<times { house.post("login.failed", happened: happened, data: ["ip": .string(ip)]) }
  }

  @Test func itIsToldWhenItIsReachedAndAgainAfterItWasBelowHalf() throws {
    var house = WatchedStore([.many(10, text: "{{data.count}} failures from {{data.ip}}")])
    fail(&house, 9)
    #expect(house.said.isEmpty)
    fail(&house, 1)
    let event = try #require(house.said.first)
    #expect(
      event.text == "10 failures from 10.0.0.1" && event.data["count"] == 10 && event.data["within"] == "5m" && event.type == "attack")
    fail(&house, 100)
    #expect(house.said.count == 1, "it goes on")
    // Every minute two more: ten in five minutes, which is not below half.
    for _ in 0..<20 {
      house.now = house.now + .seconds(60)
      fail(&house, 2)
    }
    #expect(house.said.count == 1)
    // Down to four.
    house.now = house.now + .seconds(200)
    fail(&house, 20)
    #expect(house.said.count == 2)
  }

  @Test func keysAreApart() {
    var house = WatchedStore([.many(5)])
    for number in 0..<20 { fail(&house, 1, ip: "10.0.0.\(number % 5)") }
    #expect(house.said.isEmpty && house.slots == 5)
    fail(&house, 1, ip: "10.0.0.3")
    #expect(house.said.count == 1)
  }

  @Test func oneIsEnoughWhereOneIsAskedFor() {
    var house = WatchedStore([.many(1)])
    fail(&house, 3)
    #expect(house.said.count == 1)
    house.now = house.now + .seconds(301)
    fail(&house, 3)
    #expect(house.said.count == 2)
  }

  @Test func aClockThatIsSetBackTellsNothingTwice() {
    var house = WatchedStore([.many(5)])
    house.now = house.now + .seconds(100_000)
    fail(&house, 5)
    house.now = house.now - .seconds(100_000)
    fail(&house, 5)
    #expect(house.said.count == 1)
  }

  /// Against all events of the history: what is counted is all of the last nineteen twentieths of the window, and none from before it.
  @Test(arguments: 0..<60) func agreesWithTheHistory(seed: UInt64) {
    var dice = Seeded(seed)
    let atLeast = Int.random(in: 1...12, using: &dice)
    let within = Int64.random(in: 1...40, using: &dice) * 20
    let watch = Watch.many(atLeast, within: .seconds(within))
    var house = WatchedStore([watch])
    var times: [String: [Int64]] = [:]
    var told: [String: Bool] = [:]
    for _ in 0..<300 {
      let ip = dice.pick(["a", "b"])
      let pause = dice.chance(5) ? within * 2 : within / 10
      house.now = house.now + .seconds(Int64.random(in: 0...pause, using: &dice))
      if dice.chance(20) { house.load([watch]) }
      let before = house.said.count
      // When senders say that it happened does not matter.
      fail(&house, 1, ip: ip, happened: house.now - .seconds(Int64.random(in: -5_000...5_000, using: &dice)))
      let now = house.now.seconds
      let bucket = { (time: Int64) in time / (within / 20) }
      let counted = times[ip, default: []].filter { bucket(now) - bucket($0) < 20 }.count
      #expect(counted >= times[ip, default: []].count { now - $0 <= within - within / 20 })
      #expect(counted <= times[ip, default: []].count { now - $0 < within })
      if counted * 2 < atLeast { told[ip] = false }
      let isNew = counted + 1 >= atLeast && told[ip] != true
      if isNew { told[ip] = true }
      #expect((house.said.count > before) == isNew)
      if isNew { #expect(house.said.last?.data["count"] == .int(Int64(counted + 1))) }
      times[ip, default: []].append(now)
    }
  }
}
