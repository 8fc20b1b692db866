import Bellhop
import Store
import TestSupport
import Testing

@testable import Courier

private let quick = RetryPolicy(for: .seconds(60), first: .seconds(4), max: .seconds(30))

@Suite(.timeLimit(.minutes(5))) struct SendingTests {
  @Test func oneLaneKeepsItsOrder() async throws {
    let transport = ScriptedTransport()
    try await Desk(roster(way("chat", transport))).open { desk in
      for _ in 0..<10 { try await desk.post(30, to: chat) }
      await desk.settled.count(300)
      #expect(transport.calls.all.map(\.message.id) == (1...300).map { "test-\($0)" })
      #expect(transport.calls.all[0].message.page == "https://bellhop.example.com/events/1")
      #expect(desk.states().values.allSatisfy { $0 == .delivered })
    }
  }

  /// What the gateway adds stands behind the row's own links, and nothing is added where it has no address.
  @Test func linksOfTheGatewayGoAlong() async throws {
    for url in ["https://bellhop.example.com", nil] {
      let transport = ScriptedTransport()
      var roster = roster(way("chat", transport))
      roster.publicURL = url
      roster.links = { delivery, url in [Message.Link(label: "More", url: "\(url)/\(delivery.alert.word)")] }
      try await Desk(roster).open { desk in
        let words = Rendering(links: [Message.Link(label: "Own", url: "https://a.example")])
        let event = Event(id: "1", sender: "s", source: "s", time: desk.clock.wall)
        let plan = Plan(deliveries: [PlannedDelivery(destination: chat, role: "devops", alert: .loud, rendering: words)])
        _ = try await desk.spool.commit(Batch(arrivals: [Arrival(event: event, plan: plan)]))
        await desk.settled.count(1)
        let urls = transport.calls.all[0].message.links.map(\.url)
        #expect(urls == ["https://a.example"] + (url == nil ? [] : ["https://bellhop.example.com/loud"]))
      }
    }
  }

  @Test func aHungDestinationDelaysNobody() async throws {
    let hung = ScriptedTransport { _ in
      await ScriptedTransport.hang()
      return .unclear(Fault(.timeout, "no answer"))
    }
    let fine = ScriptedTransport()
    try await Desk(roster(way("chat", hung), way("bell", fine))).open { desk in
      try await desk.post(200, to: chat, bell)
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 200 }
      // Not a microsecond of the clock has passed.
      #expect(fine.calls.all.allSatisfy { $0.attempt.at == desk.clock.wall })
      #expect(hung.calls.all.count == 1)
    }
  }

  @Test func a429RestsItsLaneExactlySoLong() async throws {
    let transport = ScriptedTransport { call in
      call.message.id == "test-1" && call.attempt.number == 1
        ? .postponed(Fault(.throttled, "429"), retryAfter: .seconds(3)) : .delivered(Receipt())
    }
    try await Desk(roster(way("chat", transport, Policy(retry: quick)))).open { desk in
      try await desk.post(3, to: chat)
      await desk.settled.count(1)
      #expect(desk.spool.store.states["backoff/chat"] != nil)
      desk.clock.advance(by: .milliseconds(2_999))
      await desk.settle()
      #expect(transport.calls.all.count == 1)
      let report = try #require(await desk.courier.lanes().first)
      #expect(report.pause?.why == "429" && report.waiting == 3 && report.lastFault?.kind == .throttled)
      desk.clock.advance(by: .milliseconds(1))
      await desk.settled.count(4)
      #expect(transport.calls.all.map(\.message.id) == ["test-1", "test-1", "test-2", "test-3"])
      #expect(desk.spool.store.deliveries[1]?.delivery.spent == .zero)
      await desk.settle()
      #expect(desk.spool.store.states["backoff/chat"] == nil)
    }
  }

  @Test func a429OutlivesTheProcess() async throws {
    let slow = ScriptedTransport { _ in .postponed(Fault(.throttled, "429"), retryAfter: .seconds(100)) }
    let first = Desk(roster(way("chat", slow)))
    try await first.open { desk in
      try await desk.post(to: chat)
      await desk.settled.count(1)
    }
    let fine = ScriptedTransport()
    let second = Desk(roster(way("chat", fine)), over: first.spool.store)
    await second.open { desk in
      desk.clock.advance(by: .seconds(99))
      await desk.settle()
      #expect(fine.calls.all.isEmpty)
      desk.clock.advance(by: .seconds(1))
      await fine.calls.count(1)
    }
  }

  @Test func aPoisonMessageHoldsUpNobody() async throws {
    let transport = ScriptedTransport { call in
      call.message.id == "test-2" ? .postponed(Fault(.unavailable, "500")) : .delivered(Receipt())
    }
    let desk = Desk(roster(way("chat", transport, Policy(retry: quick))))
    try await desk.open { desk in
      try await desk.post(20, to: chat)
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 19 }
      #expect(desk.states()[2] == .waiting)
      for _ in 0..<200 where desk.states()[2] == .waiting {
        await desk.landed()
        desk.clock.advance(by: .seconds(1))
        await desk.settle()
        await desk.settle()
      }
    }
    // Whatever the pace of the machine, its own delays ended it or it still waits with some of its budget.
    let row = try #require(desk.spool.store.deliveries[2])
    #expect(row.state == .dead ? row.delivery.spent == quick.for : row.delivery.spent < quick.for)
    #expect(row.log.count > 1)
  }

  @Test func deadGoesOnToItsFallbackOnce() async throws {
    let refusing = ScriptedTransport { _ in .refused(Fault(.unknownTarget, "no such channel")) }
    try await Desk(roster(way("chat", refusing), way("bell", refusing))).open { desk in
      try await desk.post(to: chat, fallback: [bell, chat])
      await desk.settled.count(2)
      #expect(refusing.calls.all.count == 2)
      #expect(desk.states() == [1: .dead, 2: .dead])
      #expect(desk.spool.store.deliveries[1]?.note == "no such channel")
      await desk.events.count(2)
      guard case .deliveryDead(let delivery, let fault) = desk.events.all[0] else {
        Issue.record("told \(desk.events.all[0])")
        return
      }
      #expect(delivery.id == 1 && fault.kind == .unknownTarget)
    }
  }

  @Test func anOverrunningAttemptIsCancelledAndUnclear() async throws {
    let hung = ScriptedTransport { _ in
      await ScriptedTransport.hang()
      return .unclear(Fault(.timeout, "cancelled"))
    }
    try await Desk(roster(way("bell", hung, Policy(timeout: .seconds(3), repeats: false)))).open { desk in
      try await desk.post(to: bell)
      await hung.calls.count(1)
      desk.clock.advance(by: .seconds(3))
      await desk.settle()
      #expect(desk.states()[1] == .waiting)
      desk.clock.advance(by: .seconds(2))
      await desk.settled.until { $0.last?.state == .unclear }
    }
  }

  /// The stop of the gateway is not the message's fault: it costs neither time nor its place in line.
  @Test func whatADrainBreaksOffUnsentIsHandedBack() async throws {
    let transport = ScriptedTransport { _ in
      await ScriptedTransport.hang()
      return .postponed(Fault(.interrupted, "cancelled before it began"))
    }
    let desk = Desk(roster(way("bell", transport, Policy(repeats: false))))
    await desk.open { desk in
      try? await desk.post(to: bell)
      await transport.calls.count(1)
    }
    let row = try #require(desk.spool.store.deliveries[1])
    #expect(row.state == .waiting && row.delivery.due == nil && row.delivery.spent == .zero && !row.delivery.started)
  }

  @Test func anAttemptIsBegunOnDiskWhereItMustNotBeRepeated() async throws {
    let transport = ScriptedTransport()
    let desk = Desk(roster(way("bell", transport, Policy(repeats: false))))
    try await desk.open { desk in
      try await desk.post(to: bell)
      await desk.settled.count(2)
      #expect(desk.settled.all.map(\.started) == [true, false])
      #expect(desk.settled.all.map(\.state) == [.waiting, .delivered])
      #expect(transport.calls.all.map(\.attempt.mayRepeat) == [false], "and the transport knows")
    }
  }

  @Test func aRingThatWasUnderWayAtACrashIsUnclear() async throws {
    var store = MemoryStore()
    let plan = Plan(deliveries: [PlannedDelivery(destination: bell, role: "office")])
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 0))
    _ = store.apply(Batch(arrivals: [Arrival(event: event, plan: plan)]), now: Timestamp(seconds: 0))
    _ = store.apply(Batch(settlements: [Settlement(delivery: 1, event: 1, state: .waiting, started: true)]), now: Timestamp(seconds: 0))
    let transport = ScriptedTransport()
    await Desk(roster(way("bell", transport, Policy(repeats: false))), over: store).open { desk in
      await desk.settled.count(1)
      #expect(desk.settled.all[0].state == .unclear && desk.settled.all[0].fault == .interrupted)
      #expect(transport.calls.all.isEmpty)
    }
  }

  @Test func laterMessagesOfAThreadReplyToItsFirst() async throws {
    let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
    let place = Destination(transport: "chat", target: Target(["channel": "#ops", "thread_by": "subject"]))
    try await Desk(roster(way("chat", transport))).open { desk in
      try await desk.post(2, to: place, subject: "ada@example.com")
      try await desk.post(2, to: place, subject: "bob@example.com")
      await desk.settled.count(4)
      #expect(transport.calls.all.map(\.attempt.replyTo) == [nil, "ts-test-1", nil, "ts-test-3"])
      // What is kept of a thread outlives the person that it was about, so it must not tell of them.
      let kept = try await desk.spool.states(prefix: "thread/").keys
      #expect(kept.count == 2 && kept.allSatisfy { !$0.contains("example") && !$0.contains("#ops") }, "\(kept)")
    }
  }

  @Test func whatIsTooOldIsFoldedUnsent() async throws {
    let transport = ScriptedTransport()
    try await Desk(roster(way("chat", transport, Policy(stale: .seconds(60))))).open { desk in
      try await desk.courier.pause("chat", why: "upkeep")
      try await desk.post(to: chat)
      desk.clock.advance(by: .seconds(61))
      try await desk.courier.resume("chat")
      await desk.settled.count(1)
      #expect(desk.settled.all[0].state == .folded && desk.settled.all[0].note == "older than 1m (stale)")
      #expect(transport.calls.all.isEmpty)
    }
  }

  @Test func aBreakerTellsWhenItOpensAndWhenItIsMended() async throws {
    let isUp = Log<Bool>()
    let transport = ScriptedTransport { _ in isUp.all.isEmpty ? .postponed(Fault(.unreachable, "refused")) : .delivered(Receipt()) }
    try await Desk(roster(way("chat", transport, Policy(retry: .init(for: .seconds(600), first: .seconds(1), max: .seconds(1)))))).open {
      desk in
      try await desk.post(3, to: chat)
      while desk.events.all.isEmpty {
        await desk.landed()
        desk.clock.advance(by: .seconds(1))
        await desk.settle()
      }
      guard case .laneBroken(let lane, let fault) = desk.events.all[0] else {
        Issue.record("told \(desk.events.all[0])")
        return
      }
      #expect(lane == "chat" && fault.kind == .unreachable)
      #expect(await desk.courier.lanes().first?.breaker != "closed")
      isUp.add(true)
      while desk.events.all.count < 2 {
        await desk.landed()
        desk.clock.advance(by: .seconds(1))
        await desk.settle()
      }
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 3 }
      guard case .laneMended(lane: "chat") = desk.events.all[1] else {
        Issue.record("told \(desk.events.all[1])")
        return
      }
      // Nobody there: the head stays at the head, for the probes too, and the order is kept.
      let calls = transport.calls.all.map(\.message.id)
      #expect(calls.count > Breaker.threshold + 2 && calls == Array(repeating: "test-1", count: calls.count - 2) + ["test-2", "test-3"])
    }
  }
}
