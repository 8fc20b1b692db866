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
  /// How long a patient batch waits for others, at most. As many times that of a send to a place nearby; shorter than anybody looks.
  static let patience = Duration.milliseconds(20)

  /// Events that wait.
  private(set) var events = 0
  private(set) var isClosed = false
  /// Bytes of them.
  private(set) var bytes = 0
  private(set) var jobs: Deque<(job: WriterJob, since: Duration)> = []
  private var isDraining = false
  /// The writer has taken arrivals before it went to rest, and will look again by itself: whose ends are soon there can wait for that.
  private(set) var looksAgain = false
  /// Since when what the writer has in its hands waits; nil where it has no batch.
  private var underWay: Duration?

  enum Enqueued {
    case queued
    /// Queued, and the caller must wake the writer.
    case wake
    case refused(SpoolError)
  }

  /// Since when the first of those waits that are not answered yet; nil where nobody does.
  private var oldest: Duration? {
    if let underWay { return underWay }
    guard case (.batch, let since)? = jobs.first else { return nil }
    return since
  }

  /// - Parameters:
  ///   - now: monotonic time.
  ///   - maximumQueued: events that may wait.
  ///   - maximumBytes: bytes of events that may wait.
  ///   - maximumWait: how long the first of those who wait may have waited; nil for what is taken in any case.
  mutating func add(_ job: WriterJob, at now: Duration, maximumQueued: Int, maximumBytes: Int, maximumWait: Duration?) -> Enqueued {
    if isClosed { return .refused(.broken("the store is closed")) }
    if case .batch(let batch, _) = job, !batch.arrivals.isEmpty {
      // Before it is queued: what is may be kept, and then nobody can be told that it is not.
      if let maximumWait, let oldest, now - oldest > maximumWait {
        return .refused(
          .busy("the disk has not taken what was handed in over \(maximumWait) ago: look at its health, or give the store a faster one"))
      }
      // A batch larger than the limit passes when nothing else waits: else it never would.
      if events > 0, events + batch.arrivals.count > maximumQueued || bytes + batch.bytes > maximumBytes {
        return .refused(
          .busy("\(events) events (\(bytes >> 20) MiB) wait for the disk already: slow down, or give the store a faster disk"))
      }
      events += batch.arrivals.count
      bytes += batch.bytes
    }
    jobs.append((job, now))
    if isDraining { return .queued }
    if looksAgain, case .batch(let batch, _) = job, batch.isPatient { return .queued }
    return wakes() ? .wake : .queued
  }

  /// Whether the caller must wake the writer, as there is something that it does not look at.
  mutating func wakes() -> Bool {
    guard !isDraining, !jobs.isEmpty else { return false }
    isDraining = true
    return true
  }

  /// The moment at which the writer looks by itself has come. Whether there is something.
  mutating func look() -> Bool {
    // Not for ever: who rests long is not woken for nothing.
    looksAgain = false
    return wakes()
  }

  /// The next turn; nil lets the writer rest.
  mutating func take() -> Turn? {
    underWay = nil
    guard let first = jobs.first else {
      isDraining = false
      return nil
    }
    if case .work(let body) = first.job {
      jobs.removeFirst()
      return .work(body)
    }
    var taken: [(PreparedBatch, @Sendable (Result<[Acceptance], SpoolError>) -> Void)] = []
    var weight = 0
    // What is taken is let go of at once: under load the queue is never empty, and would hold all that ever went through it.
    underWay = first.since
    while weight < Self.turnWeight, case .batch(let batch, let then)? = jobs.first?.job {
      jobs.removeFirst()
      taken.append((batch, then))
      if !batch.arrivals.isEmpty { looksAgain = true }
      weight += batch.weight
      events -= batch.arrivals.count
      bytes -= batch.arrivals.isEmpty ? 0 : batch.bytes
    }
    return .batches(taken)
  }

  /// What the writer had in its hands is written, or cannot be: whoever handed it in hears of it now.
  mutating func settled() { underWay = nil }

  mutating func close() { isClosed = true }
}
