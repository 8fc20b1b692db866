import Bellhop
import GRDB
import Store

/// What people do to the store by hand.
extension Ledger {
  private static let eventsPerStep = 200

  /// In steps of 200 events; at the end the log is emptied into the store, so that no file holds the bytes any more.
  /// A file system that copies on write, or a backup, may.
  public func forget(subject: String, limit: Int) async throws(SpoolError) -> Int {
    var count = 0
    while count < limit {
      let most = min(Self.eventsPerStep, limit - count)
      let step = try await write { db, writer, changes in try writer.forget(subject: subject, limit: most, db, &changes) }
      count += step
      if step == 0 {
        // Also where nothing was left: an earlier call may have been cut short.
        try await forgetOwn()
        _ = try await tidy()
        try await truncateLog()
        break
      }
    }
    return count
  }

  /// Bellhop's own events about what was forgotten: a death names the target, which may have been made of it; summaries and watches repeat its
  /// words. Looked for beside
  /// traffic, and only the found ones are the writer's business.
  private func forgetOwn() async throws(SpoolError) {
    var after: Int64? = 0
    while let start = after {
      let (found, last) = try await read { db in try Self.ownOfForgotten(after: start, limit: Self.ownPerRead, db) }
      var rest = found[...]
      while !rest.isEmpty {
        let step = Array(rest.prefix(Self.eventsPerStep))
        rest = rest.dropFirst(step.count)
        try await write { db, writer, changes in try writer.forget(step, db, &changes) }
      }
      after = last
    }
  }

  private static let ownPerRead = 2_000

  /// The events that one of Bellhop's own is about: a death's, or those that a summary or a watch tells of.
  private static func named(in data: JSON?) -> [Int64] {
    (data?["event"]?.int).map { [$0] } ?? (data?["events"]?.array ?? []).compactMap(\.int)
  }

  /// A page of them, and where the next one starts; nil at the end.
  private static func ownOfForgotten(after: Int64, limit: Int, _ db: Database) throws -> (found: [Int64], last: Int64?) {
    let find = try SQLQuery(
      """
      SELECT sequence, data FROM event WHERE sender = 'bellhop' AND sequence > ? AND gone = 0 ORDER BY sequence LIMIT ?
      """, on: db)
    find.bind(1, after)
    find.bind(2, limit)
    let own = try find.all { (sequence: find.int(0), about: Self.named(in: try? JSON(parsing: find.blob(1)))) }
    let gone = try SQLQuery("SELECT gone FROM event WHERE sequence = ?", on: db)
    let found = try own.filter { one in
      try one.about.contains { about in
        gone.bind(1, about)
        return try gone.first { gone.int(0) == 1 } ?? false
      }
    }
    return (found.map(\.sequence), own.count < limit ? nil : own.last?.sequence)
  }

  /// The log still holds the pages as they were: copies it into the store and cuts it to nothing.
  private func truncateLog() async throws(SpoolError) {
    try await alone { db in _ = try db.checkpoint(.truncate) }
  }

  /// In steps of 200. What was forgotten has nothing to say and stays dead.
  public func retry(_ ids: [Int64], refill: @escaping Refill) async throws(SpoolError) -> [Int64] {
    var retried: [Int64] = []
    var rest = ids[...]
    while !rest.isEmpty {
      let step = Array(rest.prefix(Self.eventsPerStep))
      rest = rest.dropFirst(step.count)
      retried += try await write { db, writer, changes in
        try step.filter { id in try writer.retry(id, db, &changes, refill: refill) { try self.destination($0, db) } }
      }
    }
    return retried
  }

  /// In steps of 200. What was forgotten has nothing to say and goes nowhere.
  public func redirect(_ ids: [Int64], note: String, leads: @escaping Redirection) async throws(SpoolError) -> [Int64] {
    var redirected: [Int64] = []
    var rest = ids[...]
    let now = now()
    while !rest.isEmpty {
      let step = Array(rest.prefix(Self.eventsPerStep))
      rest = rest.dropFirst(step.count)
      redirected += try await write { db, writer, changes in
        try step.filter { try writer.redirect($0, note: note, at: now, db, &changes, leads: leads) }
      }
    }
    return redirected
  }
}

extension Writer {
  /// Empties up to `limit` events about a subject; answers how many.
  fileprivate func forget(subject: String, limit: Int, _ db: Database, _ changes: inout Changes) throws -> Int {
    let find = try Ledger.events(about: subject, before: .max, db)
    var sequences: [Int64] = []
    try find.each {
      if find.utf8(10).elementsEqual(subject.utf8) { sequences.append(find.int(0)) }
      return sequences.count < limit
    }
    try forget(sequences, db, &changes)
    return sequences.count
  }

  fileprivate func forget(_ sequences: [Int64], _ db: Database, _ changes: inout Changes) throws {
    for sequence in sequences {
      for id in try Rows.deliveryIDs(of: sequence, db) {
        try settle(
          Settlement(delivery: id, event: sequence, state: .dead, note: "forgotten by hand", fault: .dropped_by_hand), db, &changes)
        try hush(delivery: id, db)
      }
      try erase(event: sequence, db)
    }
    changes.committed.forgotten += sequences
  }

  /// Zeroes of the same length overwrite a row where it is (see ``Migrations``). https://www.sqlite.org/src/info?name=btreeOverwriteCell
  func erase(event sequence: Int64, _ db: Database) throws {
    let unindex = try SQLQuery(
      "DELETE FROM subject WHERE sequence = ?1 AND key = (SELECT subject_key FROM event WHERE sequence = ?1)", on: db)
    unindex.bind(1, sequence)
    try unindex.run()
    try removeType(of: sequence)
    let erase = try SQLQuery(
      """
      UPDATE event SET gone = 1, \(zeroes("id")), \(zeroes("source")), \(zeroes("text")), \(zeroes("subject")), \(zeroes("note")), data = zeroblob(length(data)),
        subject_key = CASE WHEN subject_key IS NULL THEN NULL ELSE \(Identity.erased) END WHERE sequence = ?
      """, on: db)
    erase.bind(1, sequence)
    try erase.run()
  }

  private func zeroes(_ column: String) -> String { "\(column) = CAST(zeroblob(length(CAST(\(column) AS BLOB))) AS TEXT)" }

  private func hush(delivery id: Int64, _ db: Database) throws {
    let rendering = try SQLQuery(
      "UPDATE rendering SET body = zeroblob(length(body)) WHERE delivery = (SELECT words FROM delivery WHERE id = ?)", on: db)
    rendering.bind(1, id)
    try rendering.run()
    let note = try SQLQuery("UPDATE delivery SET note = NULL WHERE id = ? AND note IS NOT 'forgotten by hand'", on: db)
    note.bind(1, id)
    try note.run()
    // What the vendor said and where, of a first attempt that delivered.
    let first = try SQLQuery(
      """
      UPDATE delivery SET lane = 0, answer = CASE typeof(answer) WHEN 'text' THEN CAST(zeroblob(length(CAST(answer AS BLOB))) AS TEXT)
        ELSE answer END WHERE id = ? AND lane > 0
      """, on: db)
    first.bind(1, id)
    try first.run()
    let attempts = try SQLQuery("UPDATE attempt SET \(zeroes("line")), \(zeroes("lane")) WHERE id BETWEEN ? AND ?", on: db)
    attempts.bind(1, AttemptRow.ids(of: id).lowerBound)
    attempts.bind(2, AttemptRow.ids(of: id).upperBound)
    try attempts.run()
    try unname(delivery: id, db)
  }

  /// A target may have been made of the event: only the channel and the transport stay. ``Ledger/tidy()`` removes what nobody names then.
  private func unname(delivery id: Int64, _ db: Database) throws {
    guard let old = try Rows.destinationID(ofDelivery: id, db) else { return }
    var destination = try Rows.destination(old, db)
    destination.target = Target()
    let unname = try SQLQuery("UPDATE delivery SET destination = ?, fallback = NULL WHERE id = ?", on: db)
    unname.bind(1, try number(of: destination))
    unname.bind(2, id)
    try unname.run()
  }

  /// Puts an ended delivery back in line; answers whether it could.
  fileprivate func retry(
    _ id: Int64, _ db: Database, _ changes: inout Changes, refill: Refill, names: (Int64) throws -> Destination
  ) throws -> Bool {
    statements.readDelivery.bind(1, id)
    let old = try statements.readDelivery.first {
      (event: statements.readDelivery.int(0), destination: statements.readDelivery.int(1), state: Int(statements.readDelivery.int(2)))
    }
    guard let old, let state = DeliveryState(rawValue: old.state), state == .dead || state == .unclear else { return false }
    guard let kept = try Rows.event(old.event, db), !kept.isGone else { return false }
    let revive = try SQLQuery(
      "UPDATE delivery SET state = 0, spent = 0, started = 0, due = NULL, fault = NULL, note = NULL WHERE id = ?", on: db)
    revive.bind(1, id)
    try revive.run()
    guard var delivery = try Rows.waiting(id, Rows.waitingQuery(db), names: names) else { return false }
    if let filled = refill(delivery.destination, delivery.event, delivery.role) {
      delivery.destination = filled
      delivery.destinationID = try number(of: filled)
      let redirect = try SQLQuery("UPDATE delivery SET destination = ? WHERE id = ?", on: db)
      redirect.bind(1, delivery.destinationID)
      redirect.bind(2, id)
      try redirect.run()
    }
    changes.moved(from: state, to: nil, destination: old.destination)
    changes.moved(from: nil, to: .waiting, destination: delivery.destinationID)
    changes.committed.settlements.append(Settlement(delivery: id, event: old.event, state: .waiting))
    changes.committed.deliveries.append(delivery.waiting(upTo: Delivery.largestWhole))
    return true
  }

  /// Makes deliveries of the same event that go elsewhere; answers whether there are any.
  fileprivate func redirect(
    _ id: Int64, note: String, at now: Timestamp, _ db: Database, _ changes: inout Changes, leads: Redirection
  ) throws -> Bool {
    let read = try SQLQuery("SELECT event, state, alert, role, line, words, note FROM delivery WHERE id = ?", on: db)
    read.bind(1, id)
    let old = try read.first {
      (
        event: read.int(0), state: DeliveryState(rawValue: Int(read.int(1))), alert: Alert(rawValue: Int(read.int(2))) ?? .normal,
        role: read.text(3), row: read.optionalText(4), words: read.optionalInt(5), note: read.optionalText(6)
      )
    }
    guard let old, old.state == .dead || old.state == .unclear, !HistoryDelivery.notes(old.note).contains(note),
      let kept = try Rows.event(old.event, db), !kept.isGone
    else { return false }
    let destinations = leads(kept.event)
    if destinations.isEmpty { return false }
    let rendering = try old.words.flatMap { try Rows.rendering($0, db) }
    for destination in destinations {
      try add(
        PlannedDelivery(destination: destination, role: old.role, row: old.row, alert: old.alert, rendering: rendering), words: old.words,
        of: kept.event, old.event, kept.received, ready: now, isExtra: true, &changes)
    }
    let mark = try SQLQuery("UPDATE delivery SET note = ? WHERE id = ?", on: db)
    mark.bind(1, HistoryDelivery.note(old.note, and: note))
    mark.bind(2, id)
    try mark.run()
    return true
  }
}
