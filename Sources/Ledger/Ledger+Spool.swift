import Bellhop
import GRDB
import Store

extension Ledger {
  /// A walk along an index for each destination: as fast with a million waiting as with ten. Rows are read only as far as the page goes.
  public func waiting(for destinations: [Int64], after: Int64, within limit: PageLimit) async throws(SpoolError) -> DeliveryPage {
    try await read { db in
      let count = max(limit.count, 0)
      // A walk along the index for each destination, then only the rows that are wanted.
      let find = try SQLQuery(
        "SELECT id FROM delivery WHERE state = 0 AND destination = ? AND due IS NULL AND id > ? ORDER BY id LIMIT ?", on: db)
      var ids: [Int64] = []
      for destination in Set(destinations) {
        find.bind(1, destination)
        find.bind(2, after)
        find.bind(3, count)
        ids += try find.all { find.int(0) }
      }
      if destinations.count > 1 { ids.sort() }
      var rest = ids.prefix(count)[...]
      let read = try Rows.waitingQuery(db)
      return try DeliveryPage(within: limit) {
        while let id = rest.popFirst() {
          if let delivery = try Rows.waiting(id, read, whole: limit.whole, names: { try self.destination($0, db) }) { return delivery }
        }
        return nil
      }
    }
  }

  /// By number, in the order asked for.
  public func waiting(ids: [Int64], whole: Int) async throws(SpoolError) -> [Delivery] {
    try await read { db in
      let read = try Rows.waitingQuery(db)
      return try ids.compactMap { id in
        try Rows.waiting(id, read, whole: whole) { try self.destination($0, db) }?.waiting(upTo: whole)
      }
    }
  }

  /// Counts are kept in memory; each destination costs one look along the index for the next one.
  public func backlog(after: Int64, limit: Int) async throws(SpoolError) -> [Backlog] {
    let waiting = gauges.withLock { $0.waiting }
    return try await read { db in
      let next = try SQLQuery("SELECT destination FROM delivery WHERE state = 0 AND destination > ? ORDER BY destination LIMIT 1", on: db)
      var found: [Backlog] = []
      var last = after
      while found.count < limit {
        next.bind(1, last)
        // What is no number stands behind all numbers, and reads as one that was passed.
        guard let id = try next.first({ next.int(0) }), id > last else { break }
        found.append(Backlog(destinationID: id, destination: try self.destination(id, db), count: waiting[id] ?? 1))
        last = id
      }
      return found
    }
  }

  /// One walk along the index of what waits, or a look for each destination, whichever is the shorter way.
  public func heads() async throws(SpoolError) -> [BacklogHead] {
    let (waiting, count) = gauges.withLock { ($0.waiting, $0.counts.waiting) }
    return try await look { db in
      if waiting.count * Self.looksPerWalk > count {
        let walk = try SQLQuery("SELECT destination, count(*), min(id) FROM delivery WHERE state = 0 GROUP BY destination", on: db)
        return try walk.all { BacklogHead(destinationID: walk.int(0), count: KeptValue.count(walk.int(1)), first: walk.int(2)) }
      }
      return try waiting.sorted { $0.key < $1.key }.compactMap { id, count in
        try Self.first(id, db).map { BacklogHead(destinationID: id, count: count, first: $0) }
      }
    }
  }

  /// So many entries of the index are walked along in the time of one look.
  private static let looksPerWalk = 32

  /// The oldest of the first in line and of the first thousand out of it.
  private static func first(_ destination: Int64, _ db: Database) throws -> Int64? {
    let find = try SQLQuery(
      """
      SELECT min(id) FROM (
        SELECT id FROM (SELECT id FROM delivery WHERE state = 0 AND destination = ?1 AND due IS NULL ORDER BY id LIMIT 1)
        UNION ALL
        SELECT id FROM (SELECT id FROM delivery WHERE state = 0 AND destination = ?1 AND due IS NOT NULL LIMIT 1000))
      """, on: db)
    find.bind(1, destination)
    return try find.first { find.optionalInt(0) } ?? nil
  }

  /// Along the index of alarms.
  public func alarms(_ kind: Alarm.Kind, dueBy time: Timestamp, after: Alarm?, limit: Int) async throws(SpoolError) -> [Alarm] {
    try await read { db in
      let find = try SQLQuery(
        "SELECT ref, due FROM alarm WHERE kind = ?1 AND due <= ?2 AND (due, ref) > (?3, ?4) ORDER BY due, ref LIMIT ?5", on: db)
      find.bind(1, kind.rawValue)
      find.bind(2, time.microseconds)
      find.bind(3, after?.due.microseconds ?? .min)
      find.bind(4, after?.ref ?? .min)
      find.bind(5, max(limit, 0))
      return try find.all { Alarm(kind: kind, ref: find.int(0), due: KeptValue.time(find.int(1))) }
    }
  }

  /// One look at the index of alarms.
  public func nextAlarm(_ kind: Alarm.Kind) async throws(SpoolError) -> Timestamp? {
    try await read { db in
      let find = try SQLQuery("SELECT min(due) FROM alarm WHERE kind = ?", on: db)
      find.bind(1, kind.rawValue)
      return try find.first { find.optionalInt(0).map(KeptValue.time) } ?? nil
    }
  }

  /// One look by key.
  public func state(_ key: String) async throws(SpoolError) -> [UInt8]? {
    try await read { db in
      let find = try SQLQuery("SELECT value FROM state WHERE key = ?", on: db)
      find.bind(1, key)
      return try find.first { find.bytes(0) }
    }
  }

  /// A walk along the keys.
  public func states(prefix: String) async throws(SpoolError) -> [String: [UInt8]] {
    try await read { db in
      let find = try SQLQuery("SELECT key, value FROM state WHERE key >= ? ORDER BY key", on: db)
      find.bind(1, prefix)
      var found: [String: [UInt8]] = [:]
      try find.each {
        guard find.utf8(0).starts(with: prefix.utf8) else { return false }
        found[find.text(0)] = find.bytes(1)
        return true
      }
      return found
    }
  }

  /// The same a page at a time: those behind the key `after`.
  public func states(prefix: String, after: String, limit: Int) async throws(SpoolError) -> [(key: String, value: [UInt8])] {
    try await look { db in
      let find = try SQLQuery("SELECT key, value FROM state WHERE key > ? AND key >= ? ORDER BY key LIMIT ?", on: db)
      find.bind(1, after)
      find.bind(2, prefix)
      find.bind(3, limit)
      return try find.all { (find.text(0), find.bytes(1)) }.filter { $0.0.hasPrefix(prefix) }
    }
  }
}
