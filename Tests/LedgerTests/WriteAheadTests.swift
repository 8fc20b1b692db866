import CWriteAhead
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import Ledger

/// The log is written in large pieces, and says the same as SQLite's own way at every moment at which somebody could look.
@Suite struct WriteAheadTests {
  @Test func aCommitIsOneWrite() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    _ = try await ledger.commit(Batch(arrivals: [arrival("first")]))
    var counts: [UInt64] = []
    for index in 0..<40 {
      let before = writes(ledger)
      _ = try await ledger.commit(Batch(arrivals: [arrival("\(index)")]))
      counts.append(writes(ledger) - before)
    }
    // But where the log grows.
    #expect(counts.filter { $0 == 1 }.count > 34 && counts.allSatisfy { $0 < 7 }, "\(counts)")
    await ledger.close()
  }

  private func writes(_ ledger: Ledger) -> UInt64 {
    ledger.pool.writeWithoutTransaction { db in db.sqliteConnection.map(bh_writeahead_writes) ?? 0 }
  }

  /// A log that has room need not grow with a commit, and what is behind its last frame is nothing.
  @Test func itGrowsInSteps() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    var sizes: Set<Int64> = []
    for index in 0..<200 {
      _ = try await ledger.commit(Batch(arrivals: [arrival("\(index)")]))
      sizes.insert(StoreFile.size(fixture.database + "-wal"))
    }
    #expect(sizes.allSatisfy { $0 > 0 && $0 % (256 << 10) == 0 } && (4...40).contains(sizes.count), "\(sizes.sorted())")
    await ledger.close()
  }

  /// Transactions large and small, spilled, undone, with savepoints and checkpoints among them: after each the files hold what was committed,
  /// whoever opens a copy of them.
  @Test(arguments: 0..<12) func aCopyHoldsWhatWasCommitted(_ seed: Int) throws {
    #expect(bh_writeahead_install() == 0)
    let folder = TemporaryFolder()
    defer { folder.remove() }
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var luck = Seeded(UInt64(seed))
    var kept: [Int64: Int64] = [:]
    let queue = try DatabaseQueue(path: folder.path + "/live.sqlite", configuration: Self.unsafe)
    try queue.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      // Ten pages: larger transactions are spilled into the log before they end, and rewritten there.
      try db.execute(sql: "PRAGMA cache_size = 10")
      try db.execute(sql: "CREATE TABLE row (id INTEGER PRIMARY KEY, value INTEGER NOT NULL, filling BLOB)")
      for turn in 0..<30 {
        if luck.next() % 4 == 0 { try db.execute(sql: "PRAGMA synchronous = \(1 + luck.next() % 2)") }
        if luck.next() % 8 == 0 {
          try db.execute(sql: "PRAGMA wal_checkpoint(\(["PASSIVE", "RESTART", "TRUNCATE"][Int(luck.next() % 3)]))")
        }
        try Self.transaction(db, &kept, &luck)
        if turn % 3 == 0 { #expect(try Self.copied(folder.path, turn) == kept, "turn \(turn)") }
      }
    }
    #expect(try Self.copied(folder.path, 99) == kept)
  }

  private static var unsafe: Configuration {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return configuration
  }

  private static func transaction(_ db: Database, _ kept: inout [Int64: Int64], _ luck: inout Seeded) throws {
    var rows = kept
    try db.execute(sql: "BEGIN IMMEDIATE")
    for _ in 0...(luck.next() % 3) {
      let before = rows
      try db.execute(sql: "SAVEPOINT part")
      for _ in 0..<(luck.next() % 5 == 0 ? 200 : luck.next() % 6) {
        let (id, value) = (Int64(luck.next() % 300), Int64(luck.next() % 1_000_000))
        rows[id] = value
        try db.execute(
          sql: "INSERT OR REPLACE INTO row VALUES (?, ?, zeroblob(?))", arguments: [id, value, Int64(luck.next() % 900)])
      }
      if luck.next() % 4 == 0 {
        try db.execute(sql: "ROLLBACK TO part")
        rows = before
      }
      try db.execute(sql: "RELEASE part")
    }
    if luck.next() % 5 == 0 {
      try db.execute(sql: "ROLLBACK")
    } else {
      try db.execute(sql: "COMMIT")
      kept = rows
    }
  }

  /// What a copy of the files holds, as an end of the process would leave them.
  private static func copied(_ folder: String, _ turn: Int) throws -> [Int64: Int64] {
    let copy = "\(folder)/copy\(turn)"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for end in ["", "-wal"] where FileManager.default.fileExists(atPath: "\(folder)/live.sqlite\(end)") {
      try FileManager.default.copyItem(atPath: "\(folder)/live.sqlite\(end)", toPath: "\(copy)/live.sqlite\(end)")
    }
    return try DatabaseQueue(path: copy + "/live.sqlite").inDatabase { db in
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      var rows: [Int64: Int64] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT id, value FROM row") { rows[row[0]] = row[1] }
      return rows
    }
  }
}
