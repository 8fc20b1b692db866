import GRDB

/// The writer's statements, prepared once.
struct Statements {
  let begin: SQLQuery
  let commit: SQLQuery
  let rollback: SQLQuery
  let findIdentity: SQLQuery
  let addIdentity: SQLQuery
  let addSubject: SQLQuery
  let addType: SQLQuery
  let readType: SQLQuery
  let removeType: SQLQuery
  let readReceived: SQLQuery
  let readBody: SQLQuery
  let addEvent: SQLQuery
  let addDelivery: SQLQuery
  let addRendering: SQLQuery
  let addAttempt: SQLQuery
  let readDelivery: SQLQuery
  let settle: SQLQuery
  let deliver: SQLQuery
  let readWords: SQLQuery
  let findLane: SQLQuery
  let addLane: SQLQuery
  let readState: SQLQuery
  let delay: SQLQuery
  let heldBy: SQLQuery
  let release: SQLQuery
  let readAlarm: SQLQuery
  let setAlarm: SQLQuery
  let removeAlarm: SQLQuery
  let findDestination: SQLQuery
  let addDestination: SQLQuery
  let setState: SQLQuery
  let removeState: SQLQuery
  let setMeta: SQLQuery
  let pageCount: SQLQuery
  let freePages: SQLQuery

  init(_ db: Database) throws {
    func make(_ sql: String) throws -> SQLQuery { try SQLQuery(making: sql, on: db) }
    begin = try make("BEGIN IMMEDIATE")
    commit = try make("COMMIT")
    rollback = try make("ROLLBACK")
    findIdentity = try make("SELECT sequence FROM identity WHERE identity = ?")
    addIdentity = try make("INSERT OR REPLACE INTO identity (identity, sequence) VALUES (?1, ?2)")
    // What was forgotten or removed meanwhile is not found any more.
    addSubject = try make("INSERT OR IGNORE INTO subject SELECT subject_key, sequence FROM event WHERE sequence = ?2 AND subject_key = ?1")
    addType = try make("INSERT OR IGNORE INTO type SELECT ?1, sequence FROM event WHERE sequence = ?2 AND gone = 0")
    readType = try make("SELECT type FROM event WHERE sequence = ?")
    removeType = try make("DELETE FROM type WHERE key = ?1 AND sequence = ?2")
    readReceived = try make("SELECT received FROM event WHERE sequence = ?")
    readBody = try make("SELECT gone, severity, type, subject, text, data FROM event WHERE sequence = ?")
    addEvent = try make(
      """
      INSERT INTO event (sequence, received, time, severity, fate, gone, first_delivery, deliveries, identity, subject_key,
        type, id, sender, source, subject, note, text, data)
      VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
      """)
    addDelivery = try make(
      """
      INSERT INTO delivery (id, event, destination, state, alert, attempts, started, spent, due, extra, role, line, fallback, fault, note,
        words, at, took, lane, answer, held_by)
      VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, ?7, ?8, ?9, ?10, NULL, ?11, ?12, ?13, 65536, -1, 200, ?14)
      """)
    addRendering = try make("INSERT INTO rendering (delivery, body) VALUES (?1, ?2)")
    addAttempt = try make(
      "INSERT OR REPLACE INTO attempt (id, at, took, outcome, lane, kind, fault, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
    readDelivery = try make("SELECT event, destination, state, due, attempts FROM delivery WHERE id = ?")
    settle = try make(
      """
      UPDATE delivery SET state = ?2, attempts = ?3, started = ?4, spent = ?5, due = ?6, fault = ?7, note = ?8 WHERE id = ?1
      """)
    // Not `RETURNING`: SQLite makes a table of its own for what that returns.
    deliver = try make(
      """
      UPDATE delivery SET state = 1, attempts = 1, started = 0, at = ?2, took = ?3, lane = ?4, answer = ?5
      WHERE id = ?1 AND state = 0 AND attempts = 0 AND due IS NULL
      """)
    readWords = try make("SELECT words FROM delivery WHERE id = ?")
    findLane = try make("SELECT id FROM lane WHERE name = ?")
    addLane = try make("INSERT INTO lane (id, name) VALUES (?1, ?2)")
    readState = try make("SELECT value, version, expires FROM state WHERE key = ?")
    delay = try make("UPDATE delivery SET due = ?2 WHERE id = ?1")
    heldBy = try make("SELECT id, event, destination FROM delivery WHERE state = 6 AND held_by = ? ORDER BY id")
    release = try make("UPDATE delivery SET state = ?2, held_by = ?3, due = ?4, note = ?5, at = ?6 WHERE id = ?1")
    readAlarm = try make("SELECT due FROM alarm WHERE kind = ?1 AND ref = ?2")
    setAlarm = try make("INSERT OR REPLACE INTO alarm (kind, ref, due) VALUES (?1, ?2, ?3)")
    removeAlarm = try make("DELETE FROM alarm WHERE kind = ?1 AND ref = ?2")
    findDestination = try make("SELECT id FROM destination WHERE form = ?")
    addDestination = try make("INSERT INTO destination (id, form) VALUES (?1, ?2)")
    setState = try make("INSERT OR REPLACE INTO state (key, value, expires, version) VALUES (?1, ?2, ?3, ?4)")
    removeState = try make("DELETE FROM state WHERE key = ?")
    setMeta = try make("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")
    pageCount = try make("PRAGMA page_count")
    freePages = try make("PRAGMA freelist_count")
  }
}
