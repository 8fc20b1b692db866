import Bellhop
import Glibc
import Matching
import Store

/// Finds events by what they say. The index is a folder of files beside the store, written behind it from what the store holds: who accepts an
/// event never waits for it, and a file that is missing, damaged or of another store is made anew. While the gateway is stopped the folder may be
/// deleted.
///
/// What is not in the index yet is looked at in the store, so that an answer leaves nothing out: it may only end early, and says how far it came.
public final class EventSearch: Sendable {
  /// What it tells of its work, for the log.
  public enum SearchNews: Sendable, Hashable {
    /// So many events are to be added to the index, which was missing or far behind.
    case begins(events: Int64)
    /// All are in the index.
    case isWhole
    /// The index cannot be written; what there is of it is used, and it will be tried again.
    case fails(String)
  }

  /// How the work is dealt out; tests have less of everything.
  public struct Pace: Sendable {
    /// Sequences of a file of the index.
    public var slice: Int64 = 250_000
    /// Events that are added at a time while others come, and while none do.
    public var batch = (busy: 500, idle: 2_000)
    /// So long new events are gathered.
    public var gathering = Duration.seconds(1)
    /// While events come it rests so many times as long as it worked.
    public var rest = 9
    /// A question looks so long, …
    public var budget = Duration.milliseconds(200)
    /// … and so long for short beginnings of words.
    public var broadBudget = Duration.milliseconds(40)
    /// So many ask at a time: half of the machine's cores are always there for deliveries.
    public var seats = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2)
    /// While deliveries are going, a seat stays empty so many times as long as the question before took.
    public var emptiness = 9
    /// It stays empty so long at least: what was found is still to be written out.
    public var shortestRest = Duration.milliseconds(20)
    /// So long the next waits.
    public var patience = Duration.seconds(1)

    /// What is usual.
    public init() {}
  }

  let log: any EventLog
  let shelf: SliceShelf
  let pace: Pace
  let seats: SearchSeats
  let tell: @Sendable (SearchNews) -> Void
  let work = Turnstile()
  let progress = Guarded(IndexProgress())
  private let bell: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  /// - Parameters:
  ///   - folder: where the index is, or is to be.
  ///   - log: the store that it is of.
  ///   - tell: must be quick.
  public init(folder: String, log: any EventLog, pace: Pace = Pace(), tell: @escaping @Sendable (SearchNews) -> Void = { _ in }) {
    self.log = log
    self.pace = pace
    self.tell = tell
    shelf = SliceShelf(folder: folder, epoch: log.epoch, size: max(1, pace.slice))
    seats = SearchSeats(max(1, pace.seats))
    bell = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    if shelf.isMarked {
      shelf.drop(allBut: nil)
      if shelf.numbers().isEmpty { shelf.unmark() }
    }
  }

  /// Hears of every commit, on the store's own thread.
  public func note(_ committed: Committed) {
    progress.withLock { progress in
      progress.lastCommit = .now
      if let last = committed.arrivals.last { progress.highest = max(progress.highest, last.sequence) }
      for sequence in committed.forgotten { progress.stale.insert(shelf.number(of: sequence)) }
    }
    if !committed.arrivals.isEmpty { bell.continuation.yield() }
  }

  /// Events that are not in the index yet: looking at those takes longer.
  public var behind: Int64 { progress.withLock { $0.behind } }

  /// Keeps the index up with the store, until the task is cancelled.
  public func run() async {
    let alarm = Task { [bell] in
      // What keeps the index small has its own time.
      while (try? await Task.sleep(for: .seconds(60))) != nil { bell.continuation.yield() }
    }
    defer { alarm.cancel() }
    bell.continuation.yield()
    for await _ in bell.stream {
      if Task.isCancelled { return }
      await catchUpAtEase()
      if Task.isCancelled { return }
      try? await Task.sleep(for: pace.gathering)
    }
  }

  /// Takes all that the store holds into the index, at once.
  public func catchUp() async throws {
    while try await step(isBusy: false) {}
  }

  /// Does what forgets people, and comes back when the index holds nothing of them any more: of each event the whole slice is taken away, and is
  /// made anew behind. Should the gateway be stopped in the middle, all of the index is.
  public func forgetting<Value: Sendable>(_ work: @Sendable () async throws(SpoolError) -> Value) async throws(SpoolError) -> Value {
    progress.withLock { $0.forgetting += 1 }
    shelf.mark()
    let result: Result<Value, SpoolError>
    do throws(SpoolError) { result = .success(try await work()) } catch { result = .failure(error) }
    // Behind what is being added just now: that was read before.
    let isDone = await self.work.pass {
      let stale = progress.withLock { progress in
        defer { progress.stale = [] }
        progress.done.subtract(progress.stale)
        return progress.stale
      }
      let left = stale.filter { !shelf.drop($0) }
      let isLast = progress.withLock { progress in
        progress.stale.formUnion(left)
        progress.forgetting -= 1
        return progress.forgetting == 0 && progress.stale.isEmpty
      }
      if isLast { shelf.unmark() }
      return left.isEmpty
    }
    guard isDone else {
      throw .failing(
        "files of the search index cannot be removed: delete \(shelf.folder) by hand, and forget again; they hold words of who is forgotten"
      )
    }
    bell.continuation.yield()
    return try result.get()
  }

  /// Closes the files.
  public func close() async { await work.pass { shelf.close() } }
}

/// What is known of how far the index is.
struct IndexProgress: Sendable {
  /// The highest sequence of the store.
  var highest: Int64 = 0
  /// Up to there the newest events are in.
  var head: Int64 = 0
  /// Older events that are not in.
  var older: Int64 = 0
  /// Slices that need no more work.
  var done: Set<Int64> = []
  /// Slices that hold something that was forgotten.
  var stale: Set<Int64> = []
  /// How many are forgetting just now.
  var forgetting = 0
  /// The number of the lowest slice, below which there are no files.
  var lowest: Int64?
  var lastCommit: ContinuousClock.Instant?
  /// When slices were looked for whose events are gone.
  var lastLook: ContinuousClock.Instant?
  /// Something was told that is not over.
  var isTold = false
  var hasFailed = false

  var behind: Int64 { max(0, highest - head) + older }
}
