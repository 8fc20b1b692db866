import Bellhop
import Store
import Testing

@testable import Courier
@testable import Gateway
@testable import Ledger

/// What goes on beside the traffic: `keep`, tidying, and a look at the store's room.
@Suite(.timeLimit(.minutes(5))) struct KeeperTests {
  /// Runs a keeper, and who keeps what it tells, until `body` is done.
  private func keeping(
    _ fixture: GatewayFixture, _ parts: GatewayParts, _ rhythm: Keeper.Rhythm = .init(), tells: Bool = true, _ body: () async throws -> Void
  )
    async throws
  {
    let trouble = TroubleReporter(logger: fixture.logger, wall: fixture.wall)
    trouble.serve(parts.acceptor)
    let keeper = Task { try await Keeper(ledger: parts.ledger, inForce: parts.inForce, trouble: trouble, rhythm: rhythm).run() }
    let reporter = Task { if tells { try await trouble.run() } }
    do { try await body() } catch {
      keeper.cancel()
      reporter.cancel()
      throw error
    }
    keeper.cancel()
    reporter.cancel()
    try await keeper.value
    try await reporter.value
  }

  private func ids(_ parts: GatewayParts) async throws -> [String] {
    var query = HistoryQuery()
    query.limit = 1_000
    return try await parts.ledger.search(query).events.map(\.event.id)
  }

  /// In its first round, and to the end, though a step is small.
  @Test func whatIsOlderThanKeepGoes() async throws {
    let fixture = try GatewayFixture("store: { keep: 1d, idempotency: 1d }\n" + GatewayFixture.rows)
    try await fixture.run { parts in
      // Nothing waits: a dead plan is an end.
      let old = (0..<450).map { Arrival(event: someEvent("\($0)"), plan: Plan(fate: .unrouted)) }
      _ = try await parts.ledger.commit(Batch(arrivals: old))
      fixture.advance(.seconds(86_401))
      _ = try await parts.ledger.commit(Batch(arrivals: [Arrival(event: someEvent("young"), plan: Plan(fate: .unrouted))]))
      try await keeping(fixture, parts) {
        let isSwept = try await eventually { try await ids(parts) == ["young"] }
        #expect(isSwept)
      }
    }
  }

  @Test func aLowStoreIsAnEventAndALine() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run(Ledger.Options(freeFraction: { 0.03 })) { parts in
      try await keeping(fixture, parts, .init(round: .milliseconds(5))) {
        #expect(await eventually { fixture.heard.withLock { !$0.flatMap(\.arrivals).isEmpty } })
        // Rounds later it is still low, and told once.
        #expect(await eventually { fixture.lines.withLock { $0.count { $0.contains("3.0 % of the disk") } } > 3 })
      }
      let told = fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.event)
      #expect(told.map(\.type) == ["bellhop.store.low"] && told.first?.text.contains("3.0 % of the disk") == true, "\(told)")
    }
  }

  /// A store that does not answer for once is tried again; the keeper does not end for it.
  @Test func aRoundThatFailsIsNotTheLast() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      await parts.ledger.close()
      try await keeping(fixture, parts, .init(round: .milliseconds(5))) {
        #expect(await eventually { fixture.lines.withLock { $0.count { $0.contains("could not be swept; it will be tried again") } } > 2 })
      }
    }
  }

  /// Destinations that nobody names go in their own time, and not at each round.
  @Test(arguments: [true, false]) func tidyingHasItsOwnTime(isDue: Bool) async throws {
    let fixture = try GatewayFixture()
    // So low that each round says so: rounds can be counted.
    let options = Ledger.Options(idempotency: .seconds(86_400), keep: .seconds(86_400), freeFraction: { 0.06 })
    try await fixture.run(options) { parts in
      _ = try await parts.accept([someEvent("a")])
      let delivery = try #require(fixture.heard.withLock { $0 }.flatMap(\.deliveries).first)
      _ = try await parts.ledger.commit(Batch(settlements: [Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead)]))
      fixture.advance(.seconds(86_401))
      func destinations() async throws -> Int64 {
        try await parts.ledger.read { db in
          let query = try SQLQuery("SELECT count(*) FROM destination", on: db)
          return try query.first { query.int(0) } ?? 0
        }
      }
      let rhythm = Keeper.Rhythm(round: .milliseconds(5), firstTidying: isDue ? .zero : .seconds(600))
      try await keeping(fixture, parts, rhythm, tells: false) {
        let isSwept = try await eventually { try await ids(parts).isEmpty }
        let rounds = fixture.lines.withLock { $0.count }
        let isLater = await eventually { fixture.lines.withLock { $0.count } > rounds + 2 }
        #expect(isSwept && isLater)
        if isDue {
          let isTidied = try await eventually { try await destinations() == 0 }
          #expect(isTidied)
        } else {
          let left = try await destinations()
          #expect(left == 1)
        }
      }
    }
  }
}
