import Bellhop
import Crypto
import GRDB
import Store

/// The spool and the history on SQLite: one folder, one writer, one fsync for all that was handed in while the last one ran.
public final class Ledger: Spool, History, Sendable {
  /// Made with the store: ten characters, `0-9a-z` without i, l, o, u.
  public let epoch: String
  /// Where its files are.
  public let folder: String
  /// For words that stand for texts.
  private let secret: SymmetricKey
  /// The writer, and the courier's readers.
  let pool: DatabasePool
  /// Where all writing is done.
  let thread: WriterThread
  /// Readers for people's questions.
  let questions: DatabasePool
  let now: @Sendable () -> Timestamp
  let observe: @Sendable (Committed) -> Void
  let inbox = Guarded(CommitQueue())
  let gauges: Guarded<Gauges>
  let options: Guarded<Options>
  let room = Guarded(Room())
  let names = Guarded<[Int64: Destination]>([:])
  let decider: Guarded<any Decider>
  let sweeping: Guarded<SweepClock>
  let ticks: @Sendable () -> Duration
  /// The last commit that failed for the disk's sake, and when.
  let failed = Guarded<(at: ContinuousClock.Instant, why: SpoolError)?>(nil)
  let sized = Guarded<ContinuousClock.Instant?>(nil)
  /// Nil once closed: its statements must end before the connection does.
  let writer: Guarded<Writer?>
  private let lock: StoreLock

  /// Opens the store in a folder, or makes it.
  ///
  /// - Parameters:
  ///   - path: The folder. It is made, for this user only, if it is missing.
  ///   - decider: Called for each arrival in its turn. ``adopt(_:_:)`` swaps it.
  ///   - now: Wall time; receive times never run behind the last one in the store.
  ///   - ticks: Monotonic time since some start.
  ///   - observe: Hears of every commit on the writer's thread, in their order, before those who committed are answered. It must be quick
  ///     and must not wait for this store.
  /// - Throws: ``LedgerError``.
  public static func open(
    path: String, options: Options, decider: any Decider = AsWished(), now: @escaping @Sendable () -> Timestamp,
    ticks: @escaping @Sendable () -> Duration = monotonic, observe: @escaping @Sendable (Committed) -> Void = { _ in }
  ) throws(LedgerError) -> Ledger {
    try StoreFile.makeFolder(path)
    let lock = try StoreLock(folder: path)
    if options.freeFraction == nil, let refusal = Room.refusal(ofDisk: Room.size(of: path)) { throw .unusable(path: path, reason: refusal) }
    let pool = try StoreFile.open(folder: path)
    let questions = try StoreFile.readers(folder: path)
    do {
      let thread = try WriterThread()
      return try pool.writeWithoutTransaction { db in
        let writer = try Writer(db, full: options.gathered)
        return Ledger(
          folder: path, pool: pool, thread: thread, questions: questions, decider: decider, lock: lock, options: options,
          epoch: try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'epoch'") ?? "",
          secret: try StoreFile.secret(db), writer: writer, gauges: try Gauges(counting: db, writer), now: now, ticks: ticks,
          observe: observe)
      }
    } catch {
      try? questions.close()
      try? pool.close()
      if let error = error as? WriterThread.NoThread { throw .unusable(path: path, reason: error.reason) }
      if let error = error as? Writer.Senseless { throw .damaged(path: path, reason: error.description) }
      guard let error = error as? DatabaseError else { throw .unusable(path: path, reason: "\(error)") }
      throw StoreFile.told(error, path)
    }
  }

  private init(
    folder: String, pool: DatabasePool, thread: WriterThread, questions: DatabasePool, decider: any Decider, lock: StoreLock,
    options: Options, epoch: String, secret: [UInt8],
    writer: Writer, gauges: Gauges,
    now: @escaping @Sendable () -> Timestamp, ticks: @escaping @Sendable () -> Duration,
    observe: @escaping @Sendable (Committed) -> Void
  ) {
    self.folder = folder
    self.pool = pool
    self.thread = thread
    self.questions = questions
    self.decider = Guarded(decider)
    self.lock = lock
    self.options = Guarded(options)
    self.epoch = epoch
    self.secret = SymmetricKey(data: secret)
    self.ticks = ticks
    sweeping = Guarded(SweepClock(newest: writer.marks.received, ticks: ticks()))
    room.withLock { $0.place = StoreFile.identity(folder) }
    self.writer = Guarded(writer)
    self.gauges = Guarded(gauges)
    self.now = now
    self.observe = observe
  }

  /// The process's own monotonic time.
  public static let monotonic: @Sendable () -> Duration = {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }()

  /// 16 bytes of an HMAC with a key that was made with the store. https://www.rfc-editor.org/rfc/rfc2104
  public func pseudonym(of text: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: secret)
    return code.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Commits what was handed in, takes no more, and closes the files. May be called again.
  public func close() async {
    guard
      inbox.withLock({ inbox in
        defer { inbox.close() }
        return !inbox.isClosed
      })
    else { return }
    await withCheckedContinuation { continuation in
      // Behind all that the writer still has; and not on the cooperative pool, because closing waits for the readers.
      thread.run {
        // One whole file is left: readers first, then what the log still holds is copied into the store, and the log goes.
        try? self.questions.close()
        self.pool.writeWithoutTransaction { db in
          // What was patient, and waits still.
          self.drain(db)
          self.writer.withLock { $0 = nil }
          self.pool.invalidateReadOnlyConnections()
          _ = try? db.checkpoint(.truncate)
        }
        try? self.pool.close()
        StoreFile.removeEmptyLog(self.folder)
        self.lock.release()
        continuation.resume()
      }
    }
  }

  /// Takes options of a reloaded configuration.
  public func adopt(_ options: Options) {
    self.options.withLock { $0 = options }
    room.withLock { $0.forget() }
  }

  /// Deliveries by state, kept in memory.
  public func counts() async -> Counts {
    var counts = gauges.withLock { $0.counts }
    counts.queued = inbox.withLock { $0.events }
    return counts
  }

  /// What the writer did so far.
  public var statistics: Statistics { gauges.withLock { $0.statistics } }

  /// Why nothing can be kept just now; nil where it can, as far as is known: what failed a few seconds ago may be mended by now.
  public func obstacle() -> SpoolError? {
    if let refusal = refusal() { return refusal }
    return failed.withLock { failed in failed.flatMap { ContinuousClock.now - $0.at < .seconds(5) ? $0.why : nil } }
  }

  /// Bytes of what the store holds: what `store.max` limits. The file keeps the pages that are free again, and the log beside it takes up to
  /// 64 MiB more.
  public func used() -> Int64 { gauges.withLock { $0.usedBytes } }

  /// Bytes that the store takes on disk, its log included.
  public func size() -> Int64 {
    let path = folder + "/" + StoreFile.name
    return StoreFile.size(path) + StoreFile.size(path + "-wal")
  }
}

extension Ledger {
  /// The part of the disk that must be free for new events to be taken, 0 to 1.
  public func minimumFree() -> Double { Room.minimumFree(of: folder, options.withLock { $0 }) }

  /// The part of the disk under the store that is free, 0 to 1; nil where the system does not tell.
  public func freeFraction() -> Double? { options.withLock { $0.freeFraction }?() ?? Room.freeFraction(of: folder) }
}

extension Gauges {
  /// Counts from the indexes of what waits and what failed.
  init(counting db: Database, _ writer: Writer) throws {
    usedBytes = try writer.usedBytes()
    newest = writer.marks.sequence
    let waiting = try SQLQuery("SELECT destination, count(*) FROM delivery WHERE state = 0 GROUP BY destination", on: db)
    try waiting.each {
      self.waiting[waiting.int(0)] = Int(waiting.int(1))
      counts.waiting += Int(waiting.int(1))
      return true
    }
    let ended = try SQLQuery(
      "SELECT (SELECT count(*) FROM delivery WHERE state = 4), (SELECT count(*) FROM delivery WHERE state = 5)", on: db)
    try ended.each {
      counts.unclear = Int(ended.int(0))
      counts.dead = Int(ended.int(1))
      return false
    }
  }
}
