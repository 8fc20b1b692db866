import Bellhop
import Foundation
import GRDB
import Store
import Testing

@testable import Ledger

/// Stores that earlier versions left behind: `Stores/version3.sqlite` was written by a gateway whose store was of version 3, with deliveries
/// that were delivered at once and at the second try, are dead, wait in line and out of it.
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
}
