import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

@Suite struct SweepTests {
  private let options = Ledger.Options(idempotency: .seconds(60), keep: .seconds(600), freeFraction: { 1 })

  @Test func removesWhatIsOldAndNeverWhatWaits() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    let titled = Rendering(title: Text([.text("t")]))
    _ = try await ledger.commit(Batch(arrivals: (0..<450).map { arrival("\($0)", rendering: titled) }))
    let all = fixture.deliveries
    let settled = all.filter { $0.id != all[3].id }.map { delivered($0) }
    _ = try await ledger.commit(Batch(settlements: settled))
    fixture.advance(.seconds(599))
    #expect(try await ledger.sweep() == false)
    #expect(try await ledger.allIDs().count == 450)
    fixture.advance(.seconds(1))
    #expect(try await ledger.sweep(), "a step is small")
    #expect(try await ledger.allIDs().count == 251)
    while try await ledger.sweep() {}
    #expect(try await ledger.allIDs() == ["3"])
    let left = try await ledger.pool.read { db in
      try ["delivery", "attempt", "rendering"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
    }
    #expect(left == [1, 0, 1])
    // Once it has ended, the next round takes it too.
    _ = try await ledger.commit(Batch(settlements: [Settlement(delivery: all[3].id, event: all[3].sequence, state: .dead)]))
    #expect(await ledger.counts().dead == 1)
    #expect(try await ledger.sweep() == false)
    #expect(try await ledger.allIDs().isEmpty)
    #expect(await ledger.counts().dead == 0)
    await ledger.close()
  }

  @Test func whatAWindowHoldsStays() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    var held = arrival("held")
    for index in held.wish.plan.deliveries.indices {
      held.wish.plan.deliveries[index].state = .held
      held.wish.plan.deliveries[index].window = 7
    }
    var folded = arrival("folded")
    for index in folded.wish.plan.deliveries.indices { folded.wish.plan.deliveries[index].state = .folded }
    try await ledger.keep(held, folded)
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    #expect(try await ledger.allIDs() == ["held"])
    await ledger.close()
  }

  /// Opens a window for what is awaited, and tells at its end whether the event can still be read.
  private struct Watchful: Decider {
    let length: Duration

    func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
      guard arrival.event.type == "awaited" else { return Decision(plan: arrival.wish.plan) }
      let due = turn.received + length
      return Decision(
        plan: arrival.wish.plan,
        consequences: Consequences(
          alarms: [.set(Alarm(kind: .window, ref: turn.sequence, due: due))],
          needs: [NeededEvent(turn.sequence, received: turn.received, until: due)]))
    }

    func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences {
      let word = states.event(window.ref) == nil ? "gone" : "there"
      let told = Event(id: "told-\(window.ref)", sender: "bellhop", source: "bellhop", type: word, time: turn.received, text: word)
      return Consequences(emitted: [Arrival(event: told, plan: Plan())])
    }
  }

  /// An event that a window reads at its end is there then: whether the window is longer than events are kept, or woken late.
  @Test(arguments: [(500, 700), (590, 650), (600, 600), (900, 900), (900, 5_000)]) func whatIsWatchedStays(_ length: Int, _ woken: Int)
    async throws
  {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    ledger.decider.withLock { $0 = Watchful(length: .seconds(length)) }
    try await ledger.keep(arrival("1", type: "awaited"), arrival("2"))
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    for _ in 0..<(woken / 50) {
      fixture.advance(.seconds(50))
      while try await ledger.sweep() {}
    }
    let due = try await ledger.alarms(.window, dueBy: fixture.time.withLock { $0 }, after: nil, limit: 10)
    _ = try await ledger.commit(Batch(due: due))
    #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.event.type).last == "there")
    // What nobody waits for any more goes, as does what nobody waited for.
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    #expect(try await ledger.allIDs().isEmpty)
    #expect(try await ledger.pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM alarm") } == 0)
    await ledger.close()
  }

  @Test func numbersAreNeverGivenTwice() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(options)
    try await ledger.keep(arrival("1"), arrival("2"))
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    let time = fixture.deliveries[0].received + .seconds(700)
    fixture.advance(.seconds(700))
    try await ledger.keep(arrival("3"))
    _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[2])]))
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    #expect(try await ledger.allIDs().isEmpty)
    await ledger.close()
    fixture.leap(.seconds(-3_000))
    ledger = try fixture.open(options)
    #expect(try await ledger.keep(arrival("4")) == [4])
    #expect(fixture.deliveries.last?.id == 4)
    #expect(fixture.deliveries.last?.received == time, "nor does time run backwards")
    await ledger.close()
  }

  @Test func identitiesAreRememberedForTheirTime() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(Ledger.Options(idempotency: .seconds(600), keep: .seconds(60), freeFraction: { 1 }))
    try await ledger.keep(arrival("1", subject: "anna"))
    _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[0])]))
    fixture.advance(.seconds(100))
    #expect(try await ledger.sweep() == false)
    #expect(try await ledger.allIDs().isEmpty)
    #expect(try await ledger.event(sequence: 1) == nil)
    #expect(try await ledger.event(id: "1") == nil)
    #expect(try await ledger.commit(Batch(arrivals: [arrival("1", subject: "anna")])) == [Acceptance(sequence: 1, duplicate: true)])
    fixture.advance(.seconds(500))
    #expect(try await ledger.keep(arrival("1")) == [2], "forgotten after idempotency")
    #expect(try await ledger.sweep() == false)
    let rows = try await ledger.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM event") }
    #expect(rows == 1)
    await ledger.close()
  }

  @Test func goesOnBesideLoad() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    for batch in 0..<10 { _ = try await ledger.commit(Batch(arrivals: (0..<100).map { arrival("old \(batch) \($0)") })) }
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    fixture.advance(.seconds(700))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask { for index in 0..<50 { try await ledger.keep(arrival("new \(task) \(index)")) } }
      }
      group.addTask { while try await ledger.sweep() {} }
      try await group.waitForAll()
    }
    let ids = try await ledger.allIDs()
    #expect(ids.count == 200 && ids.allSatisfy { $0.hasPrefix("new") })
    #expect(await ledger.counts().waiting == 200)
    await ledger.close()
  }
}
