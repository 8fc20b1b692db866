import Bellhop
import GRDB
import GRDBSQLite
import Glibc
import Matching
import Store

/// A part of the index: the words of the events of some sequences, in a file of its own. https://www.sqlite.org/fts5.html
///
/// It is contentless: events themselves are read from the store. How far it has come stands in the same file and changes in the same transaction
/// as the words, so that a crash leaves neither a gap nor a repeat.
final class Slice: Sendable {
  let number: Int64
  /// The sequences that belong here.
  let range: ClosedRange<Int64>
  let path: String
  private struct SliceState {
    /// All up to here that belongs in is in.
    var through: Int64
    var isOptimized: Bool
    /// Open while events are added.
    var writer: DatabaseQueue?
    /// The merging into one piece has begun.
    var isMerging = false
  }
  private let state: Guarded<SliceState>
  private let reader: DatabaseQueue

  /// Counts the forms that files had; one of another form is made anew.
  static let version = 1

  var through: Int64 { state.withLock { $0.through } }
  /// All is in that belongs in, in one piece.
  var isDone: Bool { state.withLock { $0.isOptimized } }

  /// Opens the file, or makes it where it is missing, damaged, or of something else.
  init(number: Int64, range: ClosedRange<Int64>, path: String, epoch: String) throws {
    self.number = number
    self.range = range
    self.path = path
    var found: (reader: DatabaseQueue, through: Int64, isOptimized: Bool)?
    if Self.exists(path) { found = try? Self.open(path, range, epoch) }
    if found == nil {
      Self.remove(path)
      try Self.make(path, range, epoch)
      found = try Self.open(path, range, epoch)
    }
    guard let found else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a part of the search index is of something else") }
    reader = found.reader
    state = Guarded(SliceState(through: found.through, isOptimized: found.isOptimized))
  }

  private static func open(
    _ path: String, _ range: ClosedRange<Int64>, _ epoch: String
  ) throws -> (DatabaseQueue, Int64, Bool)? {
    let reader = try DatabaseQueue(path: path, configuration: configuration(writes: false))
    let row = try reader.unsafeRead { db -> (Int64, Bool)? in
      guard try Int.fetchOne(db, sql: "PRAGMA user_version") == version,
        let row = try Row.fetchOne(db, sql: "SELECT epoch, first, last, through, optimized FROM mark"), row["epoch"] == epoch,
        row["first"] == range.lowerBound, row["last"] == range.upperBound
      else { return nil }
      // A file whose tables cannot be read is damaged.
      _ = try Int64.fetchOne(db, sql: "SELECT rowid FROM line WHERE line MATCH '\"a\"' LIMIT 1")
      return (row["through"], row["optimized"])
    }
    guard let row else {
      try? reader.close()
      return nil
    }
    return (reader, row.0, row.1)
  }

  private static func make(_ path: String, _ range: ClosedRange<Int64>, _ epoch: String) throws {
    let writer = try DatabaseQueue(path: path, configuration: configuration(writes: true))
    try writer.write { db in
      // Words come with spaces between them, and this one splits at nothing else that may stand in them.
      try db.execute(sql: "CREATE VIRTUAL TABLE line USING fts5(words, content='', columnsize=0, tokenize='ascii')")
      // So many pieces become one at a time: with 4, as is usual, words are copied more often, with 16 a question looks into too many.
      // https://www.sqlite.org/fts5.html#the_automerge_configuration_option
      try db.execute(sql: "INSERT INTO line (line, rank) VALUES ('automerge', 8)")
      try db.execute(
        sql:
          "CREATE TABLE mark (epoch TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, through INTEGER NOT NULL, optimized INTEGER NOT NULL)"
      )
      try db.execute(
        sql: "INSERT INTO mark VALUES (?, ?, ?, ?, 0)", arguments: [epoch, range.lowerBound, range.upperBound, range.lowerBound - 1])
      try db.execute(sql: "PRAGMA user_version = \(version)")
    }
    try writer.close()
    chmod(path, 0o600)
  }

  private static func configuration(writes: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.label = "search"
    // It is kept in the file. Making sure of it writes, which who reads may not.
    if writes { configuration.journalMode = .wal }
    configuration.qos = .utility
    configuration.busyMode = .timeout(5)
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { db in
      // A power cut may take the newest away, which are added again; it must not damage the rest.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      // There may be many of them open.
      try db.execute(sql: "PRAGMA cache_size = \(writes ? -2_000 : -500)")
      // Each checkpoint fsyncs, beside the store that does so for each commit.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
      if !writes { try db.execute(sql: "PRAGMA query_only = ON") }
    }
    return configuration
  }

  // MARK: Adding

  /// Adds events in order, and notes how far that is.
  func add(_ page: LoggedPage) async throws {
    let writer = try openWriter()
    let through = min(page.through, range.upperBound)
    try await writer.write { db in
      let insert = try LineInsert(db)
      var line = WordLine()
      for logged in page.events {
        line.removeAll()
        IndexLine.write(logged, to: &line)
        try line.withBytes { try insert.run(logged.sequence, $0) }
      }
      try db.execute(sql: "UPDATE mark SET through = ?", arguments: [through])
    }
    state.withLock { $0.through = through }
  }

  /// A step of bringing a whole slice into one piece; answers whether there is more to do. https://www.sqlite.org/fts5.html#the_merge_command
  func optimize() async throws -> Bool {
    let writer = try openWriter()
    let isFirst = state.withLock { state in
      defer { state.isMerging = true }
      return !state.isMerging
    }
    let isMore = try await writer.write { db in
      let before = db.totalChangesCount
      try db.execute(sql: "INSERT INTO line (line, rank) VALUES ('merge', ?)", arguments: [isFirst ? -500 : 500])
      let isMore = db.totalChangesCount - before >= 2
      if !isMore { try db.execute(sql: "UPDATE mark SET optimized = 1") }
      return isMore
    }
    if isMore { return true }
    _ = try? await writer.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    state.withLock {
      $0.isOptimized = true
      $0.writer = nil
    }
    try? writer.close()
    return false
  }

  private func openWriter() throws -> DatabaseQueue {
    if let writer = state.withLock({ $0.writer }) { return writer }
    let writer = try DatabaseQueue(path: path, configuration: Self.configuration(writes: true))
    state.withLock { $0.writer = writer }
    return writer
  }

  // MARK: Finding

  /// Sequences that an expression finds, the highest first.
  /// - Throws: SQLite's interruption where the time is over.
  func find(_ expression: String, from: Int64, before: Int64, limit: Int, deadline: ContinuousClock.Instant) async throws -> [Int64] {
    let end = SliceDeadline(deadline)
    return try await reader.unsafeRead { db in
      try end.hold(db) {
        let find = try db.cachedStatement(
          sql: "SELECT rowid FROM line WHERE line MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?")
        return try Int64.fetchAll(find, arguments: [expression, from, before, limit])
      }
    }
  }

  // MARK: Ending

  func close() {
    let writer = state.withLock { state in
      defer { state.writer = nil }
      return state.writer
    }
    try? writer?.close()
    try? reader.close()
  }

  /// Closes it and takes its files away.
  func remove() {
    close()
    Self.remove(path)
  }

  static func remove(_ path: String) { for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) } }
  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// Ends a statement that takes too long. https://www.sqlite.org/c3ref/progress_handler.html
private final class SliceDeadline: Sendable {
  private let until: ContinuousClock.Instant

  init(_ until: ContinuousClock.Instant) { self.until = until }

  func hold<Value>(_ db: Database, _ body: () throws -> Value) throws -> Value {
    guard let connection = db.sqliteConnection else { return try body() }
    sqlite3_progress_handler(connection, 5_000, sliceTimeEnds, Unmanaged.passUnretained(self).toOpaque())
    defer { sqlite3_progress_handler(connection, 0, nil, nil) }
    return try body()
  }

  fileprivate var isOver: Bool { ContinuousClock.now >= until }
}

/// Called by SQLite in the middle of a statement: anything but 0 ends it.
private func sliceTimeEnds(_ context: UnsafeMutableRawPointer?) -> Int32 {
  context.map { Unmanaged<SliceDeadline>.fromOpaque($0).takeUnretainedValue().isOver } == true ? 1 : 0
}
