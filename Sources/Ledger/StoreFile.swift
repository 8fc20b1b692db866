import Bellhop
import CWriteAhead
import GRDB
import Glibc

/// Opens the file of a store so that it keeps what Bellhop promises, or says why it cannot.
enum StoreFile {
  static let name = "ledger.sqlite"
  /// `BELL`, so that `file` and people can tell whose database it is. https://www.sqlite.org/pragma.html#pragma_application_id
  private static let applicationID = 0x4245_4C4C
  /// Stores up to this size are checked whole after a crash; larger ones would keep the gateway waiting.
  private static let checkedBytes: Int64 = 32 << 20

  /// Before the first database is opened: from then on SQLite writes its logs in large pieces.
  private static let hasWriteAhead = bh_writeahead_install() == 0

  static func open(folder: String) throws(LedgerError) -> DatabasePool {
    _ = hasWriteAhead
    let path = folder + "/" + name
    makePrivate(path)
    // SQLite removes the log when it closes a store: one that is still there tells of a crash.
    let crashed = size(path + "-wal") > 0
    do {
      let pool = try DatabasePool(path: path, configuration: configuration())
      try pool.writeWithoutTransaction { db in
        try examine(db, path, checkAll: crashed && size(path) <= checkedBytes)
        try makeSafe(db, path)
        try Migrations.run(db)
        try db.execute(sql: "INSERT OR IGNORE INTO meta (name, value) VALUES ('epoch', ?)", arguments: [newEpoch()])
        try db.execute(sql: "INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', randomblob(32))")
      }
      return pool
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError {
      throw told(error, path)
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  /// Readers of a store that is open, beside those of its writer's pool.
  static func readers(folder: String) throws(LedgerError) -> DatabasePool {
    let path = folder + "/" + name
    var configuration = configuration()
    configuration.label = "ledger.questions"
    configuration.readonly = true
    do {
      return try DatabasePool(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      throw told(error, path)
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.foreignKeysEnabled = false
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    // A failed ROLLBACK must not end the process: the next BEGIN reports it.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      guard !db.configuration.readonly else { return }
      // Zeroes what is deleted, in pages and on the free list. https://www.sqlite.org/pragma.html#pragma_secure_delete
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA cache_size = -16000")
      // Fewer, larger checkpoints: each one fsyncs twice. The log is cut back to the limit after a burst.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
    }
    return configuration
  }

  private static func examine(_ db: Database, _ path: String, checkAll: Bool) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if version > Migrations.all.count { throw LedgerError.newer(path: path, version: version, known: Migrations.all.count) }
    let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    guard id == applicationID || (version == 0 && id == 0) else {
      throw LedgerError.damaged(path: path, reason: "the file is a database, but not one of Bellhop's")
    }
    // A database without an id is a new one, or somebody else's.
    if id == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0 > 0 {
      throw LedgerError.damaged(path: path, reason: "the file is a database, but not one of Bellhop's")
    }
    if id == 0 { try db.execute(sql: "PRAGMA application_id = \(applicationID)") }
    guard checkAll, let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), finding != "ok" else { return }
    throw LedgerError.damaged(path: path, reason: finding)
  }

  /// GRDB's own set-up of the log ends with `synchronous = NORMAL`, which loses commits at a power cut: set and read back after it.
  private static func makeSafe(_ db: Database, _ path: String) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
      throw LedgerError.unsafe(path: path, reason: "SQLite does not take synchronous = FULL")
    }
    guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
      throw LedgerError.unsafe(path: path, reason: "SQLite does not take journal_mode = WAL")
    }
    guard try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 1 else {
      throw LedgerError.unsafe(path: path, reason: "SQLite does not take secure_delete = ON")
    }
    // "x" must be a column, never the text x: a slip of quotes has compared two columns before.
    if (try? db.makeStatement(sql: #"SELECT "no such column""#)) != nil {
      throw LedgerError.unsafe(path: path, reason: "SQLite takes double quotes for text")
    }
  }

  static func told(_ error: DatabaseError, _ path: String) -> LedgerError {
    let line = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    return switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .damaged(path: path, reason: line)
    // Tables or columns of ours are missing although the version says otherwise.
    case .SQLITE_ERROR: .damaged(path: path, reason: line)
    default: .unusable(path: path, reason: line)
    }
  }

  /// Ten characters of Crockford's base32 alphabet in lower case: 50 bits.
  private static func newEpoch() -> String {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return String((0..<10).map { _ in alphabet[Int.random(in: 0..<32)] })
  }

  /// What nobody knows who does not hold the store.
  static func secret(_ db: Database) throws -> [UInt8] {
    let find = try SQLQuery("SELECT value FROM meta WHERE name = 'secret'", on: db)
    return try find.first { find.bytes(0) } ?? []
  }

  /// Tells one file from another of the same name.
  struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// Which file stands in a store's folder under its name; nil where there is none.
  static func identity(_ folder: String) -> FileIdentity? {
    var info = stat()
    guard stat(folder + "/" + name, &info) == 0 else { return nil }
    return FileIdentity(device: UInt64(info.st_dev), number: UInt64(info.st_ino))
  }

  /// After an orderly stop: a log that is there tells of a crash.
  static func removeEmptyLog(_ folder: String) {
    let log = folder + "/" + name + "-wal"
    guard size(log) == 0 else { return }
    unlink(log)
    unlink(folder + "/" + name + "-shm")
  }

  /// Bytes of a file; 0 where there is none.
  static func size(_ path: String) -> Int64 {
    var info = stat()
    return stat(path, &info) == 0 ? Int64(info.st_size) : 0
  }

  /// The store and its log are for this user only, also in a folder that others may look into, and where an earlier version left them open.
  /// SQLite gives a log the permissions of its store. https://www.sqlite.org/walformat.html
  private static func makePrivate(_ path: String) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 {
      fchmod(descriptor, 0o600)
      close(descriptor)
    }
    for file in [path + "-wal", path + "-shm"] where size(file) > 0 { chmod(file, 0o600) }
  }

  /// A new folder survives a power cut when the one above it is synced: https://man7.org/linux/man-pages/man2/fsync.2.html
  private static func keepName(of folder: String) {
    let parent = folder.lastIndex(of: "/").map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
    let descriptor = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Makes the folder and those above it, for this user only.
  static func makeFolder(_ path: String) throws(LedgerError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part
      if mkdir(made, 0o700) == 0 {
        keepName(of: made)
      } else if errno != EEXIST {
        throw .unusable(path: path, reason: String(cString: strerror(errno)))
      }
      made += "/"
    }
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { throw .unusable(path: path, reason: "it is not a folder") }
  }
}
