import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

/// A million rows must not be looked at where a few are asked for. What the store really asks is listened to, and SQLite tells how it
/// would find it: https://www.sqlite.org/eqp.html
@Suite struct PlanTests {
  /// The statements that `body` makes a reader of the store run.
  private func statements(_ ledger: Ledger, _ body: () async throws -> Void) async throws -> [String] {
    let heard = Guarded<[String]>([])
    for readers in [ledger.pool, ledger.questions] {
      try await readers.read { db in
        db.trace { event in
          if case .statement(let statement) = event { heard.withLock { $0.append(statement.sql) } }
        }
      }
    }
    try await body()
    for readers in [ledger.pool, ledger.questions] { try await readers.read { db in db.trace(nil) } }
    return heard.withLock { Set($0) }.filter { $0.hasPrefix("SELECT") }.sorted()
  }

  private func plan(_ sql: String, _ ledger: Ledger) async throws -> [String] {
    try await ledger.pool.read { db in
      let explain = try SQLQuery("EXPLAIN QUERY PLAN " + sql, on: db)
      return try explain.all { explain.text(3) }
    }
  }

  private func filled(_ fixture: Fixture) async throws -> Ledger {
    let ledger = try fixture.open()
    for number in 0..<20 { try await ledger.keep(arrival("\(number)", subject: "ann")) }
    _ = try await ledger.commit(
      Batch(
        settlements: fixture.deliveries.prefix(9).map { Settlement(delivery: $0.id, event: $0.sequence, state: .dead, fault: .rejected) }))
    return ledger
  }

  typealias Question = @Sendable (Ledger) async throws -> Void
  private static let questions: [(String, Question, String)] = [
    ("waiting", { _ = try await $0.waiting(for: [1], after: 5, limit: 9) }, "INDEX delivery_waiting"),
    ("waiting by id", { _ = try await $0.waiting(ids: [15]) }, "INTEGER PRIMARY KEY"),
    ("backlog", { _ = try await $0.backlog() }, "INDEX delivery_waiting"),
    ("alarms", { _ = try await $0.alarms(.delivery, dueBy: Timestamp(seconds: 9), after: nil, limit: 9) }, "INDEX alarm_due"),
    ("next alarm", { _ = try await $0.nextAlarm(.delivery) }, "INDEX alarm_due"),
    ("dead", { _ = try await $0.deliveries(state: .dead, destination: nil, before: nil, limit: 3) }, "INDEX delivery_ended"),
    (
      "dead of one", { _ = try await $0.deliveries(state: .dead, destination: "money", before: 9, limit: 3) },
      "INDEX delivery_failed (state=? AND destination=? AND rowid<?)"
    ),
    ("counted", { _ = try await $0.count(state: .dead, destination: nil, roles: nil, upTo: 3) }, "COVERING INDEX delivery_ended"),
    ("held", { _ = try await $0.deliveries(state: .held, destination: nil, before: nil, limit: 3) }, "INDEX delivery_held"),
    (
      "those that wait", { _ = try await $0.deliveries(state: .waiting, destination: nil, before: nil, limit: 3) }, "INDEX delivery_waiting"
    ),
    ("sent", { _ = try await $0.deliveries(DeliveryQuery()) }, "SEARCH delivery USING INTEGER PRIMARY KEY"),
    ("sent and dead", { _ = try await $0.deliveries(DeliveryQuery(states: [.dead])) }, "SEARCH delivery USING INDEX delivery_ended"),
    ("sent and held", { _ = try await $0.deliveries(DeliveryQuery(states: [.held])) }, "INDEX delivery_held"),
    ("sent and waiting", { _ = try await $0.deliveries(DeliveryQuery(states: [.waiting])) }, "INDEX delivery_waiting"),
    (
      "sent lately", { _ = try await $0.deliveries(DeliveryQuery(since: Timestamp(seconds: 9), until: Timestamp(seconds: 99))) },
      "SEARCH event USING INTEGER PRIMARY KEY"
    ),
    ("what followed", { _ = try await $0.following("ann", after: 7, roles: nil, limit: 3) }, "PRIMARY KEY (key=? AND sequence"),
    ("event", { _ = try await $0.event(id: "7") }, "PRIMARY KEY (identity"),
    ("by sequence", { _ = try await $0.event(sequence: 7) }, "INTEGER PRIMARY KEY"),
    ("by type", { _ = try await $0.search(HistoryQuery(type: "a.b", limit: 3)) }, "PRIMARY KEY (key=? AND sequence>? AND sequence<?)"),
    (
      "by subject", { _ = try await $0.search(HistoryQuery(subject: "ann", limit: 3)) }, "PRIMARY KEY (key=? AND sequence>? AND sequence<?)"
    ),
    ("newest", { _ = try await $0.search(HistoryQuery(limit: 3)) }, "INTEGER PRIMARY KEY"),
    ("for an index", { _ = try await $0.events(after: 3, through: 9, limit: 3, bytes: 999) }, "SEARCH d USING INTEGER PRIMARY KEY"),
    ("states", { _ = try await $0.states(prefix: "pause/") }, "PRIMARY KEY"),
    ("states by page", { _ = try await $0.states(prefix: "slot/", after: "slot/1", limit: 3) }, "PRIMARY KEY"),
  ]

  @Test(arguments: questions.map(\.0)) func readersTakeAnIndex(_ name: String) async throws {
    let ledger = try await filled(Fixture())
    let (_, ask, index) = try #require(Self.questions.first { $0.0 == name })
    let heard = try await statements(ledger) { try await ask(ledger) }
    #expect(!heard.isEmpty)
    var plans: [String] = []
    for sql in heard { plans += try await plan(sql, ledger) }
    #expect(plans.contains { $0.contains(index) }, "\(plans)")
    // A scan by the rows' own order is how pages of the newest are read; any other looks at everything.
    for step in plans where step.hasPrefix("SCAN") && !(name.hasSuffix("held") && step.hasSuffix("INDEX delivery_held")) {
      #expect(step == "SCAN e" || step.hasPrefix("SCAN (") || step == "SCAN CONSTANT ROW", "\(plans)")
    }
    // What waits out of line for one destination, what is held, and events whose ids share a hash, are sorted: few in life.
    #expect(
      ["those that wait", "held", "sent and held", "sent and waiting", "event"].contains(name)
        || !plans.contains { $0.contains("TEMP B-TREE") }, "\(plans)")
    await ledger.close()
  }

  /// The writer's own, on the way of every event, and the counts at the start.
  @Test func theWriterTakesAnIndex() async throws {
    let ledger = try await filled(Fixture())
    let writer = try #require(ledger.writer.withLock { $0 })
    let found = try await ledger.pool.writeWithoutTransaction { db in
      var found: [String] = []
      for statement in [
        writer.statements.findIdentity, writer.statements.readDelivery, writer.statements.settle, writer.statements.findDestination,
        writer.statements.addType, writer.statements.removeType,
      ] {
        let explain = try SQLQuery("EXPLAIN QUERY PLAN " + statement.sql, on: db)
        found += try explain.all { explain.text(3) }
      }
      return found
    }
    #expect(found.count == 6 && found.allSatisfy { $0.hasPrefix("SEARCH") }, "\(found)")
    await ledger.close()
  }
}
