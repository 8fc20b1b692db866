import Bellhop
import Store
import TestSupport
import Testing

@testable import Courier

/// A core and a store without time in between: effects are done at once, sends are kept.
struct Rig {
  var store = MemoryStore()
  var core: CourierCore
  var sends: [Sending] = []
  var ticks = Duration.zero
  var reads = 0
  var fetches = 0
  /// Words cannot be read.
  var isFailing = false
  /// What was told of lanes that hold back.
  var held: [(minutes: Int, why: String)] = []

  /// Words are not read yet.
  var isSlow = false
  var (dead, broken, mended) = (0, 0, 0)
  var jumps: [Duration] = []
  /// How far the machine's clock is from the one that all began with.
  var clockIsOff = Duration.zero

  init(roster: Roster, limits: CourierCore.Limits = .init()) {
    core = CourierCore(roster: roster, limits: limits)
    // Nothing was kept from before.
    core.isLoaded = true
  }

  var now: StepTime { StepTime(wall: Timestamp(seconds: 1_800_000_000) + ticks + clockIsOff, ticks: ticks, luck: 0.5) }

  mutating func post(
    _ count: Int, to destination: (Int) -> Destination = { _ in Destination(transport: "log") }, data: JSON.Object = [:],
    notBefore: Timestamp? = nil
  ) {
    let arrivals = (0..<count).map { number in
      Arrival(
        event: Event(id: "e\(store.events.count + number)", sender: "s", source: "s", time: now.wall, data: data),
        plan: Plan(deliveries: [PlannedDelivery(destination: destination(number), role: "r", notBefore: notBefore)]))
    }
    step([.arrived(store.apply(Batch(arrivals: arrivals), now: now.wall).committed.deliveries)])
  }

  mutating func load() {
    core.load(store.backlog(), states: store.states, nextAlarm: store.nextAlarm(), at: now)
    step([])
  }

  mutating func step(_ inputs: [Input]) {
    var effects = core.step(inputs, at: now)
    while !effects.isEmpty {
      var next: [Input] = []
      for effect in effects {
        switch effect {
        case .send(let sending, _, _): sends.append(sending)
        case .commit(let number, let batch):
          let committed = store.apply(batch, now: now.wall).committed
          next += [.arrived(committed.deliveries), .committed(number)]
        case .report(.deliveryDead): dead += 1
        case .report(.laneBroken): broken += 1
        case .report(.laneMended): mended += 1
        case .report(.clockJumped(let jump)): jumps.append(jump)
        case .readAlarms(let due, let limit):
          let alarms = store.alarms(dueBy: due, limit: limit)
          next.append(
            .alarms(alarms, store.waiting(ids: alarms.map(\.ref)), next: alarms.isEmpty ? store.nextAlarm() : nil))
        case .readFar(let reading, let after, let limit):
          let alarms = store.alarms(dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
          next.append(.far(reading: reading, alarms, store.waiting(ids: alarms.map(\.ref))))
        case .report(.laneHeld(_, let length, let why, _)): held.append((Int(length.components.seconds / 60), why))
        case .read(let lane, let reading, let destinations, let after, let limit):
          reads += 1
          next.append(.page(lane: lane, reading: reading, store.waiting(for: destinations, after: after, within: limit)))
        case .fetch(let token, let delivery):
          fetches += 1
          if isSlow { break }
          next.append(.fetched(token: token, delivery: delivery, isFailing ? nil : store.waiting(ids: [delivery])))
        default: break
        }
      }
      effects = next.isEmpty ? [] : core.step(next, at: now)
    }
  }

  /// Every attempt under way succeeds.
  mutating func deliver() { answer(.delivered(Receipt())) }

  /// Every attempt under way ends so.
  mutating func answer(_ outcome: Outcome) {
    let done = sends
    sends = []
    step(done.map { .sent(token: $0.token, delivery: $0.parcel.id, outcome: outcome, took: .zero, Earlier()) })
  }

  /// The machine's clock is set, and the courier's loop sees it.
  mutating func setClock(by jump: Duration) {
    clockIsOff += jump
    core.jumped(by: jump, at: now)
    step([])
  }
}

func roster(_ policy: Policy = Policy(concurrency: 1), names: [String] = ["log"], parallel: Int? = nil) -> Roster {
  var policy = policy
  if let parallel { policy.parallel = parallel }
  let transport = ScriptedTransport()
  return Roster(
    directory: Directory(channels: [:], transports: Set(names)),
    ways: Dictionary(
      uniqueKeysWithValues: names.map { ($0, ConfiguredTransport(name: $0, kind: "stdout", transport: transport, policy: policy)) }))
}

struct WindowTests {
  @Test func aLongLineStaysOnDiskAndKeepsItsOrder() {
    var rig = Rig(roster: roster(), limits: .init(window: Load(count: 64, bytes: 1 << 20)))
    rig.post(5_000)
    #expect((50...64).contains(rig.core.lined.count))
    var order: [Int64] = []
    while let sending = rig.sends.first {
      order.append(sending.parcel.id)
      #expect(rig.core.lined.count <= 64)
      rig.deliver()
    }
    #expect(order == Array(1...5_000))
    #expect(rig.reads < 5_000 / 40)
    #expect(rig.core.flights.isEmpty && rig.core.lined == Load())
  }

  @Test func theSameAfterARestart() {
    var before = Rig(roster: roster())
    before.post(300)
    before.deliver()
    var rig = Rig(roster: roster(), limits: .init(window: Load(count: 16, bytes: 1 << 20)))
    rig.store = before.store
    rig.load()
    var order: [Int64] = []
    while let sending = rig.sends.first {
      order.append(sending.parcel.id)
      rig.deliver()
    }
    #expect(order == Array(2...300))
  }

  @Test func manyLanesTogetherHoldFew() {
    let limits = CourierCore.Limits(
      window: Load(count: 100, bytes: 1 << 20), crowdedWindow: Load(count: 5, bytes: 1 << 20), inMemory: Load(count: 200, bytes: 4 << 20))
    var rig = Rig(roster: roster(Policy(concurrency: 0)), limits: limits)
    for lane in 0..<20 { rig.core.pause("log #\(lane)", Pause(until: nil, why: "test", byHand: true)) }
    rig.post(4_000) { Destination(transport: "log", target: Target(["channel": .string("#\($0 % 20)")])) }
    #expect(rig.core.lanes.count == 20)
    #expect(rig.core.lined.count <= 300)
  }

  @Test func lanesBeyondTheLimitShareAndKeepTheirTargets() {
    var rig = Rig(roster: roster(Policy(concurrency: 100)), limits: .init(lanes: 10, sharedLanes: 3))
    rig.post(500) { Destination(transport: "log", target: Target(["channel": .string("#\($0)")])) }
    #expect(rig.core.lanes.count == 13)
    #expect(Set(rig.sends.map { $0.target.description }).count >= 10)
    var targets: Set<String> = []
    while !rig.sends.isEmpty {
      for sending in rig.sends { targets.insert(sending.target.description) }
      rig.deliver()
    }
    #expect(targets == Set((0..<500).map { "#\($0)" }))
  }

  @Test func idleLanesGo() {
    var rig = Rig(roster: roster())
    rig.post(3) { Destination(transport: "log", target: Target(["channel": .string("#\($0)")])) }
    rig.deliver()
    #expect(rig.core.lanes.count == 3)
    #expect(rig.core.nextWake(at: rig.now) != nil)
    rig.ticks = .seconds(120)
    rig.step([.tick])
    #expect(rig.core.lanes.isEmpty)
    #expect(rig.core.routes.isEmpty)
    // With nothing to do nobody wakes.
    rig.ticks = .seconds(300)
    rig.step([.tick])
    #expect(rig.core.nextWake(at: rig.now) == nil)
  }

  @Test func aProbeIsRatherAMessageThatHasNotFailed() throws {
    var rig = Rig(roster: roster(Policy(concurrency: 5, retry: .init(for: .seconds(1_000), first: .seconds(4), max: .seconds(60)))))
    rig.post(6)
    #expect(rig.sends.map(\.parcel.id) == [1, 2, 3, 4, 5])
    let failing = rig.sends
    rig.sends = []
    rig.step(
      failing.map {
        .sent(token: $0.token, delivery: $0.parcel.id, outcome: .unclear(Fault(.timeout, "slow")), took: .zero, Earlier())
      })
    #expect(rig.sends.isEmpty)
    rig.ticks = .seconds(5)
    rig.step([.tick])
    #expect(rig.sends.map(\.parcel.id) == [6])
  }

  @Test func aLanesRateHolds() {
    var rig = Rig(roster: roster(Policy(rate: Rate(10, per: .seconds(1)), concurrency: 8)))
    rig.post(200)
    var sent = 0
    for step in 0...100 {
      rig.ticks = .milliseconds(10 * step)
      rig.step([.tick])
      sent += rig.sends.count
      rig.deliver()
    }
    #expect((10...12).contains(sent))
  }

  /// Pauses by hand and vendors' rests are not known before: what arrives meanwhile waits, and keeps its order with the backlog.
  @Test func nothingGoesOutBeforeTheBacklogIsKnown() {
    var rig = Rig(roster: roster(Policy()))
    rig.core.isLoaded = false
    rig.post(3)
    rig.step([.tick])
    #expect(rig.sends.isEmpty)
    rig.load()
    #expect(rig.sends.map(\.parcel.id) == [1])
  }

  /// A lane that holds back what waits in it is told after a quarter of an hour, and each hour from then on; when it sends again, no more.
  @Test func whatIsHeldBackIsTold() {
    var rig = Rig(roster: roster(Policy()))
    rig.core.pause("log", Pause(until: nil, why: "upkeep", byHand: true))
    rig.post(2)
    for minutes in stride(from: 0, through: 300, by: 5) {
      rig.ticks = .seconds(minutes * 60)
      rig.step([.tick])
    }
    #expect(rig.held.map(\.minutes) == [15, 75, 135, 195, 255])
    #expect(rig.held.allSatisfy { $0.why == "paused by hand: upkeep" })
    rig.core.resume("log", at: rig.now)
    rig.step([.tick])
    rig.deliver()
    rig.deliver()
    rig.ticks = .seconds(600 * 60)
    rig.step([.tick])
    #expect(rig.held.count == 5)
  }

  /// So is a vendor's word, and it is not believed beyond a day.
  @Test func aVendorsLongWordIsToldAndHasAnEnd() throws {
    var rig = Rig(roster: roster(Policy()))
    rig.post(1)
    let sending = try #require(rig.sends.first)
    rig.sends = []
    let year = Outcome.postponed(Fault(.throttled, "the server answered 429"), retryAfter: .seconds(365 * 86_400))
    rig.step([.sent(token: sending.token, delivery: sending.parcel.id, outcome: year, took: .zero, Earlier())])
    for minutes in stride(from: 0, to: 1_440, by: 5) {
      rig.ticks = .seconds(minutes * 60)
      rig.step([.tick])
    }
    #expect(rig.held.first?.minutes == 15 && rig.held.count == 24 && rig.sends.isEmpty)
    rig.ticks = .seconds(86_400)
    rig.step([.tick])
    #expect(rig.sends.count == 1)
  }
}
