import GRDB

/// The shape of the store, as steps that are never edited once released: `PRAGMA user_version` counts those taken.
enum Migrations {
  /// Runs inside a transaction.
  typealias MigrationStep = @Sendable (Database) throws -> Void

  static let all: [MigrationStep] = [first, second, third, fourth, fifth, sixth].map { sql in { try $0.execute(sql: sql) } } + [seventh]

  /// Takes the steps that are missing, each in a transaction of its own.
  static func run(_ db: Database) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version < all.count else { return }
    for (index, step) in all.enumerated().dropFirst(version) {
      try db.inTransaction(.immediate) {
        try step(db)
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
        return .commit
      }
    }
  }

  /// - `event` and `rendering` are only ever appended to, and forgetting overwrites them in place with as many zero bytes: SQLite then never
  ///   splits or merges their pages, which would leave copies of what people said in the unused part of a page.
  /// - `identity` is 4 bytes of the id's hash, to find an event by its id, then 16 of SHA-256 over sender, source and id.
  /// - `subject_key` is a hash, so that the index holds nothing that a person could be known by.
  /// - The deliveries of an event's plan are numbered in a row from `first_delivery`; its fallbacks are found by `extra`.
  /// - The partial indexes end with the row's id, as all do; the state stands in them because SQLite would look into the row for it, and
  ///   the `OR`s stand there because it does not see that `state = 5` means one of `IN (…)`.
  /// - `attempt.id` is the delivery's id times 4,096 plus the number of the attempt.
  private static let first = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY,
      received INTEGER NOT NULL, time INTEGER NOT NULL, severity INTEGER NOT NULL, fate INTEGER NOT NULL, gone INTEGER NOT NULL,
      first_delivery INTEGER NOT NULL, deliveries INTEGER NOT NULL, identity BLOB NOT NULL, subject_key INTEGER,
      type TEXT NOT NULL, id TEXT NOT NULL, sender TEXT NOT NULL, source TEXT NOT NULL, subject TEXT, note TEXT,
      text TEXT NOT NULL, data BLOB);
    CREATE INDEX event_identity ON event (identity);
    CREATE INDEX event_type ON event (type);
    CREATE INDEX event_subject ON event (subject_key) WHERE subject_key IS NOT NULL;
    CREATE TABLE destination (id INTEGER PRIMARY KEY, form BLOB NOT NULL UNIQUE);
    CREATE TABLE delivery (
      id INTEGER PRIMARY KEY,
      event INTEGER NOT NULL, destination INTEGER NOT NULL, state INTEGER NOT NULL, alert INTEGER NOT NULL, attempts INTEGER NOT NULL,
      started INTEGER NOT NULL, spent INTEGER NOT NULL, due INTEGER, extra INTEGER,
      role TEXT NOT NULL, line TEXT, fallback TEXT, fault TEXT, note TEXT);
    CREATE INDEX delivery_waiting ON delivery (destination, due, state) WHERE state = 0;
    CREATE INDEX delivery_ended ON delivery (state) WHERE state = 2 OR state = 3 OR state = 4 OR state = 5;
    CREATE INDEX delivery_extra ON delivery (extra) WHERE extra IS NOT NULL;
    CREATE TABLE rendering (delivery INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE attempt (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL, took INTEGER NOT NULL, outcome INTEGER NOT NULL, lane TEXT NOT NULL, kind TEXT NOT NULL, fault TEXT,
      line TEXT NOT NULL);
    CREATE TABLE alarm (kind INTEGER NOT NULL, ref INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (kind, ref)) WITHOUT ROWID;
    CREATE INDEX alarm_due ON alarm (due);
    CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    """

  /// States may expire: threads outlived the events that made them.
  private static let second = """
    ALTER TABLE state ADD COLUMN expires INTEGER;
    UPDATE state SET expires = (strftime('%s', 'now') + 90 * 86400) * 1000000 WHERE key >= 'thread/' AND key < 'thread0';
    CREATE INDEX state_expires ON state (expires) WHERE expires IS NOT NULL;
    """

  /// The indexes by identity and by subject become tables that follow the events at a distance (see ``Tail``).
  private static let third = """
    CREATE TABLE identity (identity BLOB PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE subject (key INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (key, sequence)) WITHOUT ROWID;
    INSERT OR REPLACE INTO identity SELECT identity, sequence FROM event ORDER BY identity, sequence;
    INSERT INTO subject SELECT subject_key, sequence FROM event
      WHERE subject_key IS NOT NULL AND subject_key <> \(Identity.erased) ORDER BY subject_key, sequence;
    INSERT OR REPLACE INTO meta SELECT 'indexed', coalesce(max(sequence), 0) FROM event;
    DROP INDEX event_identity;
    DROP INDEX event_subject;
    """

  /// A delivery's row holds its first attempt where that delivered: `at`, `took` (with 65,536 added), `lane` (0 for a forgotten name, -1 for no
  /// such attempt) and `answer` (a status as a number). New rows are written with values of the same size, so that a success overwrites its
  /// row where it is instead of growing it. `words` is the rendering's row, which all recipients of a table's row share.
  /// States carry versions, and alarms are found by their kind.
  private static let fourth = """
    ALTER TABLE delivery ADD COLUMN words INTEGER;
    ALTER TABLE delivery ADD COLUMN at INTEGER;
    ALTER TABLE delivery ADD COLUMN took INTEGER;
    ALTER TABLE delivery ADD COLUMN lane INTEGER;
    ALTER TABLE delivery ADD COLUMN answer;
    UPDATE delivery SET words = id WHERE id IN (SELECT delivery FROM rendering);
    CREATE TABLE lane (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    ALTER TABLE state ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    DROP INDEX alarm_due;
    CREATE INDEX alarm_due ON alarm (kind, due, ref);
    """

  /// What a window holds is found by its number, and Bellhop's own events by their sender: forgetting looks for what they say of others.
  private static let fifth = """
    ALTER TABLE delivery ADD COLUMN held_by INTEGER;
    CREATE INDEX delivery_held ON delivery (held_by, state) WHERE state = 6;
    CREATE INDEX event_own ON event (sequence) WHERE sender = 'bellhop';
    """

  /// Dead letters are asked for by destination.
  private static let sixth = """
    CREATE INDEX delivery_failed ON delivery (state, destination) WHERE state = 4 OR state = 5;
    """
}
