import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

/// Numbers in the store that Bellhop never wrote. Whatever they are, the process goes on, or says at the start that the store is damaged.
@Suite struct SenselessTests {
  private static let extremes = ["9223372036854775807", "-9223372036854775808", "-1", "4611686018427387904", "'text'", "x'00'"]
  private static let columns = [
    "event SET received", "event SET time", "event SET severity", "event SET fate", "event SET first_delivery", "event SET deliveries",
    "event SET identity", "event SET subject_key", "event SET type", "event SET sequence", "event SET gone", "event SET data",
    "delivery SET id",
    "delivery SET event", "delivery SET destination", "delivery SET state", "delivery SET alert", "delivery SET attempts",
    "delivery SET started", "delivery SET spent", "delivery SET due", "delivery SET extra", "delivery SET at", "delivery SET took",
    "delivery SET lane", "delivery SET words", "delivery SET fallback", "destination SET id", "destination SET form", "attempt SET id",
    "attempt SET at", "attempt SET took", "attempt SET outcome", "alarm SET due", "alarm SET ref", "state SET version",
    "state SET expires", "state SET value", "meta SET value", "lane SET id", "type SET key", "type SET sequence",
  ]

  @Test(arguments: columns) func noNumberEndsTheProcess(_ column: String) async throws {
    let table = String(column.split(separator: " ")[0])
    let isKey = ["event SET sequence", "delivery SET id", "destination SET id", "attempt SET id", "lane SET id", "alarm SET ref"].contains(
      column)
    for value in Self.extremes {
      let fixture = Fixture()
      var ledger = try fixture.open()
      try await fill(ledger, fixture)
      await ledger.close()
      let queue = try DatabaseQueue(path: fixture.database)
      let last = isKey ? " WHERE rowid = (SELECT max(rowid) FROM \(table))" : ""
      // What SQLite itself does not take is not in the store.
      let isThere =
        (try? await queue.write { try $0.execute(sql: "UPDATE OR IGNORE \(column) = \(value)\(table == "alarm" ? "" : last)") }) != nil
      try queue.close()
      guard isThere else { continue }
      do { ledger = try fixture.open() } catch let error as LedgerError {
        guard case .damaged = error else {
          Issue.record("\(column) = \(value): \(error)")
          continue
        }
        continue
      }
      await use(ledger)
      await ledger.close()
    }
  }

  private func fill(_ ledger: Ledger, _ fixture: Fixture) async throws {
    for number in 0..<6 {
      try await ledger.keep(arrival("\(number)", subject: "ann", data: ["n": 1], rendering: Rendering(text: Text(literal: "words"))))
    }
    let all = fixture.deliveries
    func failed(_ delivery: Delivery, _ due: Duration?) -> Settlement {
      Settlement(
        delivery: delivery.id, event: delivery.sequence,
        attempt: AttemptRecord(
          number: 1, at: delivery.received, took: .milliseconds(1), lane: "chat", kind: "slack",
          outcome: .postponed(Fault(.unavailable, "503"))),
        state: due == nil ? .dead : .waiting, due: due.map { delivery.received + $0 })
    }
    _ = try await ledger.commit(
      Batch(
        settlements: [delivered(all[0]), failed(all[1], .seconds(60)), failed(all[2], nil)],
        states: ["pause/chat": StateValue([1, 2]), "thread/x": StateValue([1], expires: Timestamp(seconds: 1))]))
    try await ledger.catchUp()
  }

  /// Everything that reads or writes; errors are fine.
  private func use(_ ledger: Ledger) async {
    _ = try? await ledger.backlog()
    let next = try? await ledger.nextAlarm(.delivery)
    _ = next.flatMap { $0 }.map { $0 + .seconds(60) }
    let alarms = (try? await ledger.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: nil, limit: 9)) ?? []
    var waiting = (try? await ledger.waiting(ids: alarms.map(\.ref))) ?? []
    waiting += (try? await ledger.waiting(for: [1, 2, -1, .max], after: 0, limit: 9)) ?? []
    for delivery in waiting {
      _ = delivery.again(1)
      _ = delivery.received.rfc3339 + (delivery.due?.rfc3339 ?? "") + delivery.event.time.rfc3339
      _ = try? await ledger.commit(
        Batch(settlements: [
          Settlement(
            delivery: delivery.id, event: delivery.sequence, state: .dead,
            followUps: [
              PlannedDelivery(destination: Destination(transport: "other"), role: "r")
            ])
        ]))
    }
    _ = try? await ledger.states(prefix: "")
    for state in DeliveryState.allCases {
      _ = try? await ledger.deliveries(state: state, destination: nil, before: nil, limit: 9)
    }
    for query in [
      HistoryQuery(), HistoryQuery(subject: "ann"), HistoryQuery(type: "a.b"), HistoryQuery(role: "r"),
      HistoryQuery(since: Timestamp(seconds: 5)),
    ] {
      _ = try? await ledger.search(query)
    }
    for sequence in Int64(1)...6 {
      _ = try? await ledger.event(sequence: sequence)
      _ = try? await ledger.delivery(id: sequence)
    }
    _ = try? await ledger.event(id: "3")
    _ = try? await ledger.keep(arrival("new", subject: "ann"), arrival("5"))
    _ = try? await ledger.retry([1, 2, 3, .max]) { _, _, _ in nil }
    _ = try? await ledger.forget(subject: "ann", limit: 2)
    try? await ledger.catchUp()
    _ = try? await ledger.tidy()
    while (try? await ledger.sweep()) == true {}
  }
}

extension Delivery {
  /// What the courier works out for an attempt.
  fileprivate func again(_ more: Int) -> (Int, Duration, Timestamp) { (attempts + more, spent + .seconds(1), received + spent) }
}
