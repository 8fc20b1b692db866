import Bellhop
import Foundation
import GRDB
import Store
import Testing

@testable import Ledger

@Suite struct RoomTests {
  private func isFull(_ error: (any Error)?) -> Bool { if case .full? = error as? SpoolError { true } else { false } }

  @Test func underFivePercentOnlySettlementsGoOn() async throws {
    let fixture = Fixture()
    let free = Shared(0.5)
    let options = Ledger.Options(freeFraction: { free.withLock { $0 } })
    let ledger = try fixture.open(options)
    try await ledger.keep(arrival("1"))
    free.withLock { $0 = 0.04 }
    ledger.adopt(options)
    #expect(isFull(await failure { try await ledger.keep(arrival("2")) }))
    // Trouble is told, or nobody would hear of the full disk.
    _ = try await ledger.commit(Batch(arrivals: [arrival("trouble")], isTrouble: true))
    _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[0])], states: ["a": [1]]))
    #expect(await ledger.counts().waiting == 1)
    free.withLock { $0 = 0.06 }
    ledger.adopt(options)
    try await ledger.keep(arrival("2"))
    await ledger.close()
  }

  @Test func aboveItsMaximumTheStoreTakesNoMoreUntilSwept() async throws {
    let fixture = Fixture()
    let options = Ledger.Options(idempotency: .zero, keep: .seconds(60), maximumBytes: 3 << 20, freeFraction: { 1 })
    let ledger = try fixture.open(options)
    var count = 0
    var refused: (any Error)?
    while refused == nil, count < 10_000 {
      refused = await failure {
        _ = try await ledger.commit(
          Batch(arrivals: (0..<50).map { arrival("\(count)-\($0)", text: String(repeating: "x", count: 2_000)) }))
      }
      count += 50
      ledger.adopt(options)
    }
    guard case .overLimit? = refused as? SpoolError else {
      Issue.record("not over its limit: \(String(describing: refused))")
      return
    }
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    #expect(ledger.used() > 3 << 20)
    fixture.advance(.seconds(120))
    while try await ledger.sweep() {}
    // The file and its log are as large as before: what counts is what they hold.
    #expect(ledger.used() < 1 << 20 && ledger.size() > 3 << 20)
    try await ledger.keep(arrival("after"))
    #expect(try await ledger.allIDs() == ["after"])
    await ledger.close()
  }

  /// SQLite's own limit on pages stands for a disk that is full, where no disk of our own can be made.
  @Test func aFullFileLosesNothingAndRecovers() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("first"))
    let limit = try await ledger.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      return try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + 40)") ?? 0
    }
    #expect(limit > 0)
    try await fillAndRecover(ledger, fixture) {
      try await ledger.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    }
    await ledger.close()
  }

  /// Containers may forbid mounting even to root; the test above covers them. Tried, so that a run without it says so.
  private static func canMount() -> Bool {
    let disk = TemporaryFolder()
    guard getuid() == 0, (try? FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)) != nil else {
      return false
    }
    defer { disk.remove() }
    return mount(disk.path) && run("/bin/umount", disk.path) == 0
  }

  private static func mount(_ path: String) -> Bool { run("/bin/mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", path) == 0 }

  /// A real disk that is full: a small tmpfs.
  @Test(.enabled("no disk can be mounted here", Self.canMount)) func aFullDiskLosesNothingAndRecovers() async throws {
    let fixture = Fixture()
    let disk = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
    defer { disk.remove() }
    try #require(Self.mount(disk.path))
    defer { _ = Self.run("/bin/umount", disk.path) }
    let ballast = disk.path + "/ballast"
    try Data(count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
    let ledger = try fixture.open(at: disk.path + "/store")
    try await fillAndRecover(ledger, fixture) { try FileManager.default.removeItem(atPath: ballast) }
    await ledger.close()
    let reopened = try fixture.open(at: disk.path + "/store")
    #expect(try await reopened.allIDs().last == "after")
    await reopened.close()
  }

  @Test func aDiskThatIsTooSmallIsRefused() throws {
    #expect(Room.refusal(ofDisk: 12 << 20) == "the disk under it has 12 MiB in all, and a store needs one of 60 MiB")
    #expect(Room.refusal(ofDisk: 64 << 20) == nil && Room.refusal(ofDisk: nil) == nil)
    #expect(try #require(Room.size(of: "/")) > 1 << 20 && Room.size(of: "/no/such/folder") == nil)
  }

  @Test(.enabled("no disk can be mounted here", Self.canMount)) func noStoreIsOpenedOnIt() throws {
    let disk = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
    defer { disk.remove() }
    try #require(Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.path) == 0)
    defer { _ = Self.run("/bin/umount", disk.path) }
    #expect(throws: LedgerError.unusable(path: disk.path + "/store", reason: Room.refusal(ofDisk: 12 << 20) ?? "")) {
      try Fixture().open(.init(), at: disk.path + "/store")
    }
  }

  private static func run(_ tool: String, _ arguments: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func fillAndRecover(_ ledger: Ledger, _ fixture: Fixture, makeRoom: () async throws -> Void) async throws {
    var answered: [String] = []
    var refused: (any Error)?
    for index in 0..<5_000 where refused == nil {
      refused = await failure { try await ledger.keep(arrival("\(index)", text: String(repeating: "x", count: 3_000))) }
      if refused == nil { answered.append("\(index)") }
    }
    #expect(isFull(refused), "\(String(describing: refused))")
    #expect(!answered.isEmpty)
    let before = try await ledger.allIDs()
    #expect(before.filter { $0 != "first" } == answered)
    #expect(await ledger.counts().waiting == before.count)
    try await makeRoom()
    try await ledger.keep(arrival("after"))
    #expect(try await ledger.allIDs() == before + ["after"])
    #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).count == before.count + 1)
  }
}
