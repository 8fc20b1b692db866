import Bellhop
import Store
import Testing

@testable import Ledger

/// Ends that nobody waits for share the commit of the next arrival; they wait for it, and not for long.
struct PatienceTests {
  private static func patient(_ settlement: Settlement) -> Batch {
    var batch = Batch(settlements: [settlement])
    batch.isPatient = true
    return batch
  }

  /// A queue with the words of these tests.
  private final class Line {
    enum Word { case queued, wake, refused }
    private var queue = CommitQueue()

    func add(_ batch: Batch) -> Word {
      switch queue.add(.batch(PreparedBatch(batch)) { _ in }, at: .zero, maximumQueued: 10, maximumBytes: 1 << 20, maximumWait: nil) {
      case .queued: .queued
      case .wake: .wake
      case .refused: .refused
      }
    }

    /// How many batches a turn takes; nil where the writer rests.
    func take() -> Int? { if case .batches(let batches)? = queue.take() { batches.count } else { nil } }

    func takeAll() { while take() != nil {} }
    func look() -> Bool { queue.look() }
    func wakes() -> Bool { queue.wakes() }
    var looksAgain: Bool { queue.looksAgain }
  }

  private let end = patient(Settlement(delivery: 1, event: 1, state: .delivered))

  @Test func anEndSharesTheCommitOfTheNextArrival() {
    let queue = Line()
    #expect(queue.add(Batch(arrivals: [arrival("1")])) == .wake)
    #expect(queue.take() == 1)
    #expect(queue.take() == nil)
    #expect(queue.add(end) == .queued)
    #expect(queue.add(Batch(arrivals: [arrival("2")])) == .wake)
    #expect(queue.take() == 2)
  }

  @Test func theWriterLooksOnceByItselfAndThenRests() {
    let queue = Line()
    _ = queue.add(Batch(arrivals: [arrival("1")]))
    queue.takeAll()
    #expect(queue.looksAgain)
    #expect(queue.add(end) == .queued)
    #expect(queue.look())
    #expect(queue.take() == 1)
    #expect(queue.take() == nil)
    #expect(!queue.looksAgain, "ends alone make nobody look again")
    #expect(!queue.look())
    #expect(queue.add(end) == .wake, "nobody would look")
  }

  @Test func whoWaitsAfterAllWakesTheWriterOnce() {
    let queue = Line()
    #expect(!queue.wakes())
    _ = queue.add(Batch(arrivals: [arrival("1")]))
    queue.takeAll()
    _ = queue.add(end)
    #expect(queue.wakes())
    #expect(!queue.wakes())
  }

  @Test func anEndIsOnDiskThoughNobodyComes() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    for round in 0..<3 {
      try await ledger.keep(arrival("\(round)"))
      _ = try await ledger.commit(Self.patient(delivered(fixture.deliveries[round])))
      #expect(await ledger.counts().waiting == 0)
    }
    await ledger.close()
  }

  @Test func closingTakesEndsAlong() async throws {
    let fixture = Fixture()
    for round in 0..<5 {
      let ledger = try fixture.open()
      #expect(await ledger.counts().waiting == 0)
      try await ledger.keep(arrival("\(round)"))
      ledger.commit(Self.patient(delivered(fixture.deliveries[round]))) { _ in }
      await ledger.close()
    }
    let ledger = try fixture.open()
    #expect(await ledger.counts().waiting == 0)
    await ledger.close()
  }
}

struct WriterThreadTests {
  @Test func doesAllInOrderOnOneThread() async throws {
    let thread = try WriterThread()
    let order = Guarded<[Int]>([])
    for number in 0..<1_000 { thread.run { order.withLock { $0.append(number) } } }
    await withCheckedContinuation { done in thread.run { done.resume() } }
    #expect(order.withLock { $0 } == Array(0..<1_000))
  }

  @Test func oneMomentTakesThePlaceOfAnother() async throws {
    let thread = try WriterThread()
    let order = Guarded<[String]>([])
    await withCheckedContinuation { done in
      thread.run {
        thread.run(after: .milliseconds(1)) { order.withLock { $0.append("forgotten") } }
        thread.run(after: .milliseconds(2)) {
          order.withLock { $0.append("rested") }
          done.resume()
        }
        thread.run { order.withLock { $0.append("at once") } }
      }
    }
    #expect(order.withLock { $0 } == ["at once", "rested"])
  }

  /// A store that is dropped without being closed leaves no thread behind that keeps it.
  @Test func whoLetsGoOfItEndsIt() async throws {
    final class Witness: Sendable {
      let gone: @Sendable () -> Void
      init(gone: @escaping @Sendable () -> Void) { self.gone = gone }
      deinit { gone() }
    }
    await withCheckedContinuation { done in
      let witness = Witness { done.resume() }
      let thread = try? WriterThread()
      // Not in time: it is let go with the thread.
      thread?.run { [witness] in thread?.run(after: .seconds(3_600)) { _ = witness } }
      thread?.run {}
    }
  }
}
