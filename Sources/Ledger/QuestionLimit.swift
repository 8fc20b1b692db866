import GRDB
import GRDBSQLite
import Store

/// An end for a question: SQLite asks now and then whether to go on. https://www.sqlite.org/c3ref/progress_handler.html
final class QuestionLimit {
  private let until: ContinuousClock.Instant

  init(_ patience: Duration) { until = .now + patience }

  /// Runs `body`; a statement that takes longer ends as interrupted.
  func hold<Value>(_ db: Database, _ body: () throws -> Value) throws -> Value {
    guard let connection = db.sqliteConnection else { return try body() }
    sqlite3_progress_handler(connection, 20_000, patienceEnds, Unmanaged.passUnretained(self).toOpaque())
    defer { sqlite3_progress_handler(connection, 0, nil, nil) }
    do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && isOver {
      throw SpoolError.slow("the question took too long: narrow it, by subject, type or since")
    }
  }

  fileprivate var isOver: Bool { ContinuousClock.now >= until }
}

/// Called by SQLite in the middle of a statement: anything but 0 ends it.
private func patienceEnds(_ context: UnsafeMutableRawPointer?) -> Int32 {
  context.map { Unmanaged<QuestionLimit>.fromOpaque($0).takeUnretainedValue().isOver } == true ? 1 : 0
}
