import Bellhop
import Foundation
import GRDB
import Store
import Testing

@testable import Ledger

/// The store's folder: whose it is, what an orderly stop leaves in it, and what happens when somebody takes it away.
@Suite struct FolderTests {
  private func permissions(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
  }

  @Test func itsFilesAreForItsOwnerOnly() async throws {
    let fixture = Fixture()
    try FileManager.default.createDirectory(
      atPath: fixture.folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    // As an earlier version left it.
    _ = FileManager.default.createFile(atPath: fixture.database, contents: nil, attributes: [.posixPermissions: 0o644])
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"))
    for file in ["", "-wal", "-shm"] { #expect(permissions(fixture.database + file) == 0o600, "\(file)") }
    await ledger.close()
  }

  @Test func anOrderlyStopLeavesOneWholeFile() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    for id in 0..<50 { try await ledger.keep(arrival("\(id)")) }
    _ = try await ledger.search(HistoryQuery())
    await ledger.close()
    let left = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).sorted()
    #expect(left == ["ledger.sqlite", "lock"])
    let copy = try DatabaseQueue(path: fixture.database)
    #expect(try await copy.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM event") } == 50)
  }

  @Test func aStoreThatWasTakenAwayTakesNothingMore() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"))
    #expect(ledger.obstacle() == nil)
    for end in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: fixture.database + end) }
    ledger.adopt(Fixture.roomy)
    let error = await failure { try await ledger.keep(arrival("2")) }
    guard case .broken(let line)? = error as? SpoolError else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(line.contains("removed or replaced") && line.contains("restart"))
    #expect(ledger.obstacle() != nil)
    await ledger.close()
  }

  @Test func aStrangersDatabaseIsLeftAlone() async throws {
    let fixture = Fixture()
    try FileManager.default.createDirectory(atPath: fixture.folder.path, withIntermediateDirectories: true)
    let other = try DatabaseQueue(path: fixture.database)
    try await other.write { db in try db.execute(sql: "CREATE TABLE customers (name TEXT)") }
    try other.close()
    let error = await failure { _ = try fixture.open() }
    #expect("\(error.map { "\($0)" } ?? "")".contains("not one of Bellhop's"))
  }

  @Test func whatHoldsTheLockMayBeNoLink() async throws {
    let fixture = Fixture()
    try FileManager.default.createDirectory(atPath: fixture.folder.path, withIntermediateDirectories: true)
    let victim = fixture.folder.path + "/victim"
    try "precious".write(toFile: victim, atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(atPath: fixture.folder.path + "/lock", withDestinationPath: victim)
    #expect(await failure { _ = try fixture.open() } != nil)
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
  }
}
