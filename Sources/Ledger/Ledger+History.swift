import Bellhop
import GRDB
import Store

extension Ledger {
  /// The newest event of that id, by the index of identities; a forgotten one is not found.
  public func event(id: String, of roles: Set<String>?) async throws(SpoolError) -> HistoryEvent? {
    try await look { db in
      // The index is by the hash of the id and more: ids with the same four bytes of hash are told apart by the row.
      let prefix = Identity.prefix(ofID: id)
      let find = try SQLQuery(
        """
        SELECT \(Rows.eventColumns) FROM event e WHERE e.sequence > \(Rows.indexed) AND e.identity BETWEEN ?1 AND ?2 AND e.id = ?3 AND e.gone = 0
        UNION ALL
        SELECT \(Rows.eventColumns) FROM identity i CROSS JOIN event e ON e.sequence = i.sequence
          WHERE i.identity BETWEEN ?1 AND ?2 AND e.sequence <= \(Rows.indexed) AND e.id = ?3 AND e.gone = 0
        ORDER BY 1 DESC
        """, on: db)
      find.bind(1, prefix)
      find.bind(2, prefix + [UInt8](repeating: 0xFF, count: Identity.size - prefix.count))
      find.bind(3, id)
      var found: Rows.EventRow?
      try find.each {
        if let roles, try !Rows.concerns(find.int(0), roles, db) { return true }
        found = Rows.event(from: find)
        return false
      }
      return try found.map { try self.told($0, withDeliveries: true, db) }
    }
  }

  /// One event with its deliveries and attempts. Of a forgotten one the husk.
  public func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent? {
    try await look { db in
      guard let kept = try Rows.event(sequence, db), !kept.isRemoved else { return nil }
      return try self.told(kept, withDeliveries: true, db)
    }
  }

  func told(_ kept: Rows.EventRow, withDeliveries: Bool, _ db: Database) throws -> HistoryEvent {
    try Rows.history(of: kept, withDeliveries: withDeliveries, db) { try self.destination($0, db) }
  }

  /// One delivery with its attempts.
  public func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? {
    try await look { db in try Rows.history(ofDelivery: id, db) { try self.destination($0, db) } }
  }

  /// Newest first, along the index of what waits or failed; naming a `destination` looks at all of that state.
  public func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    let waiting = gauges.withLock { Array($0.waiting.keys) }
    return try await look { db in
      let before = before ?? .max
      let ids =
        state == .waiting
        ? try self.waitingIDs(in: waiting, named: destination, of: roles, before: before, limit: max(limit, 0), db)
        : try self.ids(state, named: destination, of: roles, before: before, limit: max(limit, 0), db)
      return try ids.compactMap { id in try Rows.history(ofDelivery: id, db) { try self.destination($0, db) } }
    }
  }

  private func ids(
    _ state: DeliveryState, named name: String?, of roles: Set<String>?, before: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    // The state stands in the text, because SQLite uses a partial index only where it can read the condition.
    let find = try SQLQuery(
      "SELECT id, destination, role FROM delivery WHERE state = \(state.rawValue) AND id < ? ORDER BY id DESC", on: db)
    find.bind(1, before)
    var rows: [Int64] = []
    var wanted: [Int64: Bool] = [:]
    try find.each {
      guard rows.count < limit else { return false }
      if let roles, !roles.contains(find.text(2)) { return true }
      if let name {
        let destination = find.int(1)
        let fits = try wanted[destination] ?? (self.destination(destination, db).description == name)
        wanted[destination] = fits
        if !fits { return true }
      }
      rows.append(find.int(0))
      return true
    }
    return rows
  }

  private func waitingIDs(
    in destinations: [Int64], named name: String?, of roles: Set<String>?, before: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let inLine = try SQLQuery(
      "SELECT id, role FROM delivery WHERE state = 0 AND destination = ? AND due IS NULL AND id < ? ORDER BY id DESC LIMIT ?", on: db)
    let timed = try SQLQuery(
      "SELECT id, role FROM delivery WHERE state = 0 AND destination = ? AND due IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", on: db)
    var ids: [Int64] = []
    for destination in destinations {
      if let name, try self.destination(destination, db).description != name { continue }
      for find in [inLine, timed] {
        find.bind(1, destination)
        find.bind(2, before)
        // Those of other roles do not count.
        find.bind(3, roles == nil ? limit : -1)
        var own: [Int64] = []
        try find.each {
          guard own.count < limit else { return false }
          if roles?.contains(find.text(1)) ?? true { own.append(find.int(0)) }
          return true
        }
        ids += own
      }
    }
    return Array(ids.sorted(by: >).prefix(limit))
  }
}
