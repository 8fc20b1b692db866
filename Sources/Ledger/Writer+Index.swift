import Bellhop
import GRDB

// The indexes by identity, by subject and by type, which follow the events at a distance.
extension Writer {
  /// The events behind the mark, as a crash or a stop left them.
  static func tail(_ db: Database, full: Int) throws -> Tail {
    var tail = Tail(full: full)
    let find = try SQLQuery(
      "SELECT sequence, identity, subject_key, type, gone FROM event WHERE sequence > \(Rows.indexed) ORDER BY sequence", on: db)
    try find.each {
      let identity = UnsafeRawBufferPointer(find.blob(1))
      guard identity.count >= Identity.size else { return true }
      let subject = find.optionalInt(2)
      tail.add(
        IdentityKey(identity), subject: subject == Identity.erased ? nil : subject,
        type: find.int(4) == 0 ? Identity.key(ofType: find.utf8(3)) : nil, sequence: find.int(0))
      return true
    }
    tail.begin()
    return tail
  }

  /// Writes the next entries of what is being taken over, and the mark behind the last.
  func takeOver() throws {
    guard let taking = tail.taking, taking.done < taking.count else { return }
    let end = min(taking.count, taking.done + tail.share)
    for index in taking.done..<end { try write(taking[index]) }
    tail.took(end - taking.done)
    guard end == taking.count else { return }
    statements.setMeta.bind(1, "indexed")
    statements.setMeta.bind(2, taking.last)
    try statements.setMeta.run()
  }

  private func write(_ entry: Tail.IndexEntry) throws {
    switch entry {
    case .identity(let key, let sequence):
      try key.withBytes { bytes in
        statements.addIdentity.bind(1, unownedBlob: bytes)
        statements.addIdentity.bind(2, sequence)
        try statements.addIdentity.run()
      }
    case .subject(let key, let sequence): try run(statements.addSubject, key, sequence)
    case .type(let key, let sequence): try run(statements.addType, key, sequence)
    }
  }

  private func run(_ statement: SQLQuery, _ key: Int64, _ sequence: Int64) throws {
    statement.bind(1, key)
    statement.bind(2, sequence)
    try statement.run()
  }

  /// Removes an event's entry from the index by type, while the event is still there. At once and not when tidying: who looks for a type
  /// would meet all of its events that `keep` removed since. Its neighbours go in the same step, so it costs a page or two for many.
  func removeType(of sequence: Int64) throws {
    statements.readType.bind(1, sequence)
    guard let key = try statements.readType.first({ Identity.key(ofType: statements.readType.utf8(0)) }) else { return }
    try run(statements.removeType, key, sequence)
  }

  /// Removes entries of events that are gone, in a part of the index by identity; the end of that part, nil at the end of all.
  func removeStaleIdentities(after: [UInt8], limit: Int, _ db: Database) throws -> [UInt8]? {
    let bound = try SQLQuery("SELECT identity FROM identity WHERE identity > ? ORDER BY identity LIMIT 1 OFFSET ?", on: db)
    bound.bind(1, after)
    bound.bind(2, limit)
    let end = try bound.first { bound.bytes(0) }
    let remove = try SQLQuery(
      "DELETE FROM identity WHERE identity > ?1 AND identity <= ?2 AND sequence < (SELECT coalesce(min(sequence), 0) FROM event)", on: db)
    remove.bind(1, after)
    remove.bind(2, end ?? [UInt8](repeating: 0xFF, count: Identity.size + 1))
    try remove.run()
    return end
  }

  /// The same in the index by subject.
  func removeStaleSubjects(after: (key: Int64, sequence: Int64), limit: Int, _ db: Database) throws -> (key: Int64, sequence: Int64)? {
    let bound = try SQLQuery(
      "SELECT key, sequence FROM subject WHERE (key, sequence) > (?1, ?2) ORDER BY key, sequence LIMIT 1 OFFSET ?3", on: db)
    bound.bind(1, after.key)
    bound.bind(2, after.sequence)
    bound.bind(3, limit)
    let end = try bound.first { (bound.int(0), bound.int(1)) }
    let remove = try SQLQuery(
      """
      DELETE FROM subject WHERE (key, sequence) > (?1, ?2) AND (key, sequence) <= (?3, ?4)
        AND sequence < (SELECT coalesce(min(sequence), 0) FROM event)
      """, on: db)
    remove.bind(1, after.key)
    remove.bind(2, after.sequence)
    remove.bind(3, end?.0 ?? .max)
    remove.bind(4, end?.1 ?? .max)
    try remove.run()
    return end
  }
}
