import Bellhop
import GatewayWire
import Routing
import Store
import Testing

@testable import Gateway
@testable import Ledger

/// Messages of another gateway: kept once, in order, and answered with what became of them here.
@Suite(.timeLimit(.minutes(5))) struct RemoteIntakeTests {
  private static let log = Route.transport("log", TargetTemplate(Target(), only: []))

  private func message(_ id: String, via: [String] = ["hub"], age: Duration = .zero) -> Relayed {
    Relayed(id: id, via: via, age: age, alert: .loud, role: "office", row: "sign-ups", event: someEvent("at the hub", text: "hi"))
  }

  private func settle(_ parts: GatewayParts, _ delivery: Delivery, _ state: DeliveryState, _ note: String?, _ fault: Fault.Kind? = nil)
    async throws
  {
    _ = try await parts.ledger.commit(
      Batch(settlements: [Settlement(delivery: delivery.id, event: delivery.sequence, state: state, note: note, fault: fault)]))
  }

  private func deliveries(_ fixture: GatewayFixture) -> [Delivery] { fixture.heard.withLock { $0 }.flatMap(\.deliveries) }

  /// The answer waits for the end, and comes with it.
  @Test(arguments: [
    (DeliveryState.dead, "gone", Fault.Kind.unknownTarget as Fault.Kind?), (.unclear, "who knows", .timeout), (.folded, "dropped", nil),
  ])
  func theFateIsTold(state: DeliveryState, note: String, fault: Fault.Kind?) async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let fate = parts.intake.keep(message("m-1"), for: Self.log)
      let answer = Task { await fate() }
      #expect(await eventually { parts.intake.watched == 1 })
      let delivery = try #require(deliveries(fixture).first)
      #expect(delivery.role == "office" && delivery.row == "sign-ups" && delivery.alert == .loud && delivery.event.sender == "upstream")
      // Another try is no end.
      try await settle(parts, delivery, .waiting, nil)
      try await settle(parts, delivery, state, note, fault)
      #expect(await answer.value == RelayedFate(id: "m-1", state: state, note: note, fault: fault))
      #expect(parts.intake.watched == 0)
    }
  }

  /// Its answer was lost, and it comes again: it is not kept again, and hears the same.
  @Test func whatComesAgainIsKeptOnce() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let first = parts.intake.keep(message("m-1"), for: Self.log)
      let cancelled = Task { await first() }
      #expect(await eventually { parts.intake.watched == 1 })
      cancelled.cancel()
      #expect(await cancelled.value == nil && parts.intake.watched == 0, "who is cut off waits for nothing")
      try await settle(parts, try #require(deliveries(fixture).first), .dead, "no", .rejected)
      let again = parts.intake.keep(message("m-1", age: .seconds(60)), for: Self.log)
      #expect(await again() == RelayedFate(id: "m-1", state: .dead, note: "no", fault: .rejected), "it has ended before it was asked about")
      #expect(deliveries(fixture).count == 1)
    }
  }

  /// The calls say the order, whoever waits first.
  @Test func theOrderIsThatOfTheCalls() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let ids = (0..<100).map { "m-\($0)" }
      let fates = ids.map { parts.intake.keep(message($0), for: Self.log) }
      let answers = fates.reversed().map { fate in Task { await fate() } }
      #expect(await eventually { parts.intake.watched == ids.count })
      #expect(deliveries(fixture).map(\.event.id) == ids)
      for answer in answers { answer.cancel() }
      for answer in answers { #expect(await answer.value == nil) }
    }
  }

  @Test func aLoopIsRefusedAndNotKept() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let fate = await parts.intake.keep(message("m-1", via: ["a", parts.ledger.epoch, "b"]), for: Self.log)()
      #expect(fate?.state == .dead && fate?.fault == .misconfigured && fate?.note.contains("a loop") == true)
      #expect(fixture.heard.withLock { $0.isEmpty })
    }
  }

  /// By the rules of the transport here, and by the age that is counted there.
  @Test(arguments: [(Duration.seconds(3_600), DeliveryState.waiting), (.seconds(3_601), .folded)])
  func whatIsTooOldIsFolded(age: Duration, state: DeliveryState) async throws {
    let fixture = try GatewayFixture(GatewayFixture.rows.replacing("use: stdout", with: "use: stdout, stale: 1h"))
    try await fixture.run { parts in
      let fate = parts.intake.keep(message("m-1", age: age), for: Self.log)
      let answer = Task { await fate() }
      if state == .folded {
        #expect(await answer.value == RelayedFate(id: "m-1", state: .folded, note: "older than 1h (stale)"))
      } else {
        #expect(await eventually { parts.intake.watched == 1 })
        answer.cancel()
        #expect(await answer.value == nil)
      }
      #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).flatMap(\.plan.deliveries).map(\.state) == [state])
    }
  }

  /// No room here is no end: the hub asks again.
  @Test func whatCannotBeKeptIsPutOff() async throws {
    try await GatewayFixture().run(Ledger.Options(freeFraction: { 0.01 })) { parts in
      let fate = await parts.intake.keep(message("m-1"), for: Self.log)()
      #expect(fate?.state == .waiting && fate?.fault == .unavailable && fate?.wait == .seconds(30))
      #expect(fate?.note.contains("of the disk under") == true && parts.intake.watched == 0)
    }
  }

  /// A channel with several places: the worst counts, and nothing is told before all have ended.
  @Test func theWorstOfSeveralIsTold() {
    func one(_ state: DeliveryState, _ line: String? = nil) -> HistoryDelivery {
      let attempts = line.map {
        [HistoryAttempt(number: 1, at: Timestamp(seconds: 0), took: .zero, lane: "l", outcome: "delivered", line: $0, fault: nil)]
      }
      return HistoryDelivery(
        id: 1, sequence: 1, destination: Destination(transport: "log"), role: "", row: nil, alert: .normal, state: state,
        note: line == nil ? state.word : nil, fault: nil, due: nil, attempts: attempts ?? [])
    }
    func fate(_ deliveries: HistoryDelivery...) -> RelayedFate? { RemoteIntake.fate("m", deliveries) }
    #expect(fate(one(.delivered), one(.waiting)) == nil)
    #expect(fate(one(.delivered), one(.unclear), one(.dead))?.note == "dead")
    #expect(fate(one(.folded), one(.delivered), one(.unclear))?.note == "unclear")
    #expect(fate(one(.folded), one(.silenced), one(.delivered, "204")) == RelayedFate(id: "m", state: .delivered, note: "204"))
    #expect(fate(one(.folded), one(.silenced))?.state == .silenced)
    #expect(fate()?.state == .dead && fate()?.fault == .internal, "the history has been swept meanwhile")
  }
}
