import Bellhop
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
  private var jobs: [WriterJob] = []
  private var next = 0
  private var isDraining = false

  enum Enqueued {
    case queued
    /// Queued, and the caller must wake the writer.
    case wake
    case refused(SpoolError)
  }

  mutating func add(_ job: WriterJob, maximumQueued: Int) -> Enqueued {
    if isClosed { return .refused(.broken("the store is closed")) }
    if case .batch(let batch, _) = job, !batch.arrivals.isEmpty {
      // A batch larger than the limit passes when nothing else waits: else it never would.
      if events > 0, events + batch.arrivals.count > maximumQueued {
        return .refused(.busy("\(events) events wait for the disk already: slow down, or give the store a faster disk"))
      }
      events += batch.arrivals.count
    }
    jobs.append(job)
    if isDraining { return .queued }
    isDraining = true
    return .wake
  }

  /// The next turn; nil lets the writer rest.
  mutating func take() -> Turn? {
    guard next < jobs.count else {
      jobs = []
      next = 0
      isDraining = false
      return nil
    }
    if case .work(let body) = jobs[next] {
      next += 1
      return .work(body)
    }
    var taken: [(PreparedBatch, @Sendable (Result<[Acceptance], SpoolError>) -> Void)] = []
    var weight = 0
    while next < jobs.count, case .batch(let batch, let then) = jobs[next], weight < Self.turnWeight {
      taken.append((batch, then))
      weight += batch.weight
      events -= batch.arrivals.count
      next += 1
    }
    if next == jobs.count {
      jobs.removeAll(keepingCapacity: next <= Self.turnWeight)
      next = 0
    } else if next > Self.turnWeight {
      jobs.removeFirst(next)
      next = 0
    }
    return .batches(taken)
  }

  mutating func close() { isClosed = true }
}
