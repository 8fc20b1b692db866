import Bellhop
import Foundation
import Store
import Testing

@testable import Ledger

@Suite struct CrashTests {
  /// Copies of the files taken while others write are what a power cut leaves: each holds all that was answered before it was taken.
  @Test func whatWasAnsweredIsThere() async throws {
    let fixture = Fixture()
    // Some are taken with entries of indexes half written.
    var options = Fixture.roomy
    options.gathered = 100
    let ledger = try fixture.open(options)
    let answered = Shared<Set<String>>([])
    let copies = Shared<[(path: String, answered: Set<String>)]>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for index in 0..<60 {
            let ids = (0..<3).map { "\(task)-\(index)-\($0)" }
            _ = try await ledger.commit(Batch(arrivals: ids.map { arrival($0) }))
            answered.withLock { $0.formUnion(ids) }
          }
        }
      }
      group.addTask {
        for number in 0..<8 {
          while answered.withLock({ $0.count }) < number * 80 { await Task.yield() }
          let before = answered.withLock { $0 }
          let path = fixture.folder.path + "/copy\(number)"
          try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
          // The file first: nothing is moved from the log into it in so short a run.
          for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: fixture.database + end, toPath: path + "/ledger.sqlite" + end)
          }
          copies.withLock { $0.append((path, before)) }
        }
      }
      try await group.waitForAll()
    }
    await ledger.close()
    for copy in copies.withLock({ $0 }) {
      let reopened = try fixture.open(at: copy.path)
      let ids = Set(try await reopened.allIDs())
      #expect(ids.isSuperset(of: copy.answered))
      #expect(ids.count.isMultiple(of: 3), "a batch is all or nothing")
      for _ in 0..<2 {
        #expect(try await reopened.search(HistoryQuery(type: "a.b", limit: 1_000)).events.map(\.event.id).reversed() == reopened.allIDs())
        try await reopened.catchUp()
      }
      #expect(await reopened.counts().waiting == ids.count, "an event and its deliveries are one")
      await reopened.close()
    }
  }

  /// A log cut anywhere gives whole commits, as many as are left.
  @Test func aTornLogLosesOnlyItsEnd() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    for index in 0..<40 {
      _ = try await ledger.commit(Batch(arrivals: [arrival("\(index)a"), arrival("\(index)b")], states: ["n": [UInt8(index)]]))
    }
    let file = try Data(contentsOf: URL(fileURLWithPath: fixture.database))
    let log = try Data(contentsOf: URL(fileURLWithPath: fixture.database + "-wal"))
    await ledger.close()
    var random = SystemRandomNumberGenerator()
    for number in 0..<12 {
      let path = fixture.folder.path + "/cut\(number)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let length = Int.random(in: log.count / 2...log.count, using: &random)
      try file.write(to: URL(fileURLWithPath: path + "/ledger.sqlite"))
      try log.prefix(length).write(to: URL(fileURLWithPath: path + "/ledger.sqlite-wal"))
      let reopened = try fixture.open(at: path)
      let ids = try await reopened.allIDs()
      let state = try await reopened.state("n")?.first
      #expect(ids == (0..<ids.count / 2).flatMap { ["\($0)a", "\($0)b"] }, "cut at \(length) of \(log.count)")
      #expect(state.map { Int($0) + 1 } ?? 0 == ids.count / 2)
      await reopened.close()
    }
  }
}
