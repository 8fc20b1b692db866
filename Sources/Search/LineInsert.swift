import GRDB
import GRDBSQLite

/// Adds lines to a slice through SQLite's C interface: GRDB's boxed values would cost half as much as FTS5 itself. Belongs to its connection's
/// queue. https://www.sqlite.org/c3ref/bind_blob.html
struct LineInsert {
  /// Keeps the handle alive.
  private let statement: Statement

  init(_ db: Database) throws { statement = try db.cachedStatement(sql: "INSERT INTO line (rowid, words) VALUES (?, ?)") }

  /// - Parameter words: UTF-8.
  /// - Throws: `DatabaseError`.
  func run(_ sequence: Int64, _ words: UnsafeRawBufferPointer) throws {
    let handle = statement.sqliteStatement
    // SQLite reads the words in their place, which is the caller's again afterwards.
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    sqlite3_bind_int64(handle, 1, sequence)
    sqlite3_bind_text64(
      handle, 2, words.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(words.count), nil, UInt8(SQLITE_UTF8))
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) })
    }
  }
}
