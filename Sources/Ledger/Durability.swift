import GRDB
import GRDBSQLite

/// How much of a commit must be on disk before it is told of.
///
/// A delivery's success is news that nobody outside waits for: the vendor has the message. Where a power cut takes its commit back, the message
/// waits again and is told once more, as after a process that died between the vendor's yes and the commit; and where a message must not be
/// repeated, its start was made safe before it went out. So a commit of nothing but successes leaves its sync to the next one, which makes all
/// that stands in the log before it safe too. https://www.sqlite.org/pragma.html#pragma_synchronous
struct Durability {
  /// In the number that SQLite has for it.
  enum Level: Int {
    /// The log is written and not synced: the end of the process loses nothing, a power cut the last of it.
    case written = 1
    /// The log is synced.
    case synced = 2
  }

  private var level = Level.synced

  /// Makes it so for the next transaction; asked before each, and costs only where it changes. The setting is taken when it is read, so that
  /// it cannot be prepared.
  mutating func set(_ wanted: Level, _ db: Database) throws {
    guard wanted != level else { return }
    // SQLite's own call: GRDB would look closely at a statement that is set and gone.
    let code = sqlite3_exec(db.sqliteConnection, "PRAGMA synchronous = \(wanted.rawValue)", nil, nil, nil)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    level = wanted
  }
}

extension PreparedBatch {
  /// Nothing but deliveries that have succeeded.
  var isSuccessOnly: Bool {
    arrivals.isEmpty && alarms.isEmpty && states.isEmpty && due.isEmpty && !begins
      && settlements.allSatisfy { $0.state == .delivered && $0.followUps.isEmpty && !$0.started }
  }
}
