import Bellhop
import Dispatch
import GRDB
import Store
import Testing

@testable import Ledger

@Suite struct GroupCommitTests {
  /// A ledger whose writer stands still inside its first commit until told to go on.
  private func held(_ fixture: Fixture, _ options: Ledger.Options = Fixture.roomy) throws -> (Ledger, go: @Sendable () -> Void) {
    let gate = DispatchSemaphore(value: 0)
    let isFirst = Shared(true)
    let ledger = try fixture.open(options) { _ in
      let wait = isFirst.withLock { first in
        defer { first = false }
        return first
      }
      if wait { gate.wait() }
    }
    return (ledger, { gate.signal() })
  }

  /// Comes back when so many events stand before the writer.
  private func queued(_ count: Int, _ ledger: Ledger) async {
    while await ledger.counts().queued != count { await Task.yield() }
  }

  @Test func allThatWaitsSharesOneCommit() async throws {
    let fixture = Fixture()
    let (ledger, go) = try held(fixture)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ledger.keep(arrival("first")) }
      while fixture.heard.withLock({ $0.isEmpty }) { await Task.yield() }
      for index in 0..<100 { group.addTask { try await ledger.keep(arrival("\(index)")) } }
      await queued(100, ledger)
      go()
      try await group.waitForAll()
    }
    #expect(ledger.statistics == .init(commits: 2, batches: 101, events: 101, settlements: 0))
    #expect(await ledger.counts() == .init(waiting: 101, unclear: 0, dead: 0, queued: 0))
    await ledger.close()
  }

  @Test func tooManyInQueueAreRefusedButNotSettlements() async throws {
    let fixture = Fixture()
    let (ledger, go) = try held(fixture, .init(freeFraction: { 1 }, maximumQueued: 10))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ledger.keep(arrival("first")) }
      while fixture.heard.withLock({ $0.isEmpty }) { await Task.yield() }
      for index in 0..<10 { group.addTask { try await ledger.keep(arrival("\(index)")) } }
      await queued(10, ledger)
      let refused = await failure { try await ledger.keep(arrival("one too many")) }
      guard case .busy? = refused as? SpoolError else {
        Issue.record("not busy: \(String(describing: refused))")
        return go()
      }
      group.addTask { _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[0])])) }
      go()
      try await group.waitForAll()
    }
    try await ledger.keep(arrival("one too many"))
    #expect(try await ledger.allIDs().count == 12)
    #expect(await ledger.counts().waiting == 11)
    await ledger.close()
  }

  @Test func oneBadBatchFailsAlone() async throws {
    let fixture = Fixture()
    let (ledger, go) = try held(fixture)
    try await ledger.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.type = 'poison' BEGIN SELECT RAISE(ABORT, 'poisoned'); END
          """)
    }
    let failed = Shared<[String]>([])
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = await failure { try await ledger.keep(arrival("first")) } }
      while fixture.heard.withLock({ $0.isEmpty }) { await Task.yield() }
      for index in 0..<20 {
        group.addTask {
          let error = await failure {
            try await ledger.keep(arrival("a\(index)", type: "ok"), arrival("b\(index)", type: index == 7 ? "poison" : "ok"))
          }
          if let error { failed.withLock { $0.append("\(index) \(error)") } }
        }
      }
      await queued(40, ledger)
      go()
    }
    #expect(failed.withLock { $0 } == ["7 the store: poisoned"])
    let ids = try await ledger.allIDs()
    #expect(ids.count == 39 && !ids.contains("a7") && !ids.contains("b7"), "a batch is all or nothing")
    // What failed left no gap in memory: the next numbers are the next, and the counts are right.
    #expect(await ledger.counts().waiting == 39)
    #expect(try await ledger.keep(arrival("next")) == [40])
    await ledger.close()
  }

  @Test func commitsAreToldInOrderAndBeforeTheirAnswers() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for index in 0..<25 {
            let sequence = try await ledger.keep(arrival("\(task)-\(index)"))[0]
            let told = fixture.heard.withLock { $0.contains { $0.arrivals.contains { $0.sequence == sequence } } }
            #expect(told)
          }
        }
      }
      try await group.waitForAll()
    }
    let sequences = fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.sequence)
    #expect(sequences == Array(1...200))
    await ledger.close()
  }

  @Test func afterClosingNothingIsTaken() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    await ledger.close()
    await ledger.close()
    for error in [
      await failure { try await ledger.keep(arrival("1")) }, await failure { _ = try await ledger.nextAlarm(.delivery) },
      await failure { _ = try await ledger.sweep() },
    ] {
      guard case .broken? = error as? SpoolError else {
        Issue.record("not broken: \(String(describing: error))")
        continue
      }
    }
  }

  /// Under load the queue is never empty: what was taken out of it must be gone all the same.
  @Test func whatWasTakenIsLetGoOf() {
    final class Token: Sendable {}
    var queue = CommitQueue()
    weak var first: Token?
    func put(_ id: Int) {
      let token = Token()
      if id == 0 { first = token }
      _ = queue.add(
        .batch(PreparedBatch(Batch(arrivals: [arrival("\(id)")])), { _ in withExtendedLifetime(token) {} }), at: .zero,
        maximumQueued: 100_000, maximumBytes: 1 << 30, maximumWait: .seconds(1))
    }
    for id in 0..<5_000 { put(id) }
    #expect(first != nil)
    if case .batches(let taken)? = queue.take() { #expect(taken.count >= 4_000) }
    #expect(first == nil, "it is held although it was taken")
    #expect(queue.events == 1_000 && queue.bytes > 0)
    _ = queue.take()
    #expect(queue.events == 0 && queue.bytes == 0)
  }

  /// A thousand small events may wait, and not a thousand large ones.
  @Test func whatWaitsIsWeighed() {
    var queue = CommitQueue()
    let large = String(repeating: "x", count: 1 << 20)
    var taken = 0
    for id in 0..<100 {
      let job = CommitQueue.WriterJob.batch(PreparedBatch(Batch(arrivals: [arrival("\(id)", text: large)])), { _ in })
      if case .refused(.busy) = queue.add(job, at: .zero, maximumQueued: 20_000, maximumBytes: 16 << 20, maximumWait: nil) { continue }
      taken += 1
    }
    // As a tree and as it goes to the disk.
    #expect((7...8).contains(taken))
    // What settles is always taken.
    let settlement = Settlement(delivery: 1, event: 1, state: .dead)
    let settles = CommitQueue.WriterJob.batch(PreparedBatch(Batch(settlements: [settlement])), { _ in })
    if case .refused = queue.add(settles, at: .seconds(60), maximumQueued: 1, maximumBytes: 1, maximumWait: .zero) {
      Issue.record("a settlement is refused")
    }
  }

  /// Whoever comes while the disk stands still hears a no at once; what was handed in before is kept, and what tells of trouble and what
  /// settles goes in behind it.
  @Test func aDiskThatStandsStillIsNotWaitedFor() async throws {
    let fixture = Fixture()
    let (ledger, go) = try held(fixture)
    let second = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ledger.keep(arrival("first")) }
      while fixture.heard.withLock({ $0.isEmpty }) { await Task.yield() }
      fixture.advance(.seconds(1))
      group.addTask { try await ledger.keep(arrival("in time")) }
      await queued(1, ledger)
      fixture.advance(.milliseconds(1))
      let refused = await failure { try await ledger.keep(arrival("too late")) }
      group.addTask { _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[0])])) }
      group.addTask { _ = try await ledger.commit(Batch(arrivals: [arrival("trouble")], isTrouble: true)) }
      await queued(2, ledger)
      go()
      try await group.waitForAll()
      return refused as? SpoolError
    }
    guard case .busy? = second else {
      Issue.record("not busy: \(String(describing: second))")
      return
    }
    #expect(try await Set(ledger.allIDs()) == ["first", "in time", "trouble"], "a no means that nothing is kept")
    fixture.advance(.seconds(60))
    try await ledger.keep(arrival("later"))
    await ledger.close()
  }

  /// What tidies up may take its time: only batches are waited for.
  @Test func workIsNoSignOfASlowDisk() {
    var queue = CommitQueue()
    func add(_ job: CommitQueue.WriterJob, at now: Duration) -> Bool {
      if case .refused = queue.add(job, at: now, maximumQueued: 10, maximumBytes: 1 << 20, maximumWait: .seconds(1)) { false } else { true }
    }
    func batch(_ id: String) -> CommitQueue.WriterJob { .batch(PreparedBatch(Batch(arrivals: [arrival(id)])), { _ in }) }
    #expect(add(.work { _ in }, at: .zero))
    _ = queue.take()
    #expect(add(batch("a"), at: .seconds(5)) && add(batch("b"), at: .seconds(6)))
    #expect(!add(batch("c"), at: .milliseconds(6_001)), "the first waits for over a second")
    _ = queue.take()
    #expect(!add(batch("c"), at: .milliseconds(6_001)), "it is in the writer's hands")
    if queue.take() != nil { Issue.record("there is more") }
    #expect(add(batch("c"), at: .seconds(60)))
  }

  /// Writes whose decider it is on every event that it plans.
  private struct Signed: Decider {
    let name: String
    func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
      var plan = arrival.wish.plan
      plan.note = name
      return Decision(plan: plan)
    }
  }

  /// A reload has no seam: what was handed in before is decided by the old tables and told before what comes beside the swap, what is handed
  /// in after it by the new ones.
  @Test func aDeciderIsSwappedBetweenTwoCommits() async throws {
    let fixture = Fixture()
    let (ledger, go) = try held(fixture)
    let order = Guarded<[String]>([])
    ledger.decider.withLock { $0 = Signed(name: "old") }
    ledger.commit(Batch(arrivals: [arrival("0")])) { _ in }
    while fixture.heard.withLock({ $0.isEmpty }) { await Task.yield() }
    ledger.commit(Batch(arrivals: [arrival("1")])) { _ in order.withLock { $0.append("1") } }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await ledger.adopt(Signed(name: "new")) {
          let told = fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.event.id)
          order.withLock { $0.append("swapped behind \(told.joined(separator: " "))") }
        }
      }
      while ledger.inbox.withLock({ $0.jobs.count }) < 2 { await Task.yield() }
      ledger.commit(Batch(arrivals: [arrival("2")])) { _ in order.withLock { $0.append("2") } }
      go()
      await group.waitForAll()
    }
    _ = try await ledger.keep(arrival("3"))
    #expect(order.withLock { $0 } == ["1", "swapped behind 0 1", "2"])
    #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.plan.note) == ["old", "old", "new", "new"])
    await ledger.close()
  }
}
