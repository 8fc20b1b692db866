import GRDB
import Testing

@testable import Ledger

/// A million rows must not be looked at where a few are asked for: SQLite tells which index it would take.
@Suite struct PlanTests {
  private func plan(_ sql: String, _ ledger: Ledger) async throws -> String {
    try await ledger.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: [], adapter: nil).map { $0["detail"] as String }.joined(
        separator: "; ")
    }
  }

  @Test(arguments: [
    ("SELECT id FROM delivery WHERE state = 0 AND destination = 1 AND due IS NULL AND id > 5 ORDER BY id LIMIT 9", "delivery_waiting"),
    ("SELECT destination, count(*) FROM delivery WHERE state = 0 GROUP BY destination", "COVERING INDEX delivery_waiting"),
    ("SELECT count(*) FROM delivery WHERE state = 5", "COVERING INDEX delivery_ended"),
    ("SELECT id, destination FROM delivery WHERE state = 5 AND id < 9 ORDER BY id DESC", "delivery_ended"),
    ("SELECT sequence FROM event WHERE identity = x'00' ORDER BY sequence DESC LIMIT 1", "COVERING INDEX event_identity"),
    ("SELECT * FROM event e WHERE e.type = 'a' AND e.sequence < 9 AND e.gone = 0 ORDER BY e.sequence DESC", "event_type"),
    ("SELECT * FROM event e WHERE e.subject_key = 1 AND e.sequence < 9 AND e.gone = 0 ORDER BY e.sequence DESC", "event_subject"),
    ("SELECT * FROM event e WHERE 1 AND e.sequence < 9 AND e.gone = 0 ORDER BY e.sequence DESC", "INTEGER PRIMARY KEY"),
    ("SELECT kind, ref, due FROM alarm WHERE due <= 1 ORDER BY due, kind, ref LIMIT 9", "alarm_due"),
  ])
  func takesTheIndex(_ sql: String, _ index: String) async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    let plan = try await plan(sql, ledger)
    #expect(plan.contains(index), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    await ledger.close()
  }
}
