import Bellhop
import Store
import TestSupport
import Testing

@testable import Courier

@Suite(.timeLimit(.minutes(5))) struct HandsTests {
  private func hung() -> ScriptedTransport {
    ScriptedTransport { _ in
      await ScriptedTransport.hang()
      return .unclear(Fault(.timeout, "cancelled"))
    }
  }

  @Test func aBacklogFollowsAVendorSwitchOnce() async throws {
    let slack = ScriptedTransport { _ in .postponed(Fault(.throttled, "429"), retryAfter: .seconds(10_000)) }
    let webhook = ScriptedTransport()
    let money = Destination(channel: "money", among: ["chat"], transport: "chat")
    let before = roster(way("chat", slack), channels: ["money": [Place(transport: "chat", target: Target(["channel": "#money"]))]])
    let after = roster(way("crm", webhook, Policy(concurrency: 8)), channels: ["money": [Place(transport: "crm")]])
    try await Desk(before).open { desk in
      try await desk.post(1_000, to: money)
      await desk.settled.count(1)
      let report = await desk.courier.adopt(after)
      #expect(report.waiting + webhook.calls.all.count >= 1_000 && report.misconfigured.isEmpty)
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 1_000 }
      #expect(Set(webhook.calls.all.map(\.message.id)).count == 1_000)
      #expect(webhook.calls.all.count == 1_000)
      await slack.closings.count(1)
      #expect(slack.closings.all == [1])
    }
  }

  @Test func whatHasNoPlaceAnyMoreIsDeadAndCounted() async throws {
    let transport = ScriptedTransport()
    let money = Destination(channel: "money", among: ["chat"], transport: "chat")
    let before = roster(way("chat", transport), channels: ["money": [Place(transport: "chat", target: Target(["channel": "#money"]))]])
    try await Desk(before).open { desk in
      try await desk.courier.pause("chat #money", why: "upkeep")
      try await desk.post(700, to: money)
      desk.spool.hold()
      let report = await desk.courier.adopt(roster(way("chat", transport)))
      #expect(report.misconfigured == ["money": 700] && report.waiting == 700)
      desk.spool.release()
      await desk.settled.until { $0.filter { $0.fault == .misconfigured }.count == 700 }
      #expect(desk.spool.store.deliveries[1]?.note == "the channel money is gone from the configuration")
      // By hand they get a second chance, under whatever is in force then.
      await desk.courier.adopt(before)
      try await desk.courier.resume("chat #money")
      let retried = try await desk.spool.retry([1, 2, 3])
      #expect(retried == [1, 2, 3])
      await transport.calls.count(3)
      #expect(transport.closings.all.isEmpty)
    }
  }

  @Test func whatIsInFlightEndsUnderTheOldConfigurationAndOnlyOnce() async throws {
    let gate = Log<Bool>()
    let old = ScriptedTransport { _ in
      await gate.count(1)
      return .delivered(Receipt())
    }
    let new = ScriptedTransport()
    try await Desk(roster(way("chat", old))).open { desk in
      try await desk.post(3, to: chat)
      await old.calls.count(1)
      await desk.courier.adopt(roster(way("chat", new)))
      await desk.settle()
      // One at a time holds across the reload.
      #expect(new.calls.all.isEmpty && old.closings.all.isEmpty)
      gate.add(true)
      await desk.settled.count(3)
      #expect(old.calls.all.count == 1 && new.calls.all.map(\.message.id) == ["test-2", "test-3"])
      await old.closings.count(1)
    }
  }

  @Test func drainingWaitsThenCancelsAndHandsBack() async throws {
    let gate = Log<Bool>()
    let slow = ScriptedTransport { _ in
      await gate.count(1)
      return .delivered(Receipt())
    }
    let hung = hung()
    let desk = Desk(roster(way("chat", slow), way("bell", hung)))
    let run = Task { await desk.courier.run() }
    while await desk.courier.ask({ _, _ in true }) == nil { await Task.yield() }
    try await desk.post(2, to: chat, bell)
    await slow.calls.count(1)
    await hung.calls.count(1)
    let drain = Task { await desk.courier.drain(within: .seconds(10)) }
    while await desk.courier.ask({ core, _ in core.draining != nil }) == false { await Task.yield() }
    gate.add(true)
    await desk.settled.count(1)
    desk.clock.advance(by: .seconds(10))
    await drain.value
    await run.value
    // The slow one ended; the hung one is back in line at no cost; nothing new was begun.
    #expect(desk.states() == [1: .delivered, 2: .waiting, 3: .waiting, 4: .waiting])
    let handedBack = try #require(desk.spool.store.deliveries[2])
    #expect(handedBack.delivery.due == nil && handedBack.delivery.spent == .zero && handedBack.log.count == 1)
    #expect(slow.calls.all.count == 1 && slow.closings.all.count == 1 && hung.closings.all.count == 1)
    // It is over: what comes now is refused or ignored, and nobody waits for it.
    try await desk.post(to: chat)
    #expect(await desk.courier.lanes().isEmpty)
    await #expect(throws: CourierError.notRunning) { try await desk.courier.pause("chat", why: "late") }
    await desk.courier.drain(within: .seconds(1))
  }

  @Test func aPauseHoldsOverARestartUntilResumed() async throws {
    let transport = ScriptedTransport()
    let first = Desk(roster(way("chat", transport)))
    try await first.open { desk in
      try await desk.courier.pause("chat", why: "upkeep of the chat")
      try await desk.post(2, to: chat)
      await desk.settle()
    }
    let second = Desk(roster(way("chat", transport)), over: first.spool.store)
    try await second.open { desk in
      await desk.settle()
      let lanes = await desk.courier.lanes()
      #expect(lanes.count == 1 && lanes[0].pause == Pause(until: nil, why: "upkeep of the chat", byHand: true) && lanes[0].waiting == 2)
      #expect(transport.calls.all.isEmpty)
      try await desk.courier.resume("chat")
      await desk.settled.count(2)
      #expect(desk.spool.store.states.isEmpty)
    }
  }

  @Test func aPauseEndsByItself() async throws {
    let transport = ScriptedTransport()
    try await Desk(roster(way("chat", transport))).open { desk in
      try await desk.courier.pause("chat", why: "lunch", until: desk.clock.wall + .seconds(60))
      try await desk.post(to: chat)
      desk.clock.advance(by: .seconds(59))
      await desk.settle()
      #expect(transport.calls.all.isEmpty)
      desk.clock.advance(by: .seconds(1))
      await transport.calls.count(1)
    }
  }

  @Test func droppingEndsTheWholeLaneInLineAndOut() async throws {
    let transport = ScriptedTransport { _ in .postponed(Fault(.unavailable, "500")) }
    let other = ScriptedTransport()
    try await Desk(roster(way("chat", transport), way("bell", other))).open { desk in
      try await desk.post(2, to: chat)
      await desk.settled.count(2)
      try await desk.courier.pause("chat", why: "flood")
      try await desk.post(3_000, to: chat)
      try await desk.post(2, to: bell)
      let dropped = try await desk.courier.drop("chat")
      #expect(dropped == 3_002)
      await other.calls.count(2)
      let rows = desk.spool.store.deliveries.values.filter { $0.delivery.destination == chat }
      #expect(rows.allSatisfy { $0.state == .dead && $0.fault == .dropped_by_hand })
      #expect(transport.calls.all.count == 2)
    }
  }

  /// What is held until a time waits out of line: a page at a time, whoever else waits there.
  @Test func droppingPagesThroughWhatWaitsOutOfLine() async throws {
    let other = ScriptedTransport()
    try await Desk(roster(way("chat", ScriptedTransport()), way("bell", other))).open { desk in
      func hold(_ count: Int, _ destination: Destination, _ seconds: Int) async throws {
        for number in 0..<count {
          let event = Event(id: "\(destination.transport)\(seconds)-\(number)", sender: "s", source: "s", time: desk.clock.wall)
          let until = desk.clock.wall + .seconds(seconds)
          let planned = PlannedDelivery(destination: destination, role: "r", notBefore: until)
          _ = try await desk.spool.commit(Batch(arrivals: [Arrival(event: event, plan: Plan(deliveries: [planned]))]))
        }
      }
      for seconds in 1...3 {
        try await hold(300, chat, 100 * seconds)
        try await hold(200, bell, 100 * seconds)
      }
      try await desk.post(to: chat)
      await desk.settled.count(1)
      #expect(try await desk.courier.drop("chat") == 900)
      let rows = desk.spool.store.deliveries.values
      #expect(rows.filter { $0.state == .dead }.allSatisfy { $0.delivery.destination == chat })
      #expect(rows.filter { $0.state == .waiting }.count == 600)
    }
  }

  /// A reload in the middle of a drop does not end it half done, and a second one does not count as done.
  @Test func aDropOutlivesAReload() async throws {
    let before = roster(way("chat", ScriptedTransport { _ in .postponed(Fault(.unavailable, "500")) }))
    let desk = Desk(before)
    try await desk.open { desk in
      try await desk.courier.pause("chat", why: "flood")
      try await desk.post(2_000, to: chat)
      desk.spool.hold()
      let drop = Task { try await desk.courier.drop("chat") }
      while await desk.courier.ask({ core, _ in core.lanesByName["chat"]?.drop != nil }) != true { await Task.yield() }
      await #expect(throws: CourierError.beingDropped("chat")) { try await desk.courier.drop("chat") }
      await desk.courier.adopt(roster(way("chat", ScriptedTransport())))
      desk.spool.release()
      #expect(try await drop.value == 2_000)
      #expect(desk.states().values.allSatisfy { $0 == .dead })
    }
  }

  /// A far gateway that was away is back: nothing waits out the breaker, but for what people paused.
  @Test func aTransportThatIsBackIsWoken() async throws {
    let isUp = Log<Bool>()
    let transport = ScriptedTransport { _ in
      isUp.all.isEmpty ? .postponed(Fault(.unreachable, "nobody is connected")) : .delivered(Receipt())
    }
    let policy = Policy(retry: .init(for: .seconds(600_000), first: .seconds(100), max: .seconds(900)))
    let (a, b) = (Destination(transport: "chat", target: Target(["to": "a"])), Destination(transport: "chat", target: Target(["to": "b"])))
    try await Desk(roster(way("chat", transport, policy))).open { desk in
      try await desk.post(2, to: a)
      try await desk.post(to: b)
      await desk.settled.count(2)
      while await desk.courier.lanes().first(where: { $0.name == "chat a" })?.breaker != "open" {
        desk.clock.advance(by: .seconds(1_000))
        await desk.settle()
        await desk.landed()
      }
      try await desk.courier.pause("chat b", why: "upkeep")
      isUp.add(true)
      await desk.courier.wake("bell")
      await desk.settle()
      #expect(desk.states().values.allSatisfy { $0 == .waiting })
      await desk.courier.wake("chat")
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 2 }
      #expect(desk.states()[3] == .waiting)
    }
  }

  /// What a gateway further on says became of it is what became of it.
  @Test func theFarEndsWordIsTheFate() async throws {
    let transport = ScriptedTransport { call in
      .delivered(Receipt(note: "older than 2m (stale)", state: call.message.id == "test-1" ? .folded : .unclear))
    }
    try await Desk(roster(way("chat", transport))).open { desk in
      try await desk.post(2, to: chat)
      await desk.settled.count(2)
      #expect(desk.states() == [1: .folded, 2: .unclear])
      #expect(desk.spool.store.deliveries[1]?.note == "older than 2m (stale)")
    }
  }

  @Test func anUnknownLaneIsAMistake() async throws {
    await Desk(roster(way("chat", ScriptedTransport()))).open { desk in
      await #expect(throws: CourierError.unknownLane("chatt")) { try await desk.courier.pause("chatt", why: "typo") }
      await #expect(throws: CourierError.unknownLane("")) { try await desk.courier.drop("") }
      await #expect(throws: Never.self) { try await desk.courier.pause("chat #quiet-yet", why: "before its first message") }
    }
  }

  @Test func aFateThatCannotBeWrittenIsKeptUntilItCan() async throws {
    let gate = Log<Bool>()
    let transport = ScriptedTransport { _ in
      await gate.count(1)
      return .delivered(Receipt())
    }
    try await Desk(roster(way("chat", transport))).open { desk in
      try await desk.post(2, to: chat)
      await transport.calls.count(1)
      desk.spool.failCommits(3)
      gate.add(true)
      await desk.events.count(1)
      await desk.settle()
      #expect(transport.calls.all.count == 1)
      while desk.settled.all.count < 2 {
        desk.clock.advance(by: .milliseconds(500))
        await desk.settle()
      }
      #expect(transport.calls.all.count == 2)
      guard case .spoolFailing(.full) = desk.events.all[0], case .spoolMended = desk.events.all[1] else {
        Issue.record("told \(desk.events.all)")
        return
      }
      #expect(desk.events.all.count == 2)
    }
  }

  /// A store that does not answer at the start is told once, and its mending once.
  @Test func aSpoolThatAnswersNothingAtTheStartIsToldOnce() async throws {
    let transport = ScriptedTransport()
    let desk = Desk(roster(way("chat", transport)))
    desk.spool.failReads(3)
    try await desk.open { desk in
      while desk.events.all.count < 2 {
        desk.clock.advance(by: .seconds(1))
        await desk.settle()
      }
      guard case .spoolFailing = desk.events.all[0], case .spoolMended = desk.events.all[1] else {
        Issue.record("told \(desk.events.all)")
        return
      }
      try await desk.post(to: chat)
      await desk.settled.count(1)
      #expect(desk.events.all.count == 2)
    }
  }

  @Test func aSpoolThatAnswersLateIsAskedAgain() async throws {
    let transport = ScriptedTransport()
    let first = Desk(roster(way("chat", transport)))
    try await first.post(2, to: chat)
    let desk = Desk(roster(way("chat", transport)), over: first.spool.store)
    desk.spool.failReads(1)
    await desk.open { desk in
      await desk.events.count(1)
      #expect(transport.calls.all.isEmpty)
      while desk.settled.all.count < 2 {
        await desk.landed()
        desk.clock.advance(by: .seconds(1))
        await desk.settle()
      }
      #expect(transport.calls.all.count == 2)
    }
  }

  /// Somebody sets the machine's clock while the loop runs.
  @Test func aClockThatIsSetIsTold() async throws {
    await Desk(roster(way("chat", ScriptedTransport()))).open { desk in
      desk.clock.set(by: .seconds(-7_200))
      await desk.settle()
      await desk.settle()
      let jumps = desk.events.all.compactMap { if case .clockJumped(let by) = $0 { by } else { nil } }
      #expect(jumps == [.seconds(-7_200)])
    }
  }

  /// Thousands of targets are counted in parts, and all of them; the loop is ready when it knows them.
  @Test func manyTargetsAreCountedAndLoaded() async throws {
    func room(_ number: Int) -> Destination { Destination(transport: "chat", target: Target(["channel": .string("#\(number)")])) }
    let first = Desk(roster(way("chat", ScriptedTransport())))
    var store = MemoryStore()
    let arrivals = (0..<4_500).map { number in
      Arrival(
        event: Event(id: "\(number)", sender: "s", source: "s", time: first.clock.wall),
        plan: Plan(deliveries: [PlannedDelivery(destination: room(number / 2), role: "r")]))
    }
    _ = store.apply(Batch(arrivals: arrivals), now: first.clock.wall)
    store = store.pausing("chat #0")
    let desk = Desk(
      roster(
        way(
          "chat",
          ScriptedTransport { _ in
            await ScriptedTransport.hang()
            return .unclear(Fault(.timeout, "hung"))
          })), over: store)
    #expect(!desk.courier.isLoaded)
    await desk.open { desk in
      await desk.settle()
      #expect(desk.courier.isLoaded)
      let lanes = await desk.courier.lanes()
      #expect(lanes.reduce(0) { $0 + $1.waiting } == 4_500)
      #expect(lanes.count == 1_016, "1,000 have a lane of their own")
      #expect(
        lanes.first { $0.name == "chat #0" }.map { $0.waiting == 2 && $0.pause?.byHand == true && $0.oldest == desk.clock.wall } == true)
    }
  }
}

extension MemoryStore {
  /// The same with a lane that people have paused.
  fileprivate func pausing(_ lane: String) -> MemoryStore {
    var store = self
    _ = store.apply(
      Batch(states: [Pause.byHandKey + lane: Pause(until: nil, why: "upkeep", byHand: true).state()]), now: Timestamp(seconds: 0))
    return store
  }
}
