import Bellhop
import DequeModule
import GRDB
import Store

/// What waits for the writer. While one transaction is written the next one gathers here: that is all the batching there is.
struct CommitQueue {
  enum WriterJob {
    case batch(PreparedBatch, @Sendable (Result<[Acceptance], SpoolError>) -> Void)
    /// Something with a transaction of its own.
    case work(@Sendable (Database) -> Void)
  }

  /// What the writer does in one go.
  enum Turn {
    case batches([(PreparedBatch, @Sendable (Result<[Acceptance], SpoolError>) -> Void)])
    case work(@Sendable (Database) -> Void)
  }

  /// A transaction ends after about so many rows, so that nobody waits long for the fsync.
  private static let turnWeight = 4_000

  /// Events that wait.
  private(set) var events = 0
  private(set) var isClosed = false
  /// Bytes of them.
  private(set) var bytes = 0
  private(set) var jobs: Deque<WriterJob> = []
  private var isDraining = false

  enum Enqueued {
    case queued
    /// Queued, and the caller must wake the writer.
    case wake
    case refused(SpoolError)
  }

  /// - Parameters:
  ///   - maximumQueued: events that may wait.
  ///   - maximumBytes: bytes of events that may wait.
  mutating func add(_ job: WriterJob, maximumQueued: Int, maximumBytes: Int) -> Enqueued {
    if isClosed { return .refused(.broken("the store is closed")) }
    if case .batch(let batch, _) = job, !batch.arrivals.isEmpty {
      // A batch larger than the limit passes when nothing else waits: else it never would.
      if events > 0, events + batch.arrivals.count > maximumQueued || bytes + batch.bytes > maximumBytes {
        return .refused(
          .busy("\(events) events (\(bytes >> 20) MiB) wait for the disk already: slow down, or give the store a faster disk"))
      }
      events += batch.arrivals.count
      bytes += batch.bytes
    }
    jobs.append(job)
    if isDraining { return .queued }
    isDraining = true
    return .wake
  }

  /// The next turn; nil lets the writer rest.
  mutating func take() -> Turn? {
    guard let first = jobs.first else {
      isDraining = false
      return nil
    }
    if case .work(let body) = first {
      jobs.removeFirst()
      return .work(body)
    }
    var taken: [(PreparedBatch, @Sendable (Result<[Acceptance], SpoolError>) -> Void)] = []
    var weight = 0
    // What is taken is let go of at once: under load the queue is never empty, and would hold all that ever went through it.
    while weight < Self.turnWeight, case .batch(let batch, let then)? = jobs.first {
      jobs.removeFirst()
      taken.append((batch, then))
      weight += batch.weight
      events -= batch.arrivals.count
      bytes -= batch.arrivals.isEmpty ? 0 : batch.bytes
    }
    return .batches(taken)
  }

  mutating func close() { isClosed = true }
}
