import Bellhop
import GRDB
import Store

extension Ledger {
  /// The place of the newest event that was ever kept; 0 before the first. Kept in memory.
  public var head: Int64 { gauges.withLock { $0.newest } }

  /// Kept in memory.
  public func newest() async throws(SpoolError) -> Int64 { head }

  /// From the numbers that were written down and the events that are there, as a question sees them.
  private static func newest(_ db: Database) throws -> Int64 {
    let find = try SQLQuery(
      """
      SELECT max((SELECT coalesce(max(sequence), 0) FROM event), (SELECT coalesce((SELECT value FROM meta WHERE name = 'sequence'), 0)))
      """, on: db)
    return try find.first { find.int(0) } ?? 0
  }

  /// Along the events as they were kept. Numbers are given without a gap, so one that is not there was removed.
  public func stretch(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> HistoryStretch {
    try await look { db in
      let find = try SQLQuery("SELECT \(Rows.eventColumns) FROM event e WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?", on: db)
      find.bind(1, after)
      find.bind(2, max(limit, 1))
      var stretch = HistoryStretch(events: [], end: after, isEnd: true)
      var found: [Rows.EventRow] = []
      var room = ByteBudget(bytes)
      var looked = 0
      try find.each {
        guard room.spend(find.utf8(12).count + find.blob(13).count) || looked == 0 else {
          stretch.isEnd = false
          return false
        }
        looked += 1
        let kept = Rows.event(from: find)
        stretch.miss(from: stretch.end + 1, through: kept.isRemoved ? kept.sequence : kept.sequence - 1)
        stretch.end = kept.sequence
        if !kept.isGone { found.append(kept) }
        return true
      }
      if looked >= max(limit, 1) { stretch.isEnd = false }
      if stretch.isEnd {
        let newest = try Self.newest(db)
        stretch.miss(from: stretch.end + 1, through: newest)
        stretch.end = max(stretch.end, newest)
      }
      stretch.events = try found.map { try self.toldBriefly($0, db) }
      return stretch
    }
  }

  /// By their places, on a reader for people's questions.
  public func events(at sequences: [Int64]) async throws(SpoolError) -> [HistoryEvent] {
    try await look { db in
      try sequences.sorted().compactMap { try Rows.event($0, db) }.filter { !$0.isRemoved }.map { try self.toldBriefly($0, db) }
    }
  }

  private func toldBriefly(_ kept: Rows.EventRow, _ db: Database) throws -> HistoryEvent {
    try Rows.briefly(kept, db) { try self.destination($0, db) }
  }
}

extension Rows {
  private static let briefColumns = "d.id, d.destination, d.state, d.alert, d.due, d.role, d.line, d.fault, d.note"

  /// An event with its deliveries, without attempts: two looks along an index, however often they were tried.
  static func briefly(_ kept: EventRow, _ db: Database, names: (Int64) throws -> Destination) throws -> HistoryEvent {
    let plan = try SQLQuery(
      """
      SELECT \(briefColumns) FROM event e CROSS JOIN delivery d ON d.id >= e.first_delivery AND d.id < e.first_delivery + e.deliveries
      WHERE e.sequence = ?1 AND d.event = ?1 ORDER BY d.id
      """, on: db)
    plan.bind(1, kept.sequence)
    let extra = try SQLQuery("SELECT \(briefColumns) FROM delivery d WHERE d.extra = ? ORDER BY d.id", on: db)
    extra.bind(1, kept.sequence)
    let found = try plan.all { brief(plan, of: kept.sequence) } + extra.all { brief(extra, of: kept.sequence) }
    let deliveries = try found.map { delivery, destination in
      var delivery = delivery
      delivery.destination = try names(destination)
      return delivery
    }
    return HistoryEvent(
      sequence: kept.sequence, received: kept.received, event: kept.event, fate: kept.fate, note: kept.note, deliveries: deliveries)
  }

  private static func brief(_ row: SQLQuery, of sequence: Int64) -> (HistoryDelivery, destination: Int64) {
    let delivery = HistoryDelivery(
      id: row.int(0), sequence: sequence, destination: Destination(transport: ""), role: row.text(5), row: row.optionalText(6),
      alert: Alert(rawValue: Int(row.int(3))) ?? .normal, state: DeliveryState(rawValue: Int(row.int(2))) ?? .dead,
      note: row.optionalText(8), fault: row.optionalText(7), due: row.optionalInt(4).map(KeptValue.time), attempts: [])
    return (delivery, row.int(1))
  }
}
