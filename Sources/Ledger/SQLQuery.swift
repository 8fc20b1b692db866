import GRDB
import GRDBSQLite

/// A prepared statement of GRDB's, bound and stepped through SQLite's C interface: on the way of every event, GRDB's boxed values would cost
/// as much as SQLite itself. Belongs to its connection's queue. https://www.sqlite.org/c3ref/stmt.html
struct SQLQuery {
  /// Keeps the handle alive.
  private let statement: Statement
  private let handle: OpaquePointer

  /// A statement that its owner keeps.
  init(making sql: String, on db: Database) throws { self.init(try db.makeStatement(sql: sql)) }

  /// A statement kept with its connection. Must not be used again before its rows are read.
  init(_ sql: String, on db: Database) throws { self.init(try db.cachedStatement(sql: sql)) }

  private init(_ statement: Statement) {
    self.statement = statement
    handle = statement.sqliteStatement
  }

  /// As it was written, with its placeholders.
  var sql: String { statement.sql }

  // MARK: Values in

  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
  func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
  func bind(_ index: Int32, _ value: Int64?) {
    if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }
  func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else { return bindNull(index) }
    _ = text.withUTF8 { bytes in
      // Without an address SQLite would take the empty text for NULL.
      if let base = bytes.baseAddress {
        sqlite3_bind_text64(
          handle, index, UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self), UInt64(bytes.count), Self.copy, Self.utf8)
      } else {
        sqlite3_bind_text(handle, index, "", 0, Self.copy)
      }
    }
  }

  func bind(_ index: Int32, _ blob: [UInt8]?) {
    guard let blob else { return bindNull(index) }
    if blob.isEmpty {
      sqlite3_bind_zeroblob(handle, index, 0)
    } else {
      sqlite3_bind_blob64(handle, index, blob, UInt64(blob.count), Self.copy)
    }
  }

  /// Text that stays where it is until the statement has run.
  func bind(_ index: Int32, unowned text: UnsafeRawBufferPointer) {
    sqlite3_bind_text64(handle, index, text.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(text.count), nil, Self.utf8)
  }

  /// A blob that stays where it is until the statement has run.
  func bind(_ index: Int32, unownedBlob blob: UnsafeRawBufferPointer) {
    sqlite3_bind_blob64(handle, index, blob.baseAddress, UInt64(blob.count), nil)
  }

  private static let utf8 = UInt8(SQLITE_UTF8)
  /// SQLITE_TRANSIENT, a macro that Swift does not import.
  private static var copy: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  // MARK: Running

  /// Runs it to its end.
  func run() throws {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Runs it to its end; how many rows it changed.
  func change() throws -> Int {
    while try step() {}
    let count = sqlite3_changes(sqlite3_db_handle(handle))
    sqlite3_reset(handle)
    return Int(count)
  }

  /// Reads the first row, if there is one.
  func first<Value>(_ read: () throws -> Value) throws -> Value? {
    guard try step() else {
      sqlite3_reset(handle)
      return nil
    }
    defer { sqlite3_reset(handle) }
    return try read()
  }

  /// Reads all rows, or until `read` answers false.
  func each(_ read: () throws -> Bool) throws {
    defer { sqlite3_reset(handle) }
    while try step() { if try !read() { return } }
  }

  /// Reads all rows.
  func all<Value>(_ read: () throws -> Value) throws -> [Value] {
    var found: [Value] = []
    try each {
      found.append(try read())
      return true
    }
    return found
  }

  private func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let message = sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) }
      sqlite3_reset(handle)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }

  // MARK: Values out

  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
  func bytes(_ column: Int32) -> [UInt8] { Array(blob(column)) }

  /// The bytes of a text, valid until the next step. NUL does not end it.
  func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(handle, column)
    return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }

  /// The bytes of a blob, valid until the next step.
  func blob(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
    return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }
}
