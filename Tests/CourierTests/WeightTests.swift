import Bellhop
import Store
import Testing

@testable import Courier

/// What waits in memory is weighed in bytes.
struct WeightTests {
  /// Data of so many bytes of memory, about.
  private func data(_ bytes: Int) -> JSON.Object { ["a": .array(Array(repeating: 1, count: bytes / MemoryLayout<JSON>.stride))] }

  private func hook(_ number: Int) -> Destination { Destination(transport: "log", target: Target(["channel": .string("#\(number)")])) }

  /// A thousand events of a megabyte for a lane that stands still: their numbers are in memory, and what they say comes when it is their turn.
  @Test func theHeavyWaitWithoutTheirWords() throws {
    var rig = Rig(roster: roster())
    rig.core.pause("log", Pause(until: nil, why: "upkeep", byHand: true))
    rig.post(1_000, data: data(100_000))
    let lane = try #require(rig.core.lanesByName["log"])
    #expect(lane.line.count == 1_000 && lane.line.allSatisfy { $0.isHeavy && $0.delivery.event.data.isEmpty })
    #expect(rig.core.lined.bytes < 2 << 20)
    rig.core.resume("log", at: rig.now)
    rig.step([.tick])
    var order: [Int64] = []
    while let sending = rig.sends.first {
      #expect(rig.sends.count == 1 && sending.parcel.delivery.event.data == data(100_000))
      order.append(sending.parcel.id)
      rig.deliver()
    }
    #expect(order == Array(1...1_000) && rig.fetches == 1_000 && rig.core.airborne == 0)
  }

  /// Those just below are heavy together: a line ends at its bytes, and the rest stays on disk. After a restart too.
  @Test func aLineAndItsPagesEndAtTheirBytes() {
    var rig = Rig(roster: roster())
    rig.post(500, data: data(40_000))
    #expect(rig.core.lined.bytes <= 4 << 20 && rig.core.lined.count > 50)
    var after = Rig(roster: roster())
    after.store = rig.store
    after.load()
    #expect(after.core.lined.bytes <= 4 << 20 && after.core.lined.count > 50)
    var order: [Int64] = []
    while let sending = after.sends.first {
      order.append(sending.parcel.id)
      #expect(after.core.lined.bytes <= 4 << 20)
      after.deliver()
    }
    #expect(order == Array(1...500) && after.core.lined == Load())
  }

  @Test func manyLanesTogetherHoldFewBytes() {
    var rig = Rig(roster: roster())
    for lane in 0..<25 { rig.core.pause("log #\(lane)", Pause(until: nil, why: "test", byHand: true)) }
    rig.post(1_500, to: { self.hook($0 % 25) }, data: data(40_000))
    #expect(rig.core.lanes.count == 25)
    #expect(rig.core.lined.bytes <= (32 << 20) + 25 << 16)
    #expect(rig.core.lanes.values.allSatisfy { !$0.line.isEmpty })
  }

  /// One that is over every limit is sent all the same.
  @Test func aLaneAlwaysGoesOn() {
    let tiny = Load(count: 100, bytes: 1)
    var rig = Rig(roster: roster(), limits: .init(window: tiny, crowdedWindow: tiny, inMemory: tiny, airborne: 1))
    rig.post(20, data: data(10_000))
    rig.post(20, data: data(200_000))
    var order: [Int64] = []
    while let sending = rig.sends.first {
      order.append(sending.parcel.id)
      rig.deliver()
    }
    #expect(order == Array(1...40))
  }

  /// Attempts hold what they send: as many as memory has room for, and one of each transport in any case.
  @Test func heavyAttemptsAreFewAtOnce() {
    var rig = Rig(roster: roster(Policy(concurrency: 64), names: ["log", "other"]), limits: .init(airborne: 8 << 20))
    rig.post(64, data: data(2 << 20))
    #expect((2...4).contains(rig.sends.count) && rig.core.airborne <= 8 << 20)
    rig.post(3, to: { _ in Destination(transport: "other") }, data: data(2 << 20))
    #expect(rig.sends.filter { $0.way.name == "other" }.count == 1)
    // What is light waits for nobody's memory.
    rig.post(5, to: { self.hook($0) })
    #expect(rig.sends.filter { $0.lane.hasPrefix("log #") }.count == 5)
    var seen: Set<Int64> = []
    while !rig.sends.isEmpty {
      seen.formUnion(rig.sends.map(\.parcel.id))
      rig.deliver()
    }
    #expect(seen.count == 72 && rig.core.airborne == 0)
  }

  @Test func wordsThatCannotBeReadAreAskedForAgain() {
    var rig = Rig(roster: roster())
    rig.isFailing = true
    rig.post(2, data: data(100_000))
    #expect(rig.sends.isEmpty && rig.fetches == 1)
    rig.isFailing = false
    rig.ticks = .milliseconds(500)
    rig.step([.tick])
    #expect(rig.sends.isEmpty)
    rig.ticks = .seconds(1)
    rig.step([.tick])
    #expect(rig.sends.map(\.parcel.id) == [1])
  }

  /// A reload while they are read: nothing was sent yet, and the order is that of the new lane.
  @Test func aReloadInBetweenKeepsTheOrder() {
    var rig = Rig(roster: roster())
    rig.isSlow = true
    rig.post(3, data: data(100_000))
    #expect(rig.fetches == 1 && rig.sends.isEmpty)
    rig.core.adopt(roster(), at: rig.now)
    rig.isSlow = false
    rig.step([.tick])
    #expect(rig.sends.map(\.parcel.id) == [1])
    rig.deliver()
    #expect(rig.sends.map(\.parcel.id) == [2])
  }
}
