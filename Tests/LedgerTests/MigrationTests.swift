import Bellhop
import Foundation
import GRDB
import Store
import Testing

@testable import Ledger

/// Stores that earlier versions left behind: `Stores/version3.sqlite` was written by a gateway whose store was of version 3, with deliveries
/// that were delivered at once and at the second try, are dead, wait in line and out of it. `Stores/version6.sqlite` was written by a ledger
/// of version 6: events of four types, one of them forgotten, one kept only for its identity, and two behind the mark of the indexes.
@Suite struct MigrationTests {
  private func opened(_ name: String, _ fixture: Fixture) throws -> Ledger {
    let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Stores/\(name).sqlite")
    try FileManager.default.createDirectory(atPath: fixture.folder.path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: source, to: URL(filePath: fixture.database))
    return try fixture.open()
  }

  @Test func aStoreOfVersion3IsBroughtAlong() async throws {
    let fixture = Fixture()
    let ledger = try opened("version3", fixture)
    let version = try await ledger.pool.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") }
    #expect(version == Migrations.all.count)
    #expect(await ledger.counts().waiting == 5)

    // What had ended is told as it was.
    let twice = try #require(try await ledger.event(id: "u1"))
    #expect(twice.deliveries.map(\.state) == [.delivered, .waiting])
    #expect(twice.deliveries[0].attempts.map(\.outcome) == ["postponed", "delivered"])
    let plain = try #require(try await ledger.event(id: "plain")?.deliveries.first)
    #expect(plain.attempts.map(\.line) == ["200"] && plain.attempts.map(\.lane) == ["hook"])
    #expect(try #require(try await ledger.event(id: "refused")).deliveries.map(\.state) == [.dead, .waiting])

    // What waits has its words, in line and out of it.
    let waiting = try await ledger.waiting(ids: [4, 6, 10, 11])
    #expect(waiting.map(\.id) == [4, 6, 10, 11])
    #expect(waiting[0].rendering?.title == Text([.text("New")]) && waiting[0].rendering?.text?.plain == "Hello u2@example.com")
    #expect(waiting[2].rendering == nil && waiting[2].attempts == 5)
    let due = try #require(waiting[2].due)
    #expect(try await ledger.nextAlarm(.delivery) == due)

    // And it goes on from there.
    _ = try await ledger.commit(Batch(settlements: [delivered(waiting[1])]))
    #expect(try #require(try await ledger.delivery(id: 6)).attempts.count == 1)
    #expect(try await ledger.commit(Batch(arrivals: [arrival("new")]))[0].sequence > 8)
    #expect(try await ledger.forget(subject: "u2@example.com", limit: 9) == 1)
    await ledger.close()
    #expect(try !Data(contentsOf: URL(filePath: fixture.database)).contains(Data("u2@example.com".utf8)))
  }

  /// Events are found by their types as before, and the index by type is a table of numbers.
  @Test func aStoreOfVersion6IsBroughtAlong() async throws {
    let fixture = Fixture()
    let ledger = try opened("version6", fixture)
    for _ in 0..<2 {
      for (type, ids) in [
        ("order.paid", ["behind", "8", "7", "5", "4", "2", "1"]), ("server.down", ["9", "6", "3"]), ("größe.geändert", ["rare"]),
        ("deploy.ended", ["new"]), ("order", []),
      ] {
        #expect(try await ledger.search(HistoryQuery(type: type)).events.map(\.event.id) == ids)
      }
      #expect(try await ledger.search(HistoryQuery(subject: "s1")).events.map(\.event.id) == ["new", "behind", "9", "7", "5", "3", "1"])
      try await ledger.catchUp()
    }
    let (kinds, left) = try await ledger.pool.read { db in
      (
        try String.fetchAll(db, sql: "SELECT DISTINCT typeof(key) || ' ' || typeof(sequence) FROM type"),
        try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE name = 'event_type'")
      )
    }
    #expect(kinds == ["integer integer"] && left == [])
    await ledger.close()
  }

  /// An empty store and one of many types are filled type by type, whatever order their keys have.
  @Test(arguments: [0, 1, 500]) func theIndexByTypeIsFilled(_ types: Int) async throws {
    let queue = try DatabaseQueue()
    let (filled, wanted) = try await queue.write { db in
      for step in Migrations.all.dropLast() { try step(db) }
      for sequence in 0..<types * 3 {
        try db.execute(
          sql: "INSERT INTO event VALUES (?, 1, 1, 1, 1, 0, 1, 0, randomblob(20), NULL, ?, '1', 's', 's', NULL, NULL, 't', NULL)",
          arguments: [sequence + 1, "type.\(sequence % types)"])
      }
      try db.execute(sql: "UPDATE meta SET value = 1200 WHERE name = 'indexed'")
      try Migrations.seventh(db)
      return (
        try Row.fetchAll(db, sql: "SELECT key, sequence FROM type").map { [$0["key"] as Int64, $0["sequence"]] },
        (0..<types * 3).prefix(1_200).map { [Identity.key(ofType: "type.\($0 % types)"), Int64($0 + 1)] }
      )
    }
    #expect(filled == wanted.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) })
    try queue.close()
  }
}
