import Bellhop
import Ledger
import Logging
import Store
import Web

/// Keeps the trail of what was done by hand: the only one who writes it, one line after the other.
actor AuditDesk {
  private let ledger: Ledger
  private let logger: Logger
  private let wall: @Sendable () -> Timestamp
  private var book: AuditBook?
  /// Refused logins that wait to be written: one line, however many come meanwhile, or who guesses could keep others waiting.
  private var refused: (entry: AuditEntry, count: Int64)?
  /// The change before the next one: the book is written on only when its page is on disk.
  private var last: Task<Void, Never>?

  init(ledger: Ledger, logger: Logger, wall: @escaping @Sendable () -> Timestamp) {
    self.ledger = ledger
    self.logger = logger
    self.wall = wall
  }

  /// Writes a line; it is on disk when this comes back. What was done stays done where it cannot be written: the log has it too.
  func note(_ entry: AuditEntry) async {
    if entry.isRefusedLogin {
      let waiting = refused?.count
      refused = (entry, (waiting ?? 0) + 1)
      if waiting != nil { return }
    }
    let before = last
    let task = Task {
      await before?.value
      await self.write(entry)
    }
    last = task
    await task.value
  }

  private func write(_ entry: AuditEntry) async {
    do throws(SpoolError) {
      var book = try await read()
      var (entry, count) = (entry, Int64(1))
      if entry.isRefusedLogin, let all = refused { (entry, count, refused) = (all.entry, all.count, nil) }
      let changes = book.add(entry, times: count, at: wall())
      _ = try await ledger.commit(Batch(states: changes))
      self.book = book
    } catch {
      if entry.isRefusedLogin { refused = nil }
      logger.error("a change by hand is not in the audit trail: \(error)", metadata: ["what": .string(entry.what)])
    }
  }

  /// Takes away who is to be forgotten.
  func forget(_ subject: String) async -> Result<Void, SpoolError> {
    let before = last
    let task = Task { () -> Result<Void, SpoolError> in
      await before?.value
      return await self.hide(subject)
    }
    last = Task { _ = await task.value }
    return await task.value
  }

  private func hide(_ subject: String) async -> Result<Void, SpoolError> {
    do throws(SpoolError) {
      var book = try await read()
      let changes = book.forget(subject, in: try await ledger.states(prefix: AuditBook.prefix), at: wall())
      if !changes.isEmpty { _ = try await ledger.commit(Batch(states: changes)) }
      self.book = book
      return .success(())
    } catch { return .failure(error) }
  }

  /// `{"audit": […], "next"}`, newest first, a page at a time.
  func view(before: Int64?, limit: Int) async throws(SpoolError) -> JSON {
    var found: [AuditLine] = []
    var page = try await read().current
    if let before { page = page.map { min($0, max(0, before - 1) / AuditBook.perPage) } }
    while let number = page, number >= 0, found.count < limit {
      let lines = AuditBook.lines(try await ledger.state(AuditBook.key(ofPage: number)))
      if lines.isEmpty { break }
      found += lines.reversed().filter { $0.number < before ?? .max }
      page = number - 1
    }
    let shown = found.prefix(limit)
    var answer: JSON.Object = ["audit": .array(shown.map(\.view))]
    if shown.count == limit, let last = shown.last, last.number > 1 { answer["next"] = .string(String(last.number)) }
    return .object(answer)
  }

  private func read() async throws(SpoolError) -> AuditBook {
    if let book { return book }
    let read = AuditBook(try await ledger.states(prefix: AuditBook.prefix))
    book = book ?? read
    return read
  }
}
