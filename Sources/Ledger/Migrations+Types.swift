import GRDB

extension Migrations {
  /// The index by type becomes a table as well. It is filled type by type in the order of their keys: its pages are written once, one after
  /// the other, and no more is held in memory than two numbers for each type.
  @Sendable static func seventh(_ db: Database) throws {
    try db.execute(
      sql: "CREATE TABLE type (key INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (key, sequence)) WITHOUT ROWID")
    let fill = try SQLQuery(
      making: """
        INSERT OR IGNORE INTO type SELECT ?1, sequence FROM event INDEXED BY event_type
          WHERE type = (SELECT type FROM event WHERE sequence = ?2)
            AND sequence <= (SELECT coalesce((SELECT value FROM meta WHERE name = 'indexed'), 0)) ORDER BY sequence
        """, on: db)
    for (key, sequence) in try types(db).sorted(by: { $0 < $1 }) {
      fill.bind(1, key)
      fill.bind(2, sequence)
      try fill.run()
    }
    try db.execute(sql: "DROP INDEX event_type")
  }

  /// The key of each type, and an event that has it. From one type to the next along the index: a type may have a million events.
  private static func types(_ db: Database) throws -> [(key: Int64, sequence: Int64)] {
    let first = try SQLQuery(making: "SELECT sequence, type FROM event INDEXED BY event_type ORDER BY type LIMIT 1", on: db)
    let next = try SQLQuery(
      making: """
        SELECT sequence, type FROM event INDEXED BY event_type
          WHERE type > (SELECT type FROM event WHERE sequence = ?) ORDER BY type LIMIT 1
        """, on: db)
    var found: [(key: Int64, sequence: Int64)] = []
    func read(_ query: SQLQuery) throws -> Bool {
      guard let type = try query.first({ (Identity.key(ofType: query.utf8(1)), query.int(0)) }) else { return false }
      found.append(type)
      return true
    }
    guard try read(first) else { return [] }
    repeat { next.bind(1, found[found.count - 1].sequence) } while try read(next)
    return found
  }
}
