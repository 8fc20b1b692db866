import Bellhop
import GRDB
import Store

extension Ledger {
  /// Events that one step of ``sweep()`` looks at.
  static let eventsPerSweep = 200

  /// One small step of `keep` and `idempotency`, from the oldest event on, and of states that have expired; answers whether there is more
  /// to do now. Events with deliveries that wait stay, and those that a window will read.
  public func sweep() async throws(SpoolError) -> Bool {
    let options = options.withLock { $0 }
    let time = sweeping.withLock { $0.time(wall: now(), ticks: ticks()) }
    let more = try await write { db, writer, changes in
      try writer.sweep(limit: Self.eventsPerSweep, keep: options.keep, idempotency: options.idempotency, now: time, db, &changes)
    }
    room.withLock { $0.forget() }
    return more
  }
}

extension Writer {
  /// What a step sees of an event.
  private struct Candidate {
    var sequence: Int64
    var received: Timestamp
    var isRemoved: Bool
  }

  fileprivate func sweep(
    limit: Int, keep: Duration, idempotency: Duration, now: Timestamp, _ db: Database, _ changes: inout Changes
  ) throws -> Bool {
    let find = try SQLQuery("SELECT sequence, received, gone FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", on: db)
    find.bind(1, swept)
    find.bind(2, limit)
    let candidates = try find.all {
      Candidate(sequence: find.int(0), received: KeptValue.time(find.int(1)), isRemoved: find.int(2) == Rows.EventRow.removed)
    }
    // What stands before an old one is old too, though a clock that was wrong says otherwise.
    let young = candidates.firstIndex { $0.received + keep > now && $0.received <= now + .seconds(3_600) } ?? candidates.endIndex
    let end = candidates[..<young].lastIndex { $0.received + keep <= now }.map { $0 + 1 } ?? 0
    let old = try isBehind(at: now, db) ? [] : candidates[..<end]
    if !old.isEmpty { try keepMarks() }
    for one in old {
      let isRemembered = one.received + idempotency > now
      if one.isRemoved, isRemembered { continue }
      let ids = try Rows.deliveryIDs(of: one.sequence, db)
      if !one.isRemoved, try isNeeded(one.sequence, at: now) || ids.contains(where: { try waits($0) }) { continue }
      for id in ids { try remove(delivery: id, db, &changes) }
      try isRemembered ? strip(event: one.sequence, db) : remove(event: one.sequence, db)
    }
    let isMore = try removeStates(expiredAt: now, limit: limit, db) || old.count == limit
    // At the end of what is old the next round starts over: what waited then may have ended.
    swept = old.count == limit ? old.last?.sequence ?? 0 : 0
    return isMore
  }

  /// Whether there may be more.
  private func removeStates(expiredAt now: Timestamp, limit: Int, _ db: Database) throws -> Bool {
    let find = try SQLQuery("SELECT key FROM state WHERE expires <= ? LIMIT ?", on: db)
    find.bind(1, now.microseconds)
    find.bind(2, limit)
    let keys = try find.all { find.text(0) }
    for key in keys {
      forgetState(key)
      statements.removeState.bind(1, key)
      try statements.removeState.run()
    }
    return keys.count == limit
  }

  func waits(_ id: Int64) throws -> Bool {
    statements.readDelivery.bind(1, id)
    return try statements.readDelivery.first {
      [.waiting, .held].contains(DeliveryState(rawValue: Int(statements.readDelivery.int(2))))
    } ?? false
  }

  private func remove(delivery id: Int64, _ db: Database, _ changes: inout Changes) throws {
    statements.readDelivery.bind(1, id)
    let old = try statements.readDelivery.first {
      (DeliveryState(rawValue: Int(statements.readDelivery.int(2))), statements.readDelivery.int(1))
    }
    if let (state, destination) = old { changes.moved(from: state, to: nil, destination: destination) }
    for sql in ["DELETE FROM rendering WHERE delivery = ?", "DELETE FROM delivery WHERE id = ?"] {
      let remove = try SQLQuery(sql, on: db)
      remove.bind(1, id)
      try remove.run()
    }
    let attempts = try SQLQuery("DELETE FROM attempt WHERE id BETWEEN ? AND ?", on: db)
    attempts.bind(1, AttemptRow.ids(of: id).lowerBound)
    attempts.bind(2, AttemptRow.ids(of: id).upperBound)
    try attempts.run()
  }

  private func remove(event sequence: Int64, _ db: Database) throws {
    try removeType(of: sequence)
    let remove = try SQLQuery("DELETE FROM event WHERE sequence = ?", on: db)
    remove.bind(1, sequence)
    try remove.run()
  }

  /// Where `keep` is shorter than `idempotency` only the identity stays.
  private func strip(event sequence: Int64, _ db: Database) throws {
    try erase(event: sequence, db)
    let strip = try SQLQuery(
      "UPDATE event SET gone = \(Rows.EventRow.removed), deliveries = 0, text = '', data = NULL, note = NULL WHERE sequence = ?", on: db)
    strip.bind(1, sequence)
    try strip.run()
  }
}
