import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

/// What gathers at the edge of the history: destinations made of events, and states that have had their time.
@Suite struct TidyTests {
  private let options = Ledger.Options(idempotency: .seconds(60), keep: .seconds(600), freeFraction: { 1 })

  private func direct(_ who: Int) -> Destination {
    Destination(channel: "direct", transport: "chat", target: Target(["channel": .string("@\(who)")]))
  }

  private func arrival(_ who: Int, fallback: [Destination] = []) -> Arrival {
    let event = Event(id: "\(who)", sender: "s", source: "s", type: "t", time: Timestamp(seconds: 1))
    return Arrival(event: event, plan: Plan(deliveries: [PlannedDelivery(destination: direct(who), role: "r", fallback: fallback)]))
  }

  private func destinations(_ ledger: Ledger) async throws -> [Int64] {
    try await ledger.pool.read { try Int64.fetchAll($0, sql: "SELECT id FROM destination ORDER BY id") }
  }

  @Test func destinationsThatNobodyNamesGo() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(options)
    for who in 1...20 { try await ledger.keep(arrival(who)) }
    try await ledger.keep(arrival(21, fallback: [direct(1_000), direct(1)]))
    let all = fixture.deliveries
    _ = try await ledger.commit(Batch(settlements: all.dropFirst(18).dropLast().map { delivered($0) }))
    _ = try await ledger.commit(Batch(settlements: all.prefix(18).dropFirst().map { delivered($0) }))
    #expect(try await ledger.tidy() == 0, "the history names them all")
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    // The first, the last and its fallbacks wait.
    #expect(try await ledger.tidy() == 19)
    #expect(try await destinations(ledger) == [1, 21, 22])
    #expect(try await ledger.waiting(for: [21], after: 0, limit: 9).map(\.fallback) == [[direct(1_000), direct(1)]])
    // A number is never given twice: lanes know destinations by it. Not even when the highest is gone and the store was closed.
    _ = try await ledger.commit(
      Batch(settlements: [Settlement(delivery: all[20].id, event: all[20].sequence, state: .delivered)]))
    while try await ledger.sweep() {}
    #expect(try await ledger.tidy() == 2)
    #expect(try await destinations(ledger) == [1])
    await ledger.close()
    ledger = try fixture.open(options)
    try await ledger.keep(arrival(5))
    #expect(try await destinations(ledger) == [1, 23])
    #expect(fixture.deliveries.last?.destinationID == 23)
    await ledger.close()
  }

  /// While it looks, arrivals name anew what it has found unnamed.
  @Test func nothingInUseGoesBesideTraffic() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    let many = 200
    for who in 1...many { try await ledger.keep(arrival(who)) }
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 { group.addTask { for who in 1...many where who % 4 == task { try await ledger.keep(self.arrival(who)) } } }
      group.addTask { for _ in 0..<20 { _ = try await ledger.tidy() } }
      group.addTask { for _ in 0..<20 { _ = try await ledger.tidy() } }
      try await group.waitForAll()
    }
    _ = try await ledger.tidy()
    let backlog = try await ledger.backlog()
    #expect(backlog.count == many && Set(backlog.map(\.destination)) == Set((1...many).map(direct)))
    #expect(try await destinations(ledger).count == many)
    await ledger.close()
  }

  @Test func statesExpire() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options)
    let soon = fixture.time.withLock { $0 } + .seconds(10)
    var states: [String: StateValue?] = ["stays": [1], "later": StateValue([2], expires: soon + .seconds(10))]
    for number in 0..<250 { states["thread/\(number)"] = StateValue([3], expires: soon) }
    _ = try await ledger.commit(Batch(states: states))
    #expect(try await ledger.sweep() == false)
    fixture.advance(.seconds(10))
    #expect(try await ledger.sweep(), "a step is small")
    #expect(try await ledger.sweep() == false)
    #expect(try await ledger.states(prefix: "") == ["stays": [1], "later": [2]])
    await ledger.close()
  }

  /// A store of the first version: its threads get an end.
  @Test func anOlderStoreIsTakenAlong() async throws {
    let fixture = Fixture()
    try StoreFile.makeFolder(fixture.folder.path)
    let old = try DatabaseQueue(path: fixture.database)
    try await old.write { db in
      try Migrations.all[0](db)
      try db.execute(sql: "PRAGMA user_version = 1; PRAGMA application_id = \(0x4245_4C4C)")
      try db.execute(sql: "INSERT INTO state VALUES ('thread/a', x'01'), ('pause/b', x'02')")
    }
    try old.close()
    let ledger = try fixture.open(options)
    let expiring = try await ledger.pool.read { try String.fetchAll($0, sql: "SELECT key FROM state WHERE expires > 1e15") }
    #expect(expiring == ["thread/a"])
    #expect(try await ledger.state("pause/b") == [2])
    await ledger.close()
  }
}
