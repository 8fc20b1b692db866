import Bellhop
import GRDB
import Store

extension Ledger {
  typealias CommitAnswer = Result<[Acceptance], SpoolError>
  typealias Waiting = [(PreparedBatch, @Sendable (CommitAnswer) -> Void)]

  /// Works out hashes and JSON on the caller's thread; `then` is called on the writer's, behind the transaction that took the batch along.
  /// Batches with arrivals are refused while there is no room for them, unless they tell of trouble; all others are always taken.
  public func commit(_ batch: Batch, then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) {
    if batch.isEmpty { return then(.success([])) }
    if !batch.arrivals.isEmpty, !batch.isTrouble, let refusal = refusal() { return then(.failure(refusal)) }
    if let refusal = enqueue(.batch(PreparedBatch(batch), then), isUrgent: batch.isTrouble) { then(.failure(refusal)) }
  }

  func refusal() -> SpoolError? {
    let options = options.withLock { $0 }
    return room.withLock { room in
      room.refusal(folder: folder, options) { used() }
    }
  }

  private func enqueue(_ job: CommitQueue.WriterJob, isUrgent: Bool = false) -> SpoolError? {
    let (maximum, bytes, wait) = options.withLock { ($0.maximumQueued, $0.maximumQueuedBytes, $0.maximumWait) }
    let now = ticks()
    let added = inbox.withLock {
      $0.add(job, at: now, maximumQueued: maximum, maximumBytes: bytes, maximumWait: isUrgent ? nil : wait)
    }
    switch added {
    case .queued: return nil
    case .refused(let refusal): return refusal
    case .wake:
      wake()
      return nil
    }
  }

  /// Wakes the writer where it has gone to rest with patient batches.
  public func hurry() { if inbox.withLock({ $0.wakes() }) { wake() } }

  private func wake() { thread.run { self.pool.writeWithoutTransaction { db in self.drain(db) } } }

  private func lookAgain() {
    if inbox.withLock({ $0.look() }) { pool.writeWithoutTransaction { db in drain(db) } }
  }

  /// Does all that waits.
  func drain(_ db: Database) {
    while let turn = inbox.withLock({ $0.take() }) {
      switch turn {
      case .work(let body): body(db)
      case .batches(let waiting): settle(waiting, db)
      }
    }
    if inbox.withLock({ $0.looksAgain }) { thread.run(after: CommitQueue.patience) { self.lookAgain() } }
  }

  /// Commits all of them together. Where that fails, those that could be to blame are told and the others are tried again.
  private func settle(_ waiting: Waiting, _ db: Database) {
    switch write(waiting.map(\.0), db) {
    case .success(let answers):
      for (index, (_, then)) in waiting.enumerated() { then(.success(answers[index])) }
    case .failure(let error) where Self.isOfTheDisk(error):
      // On a full disk what settles may still fit where what arrives does not.
      let settling = waiting.filter { $0.0.arrivals.isEmpty }
      let refused = settling.count == waiting.count ? waiting : waiting.filter { !$0.0.arrivals.isEmpty }
      for (_, then) in refused { then(.failure(error)) }
      if refused.count < waiting.count { settle(settling, db) }
    case .failure(let error) where waiting.count == 1 || !Self.isOfOneBatch(error):
      for (_, then) in waiting { then(.failure(error)) }
    case .failure:
      for one in waiting { settle([one], db) }
    }
  }

  private static func isOfTheDisk(_ error: SpoolError) -> Bool {
    switch error {
    case .full, .failing: true
    case .overLimit, .busy, .slow, .broken: false
    }
  }

  private static func isOfOneBatch(_ error: SpoolError) -> Bool { if case .broken = error { true } else { false } }

  private func write(_ batches: [PreparedBatch], _ db: Database) -> Result<[[Acceptance]], SpoolError> {
    let (idempotency, keep) = options.withLock { ($0.idempotency, $0.keep) }
    let time = now()
    let decider = decider.withLock { $0 }
    let result = transaction(db, batches.allSatisfy(\.isSuccessOnly) ? .written : .synced) { writer, changes in
      writer.keep = keep
      return try batches.map { try writer.apply($0, db, now: time, idempotency: idempotency, decider, &changes) }
    }
    inbox.withLock { $0.settled() }
    note(result.map { _ in () })
    if case .success = result {
      gauges.withLock {
        $0.statistics.commits += 1
        $0.statistics.batches += batches.count
      }
    }
    return result
  }

  private func note(_ result: Result<Void, SpoolError>) {
    switch result {
    case .success: failed.withLock { if $0 != nil { $0 = nil } }
    case .failure(let error): failed.withLock { $0 = (.now, error) }
    }
  }

  // MARK: On the writer

  /// Runs `body` in a transaction, and tells of it once it is on disk.
  /// - Parameter isMeasured: the size is looked at afterwards in any case, as by who makes room.
  func transaction<Value>(
    _ db: Database, _ level: Durability.Level = .synced, isMeasured: Bool = false, _ body: (Writer, inout Changes) throws -> Value
  ) -> Result<Value, SpoolError> {
    guard let writer = writer.withLock({ $0 }) else { return .failure(.broken("the store is closed")) }
    var changes = Changes()
    do {
      let value = try writer.transaction(db, level) { try body(writer, &changes) }
      let used = isMeasured || lookAtSize() ? try? writer.usedBytes() : nil
      gauges.withLock {
        $0.apply(changes)
        if let used { $0.usedBytes = used }
      }
      let committed = changes.committed
      if !committed.isEmpty { observe(committed) }
      return .success(value)
    } catch {
      return .failure(SpoolError(error))
    }
  }

  /// Runs `body` in a transaction of its own, after what was handed in before.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database, Writer, inout Changes) throws -> Value
  ) async throws(SpoolError) -> Value {
    let result: Result<Value, SpoolError> = await withCheckedContinuation { continuation in
      let refusal = enqueue(
        .work { db in continuation.resume(returning: self.transaction(db, isMeasured: true) { try body(db, $0, &$1) }) })
      if let refusal { continuation.resume(returning: .failure(refusal)) }
    }
    return try result.get()
  }

  /// Runs `body` on the writer's connection outside any transaction, in its turn.
  func alone(_ body: @escaping @Sendable (Database) throws -> Void) async throws(SpoolError) {
    let result: Result<Void, SpoolError> = await withCheckedContinuation { continuation in
      let refusal = enqueue(
        .work { db in
          do { continuation.resume(returning: .success(try body(db))) } catch {
            continuation.resume(returning: .failure(SpoolError(error)))
          }
        })
      if let refusal { continuation.resume(returning: .failure(refusal)) }
    }
    try result.get()
  }

  /// Swaps the decider between two transactions, and does what must come with it: what is committed before was decided by the old one, what
  /// comes after by the new one. Also where the store is closed.
  public func adopt(_ new: any Decider, _ beside: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
      let swap: @Sendable () -> Void = {
        self.decider.withLock { $0 = new }
        beside()
        continuation.resume()
      }
      if enqueue(.work { _ in swap() }) != nil { swap() }
    }
  }

  /// Asking SQLite for its size costs as much as some rows. At full speed a few megabytes are written between two looks.
  private func lookAtSize() -> Bool {
    let now = ContinuousClock.now
    return sized.withLock { last in
      if let then = last, now - then < .milliseconds(100) { return false }
      last = now
      return true
    }
  }

  // MARK: On a reader

  /// For people's questions: on readers of their own, so that no question makes a delivery wait, and with an end.
  func look<Value: Sendable>(
    within patience: Duration = patience, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(SpoolError) -> Value {
    do {
      return try await questions.read { db in try QuestionLimit(patience).hold(db) { try body(db) } }
    } catch {
      throw SpoolError(error)
    }
  }

  /// How long a question may take.
  static let patience = Duration.seconds(5)

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(SpoolError) -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw SpoolError(error)
    }
  }

  /// What a destination's number stands for, on a connection that sees it.
  func destination(_ id: Int64, _ db: Database) throws -> Destination {
    if let known = names.withLock({ $0[id] }) { return known }
    let destination = try Rows.destination(id, db)
    names.withLock { names in
      if names.count >= 10_000 { names = [:] }
      names[id] = destination
    }
    return destination
  }
}
