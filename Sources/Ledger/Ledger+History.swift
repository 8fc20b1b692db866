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
}
