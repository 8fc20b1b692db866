import Bellhop
import GRDB
import Store

/// What an index beside the store reads: on the readers of people's questions.
extension Ledger: EventLog {
  /// Husks and identities without words count.
  public func eventSpan() async throws(SpoolError) -> ClosedRange<Int64>? {
    try await look { db in
      // Apart, because for both in one query SQLite walks through all events.
      let ends = try SQLQuery("SELECT (SELECT min(sequence) FROM event), (SELECT max(sequence) FROM event)", on: db)
      return try ends.first { () -> ClosedRange<Int64>? in
        guard let low = ends.optionalInt(0), let high = ends.optionalInt(1) else { return nil }
        return low...max(low, high)
      } ?? nil
    }
  }

  /// In pages along the sequences.
  public func events(after: Int64, through: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> LoggedPage {
    try await look { db in
      // A row for each delivery of the plan: a fallback has the role and the row of the delivery that it is for. By `+` SQLite takes the key of
      // the deliveries, instead of making an index of all of them. https://www.sqlite.org/optoverview.html
      let find = try SQLQuery(
        """
        SELECT \(Rows.eventColumns), d.role, d.line FROM event e
          LEFT JOIN delivery d ON d.id >= e.first_delivery AND d.id < e.first_delivery + e.deliveries AND +d.event = e.sequence
        WHERE e.sequence > ?1 AND e.sequence <= ?2 ORDER BY e.sequence
        """, on: db)
      find.bind(1, after)
      find.bind(2, through)
      var page = LoggedPage(events: [], through: after)
      var room = ByteBudget(bytes)
      var isWhole = true
      var looked = 0
      try find.each {
        let sequence = find.int(0)
        if sequence > page.through {
          guard looked < limit, room.spend(find.utf8(12).count + find.blob(13).count) || looked == 0 else {
            isWhole = false
            return false
          }
          looked += 1
          page.through = sequence
          if find.int(5) == 0 { page.events.append(Self.logged(find)) }
        }
        if let last = page.events.indices.last, page.events[last].sequence == sequence { Self.add(find, to: &page.events[last]) }
        return true
      }
      if isWhole { page.through = max(page.through, through) }
      return page
    }
  }

  private static func logged(_ row: SQLQuery) -> LoggedEvent {
    LoggedEvent(sequence: row.int(0), event: Rows.event(from: row, withData: false).event, data: row.bytes(13), roles: [], rows: [])
  }

  /// Who heard of it by one delivery.
  private static func add(_ row: SQLQuery, to event: inout LoggedEvent) {
    if let role = row.optionalText(Rows.eventCount), !event.roles.contains(role) { event.roles.append(role) }
    if let line = row.optionalText(Rows.eventCount + 1), !event.rows.contains(line) { event.rows.append(line) }
  }

  /// Along the index of the subject or of the type, or along all events.
  public func scan(_ scan: EventScan) async throws(SpoolError) -> ScannedEvents {
    try await look { db in
      var state = ScanState(scan: scan)
      switch scan.way {
      case .these(let sequences):
        let read = try SQLQuery("SELECT \(Rows.eventColumns) FROM event e WHERE e.sequence = ? AND e.gone = 0", on: db)
        for sequence in sequences where sequence >= scan.from && sequence < scan.before {
          guard state.goesOn() else { break }
          read.bind(1, sequence)
          let found = try read.first { (Rows.event(from: read), read.utf8(12).count + read.blob(13).count) }
          try state.take(found?.0, at: sequence, bytes: found?.1 ?? 0) { try self.told($0, withDeliveries: true, db) }
        }
      case .all, .type, .subject:
        let find = try Self.query(of: scan, db)
        try find.each {
          guard state.goesOn() else { return false }
          try state.take(Rows.event(from: find), at: find.int(0), bytes: find.utf8(12).count + find.blob(13).count) {
            try self.told($0, withDeliveries: true, db)
          }
          return true
        }
      }
      return state.found
    }
  }

  private static func query(of scan: EventScan, _ db: Database) throws -> SQLQuery {
    switch scan.way {
    case .type(let type): return try events(of: type, from: scan.from, before: scan.before, db)
    case .subject(let subject): return try events(about: subject, from: scan.from, before: scan.before, db)
    case .all, .these: break
    }
    let find = try SQLQuery(
      "SELECT \(Rows.eventColumns) FROM event e WHERE e.sequence >= ? AND e.sequence < ? AND e.gone = 0 ORDER BY e.sequence DESC", on: db)
    find.bind(1, scan.from)
    find.bind(2, scan.before)
    return find
  }

  /// Found by halving, as receive times never run backwards.
  public func sequence(receivedFrom time: Timestamp) async throws(SpoolError) -> Int64 {
    try await look { db in try Self.first(receivedFrom: time, db) }
  }

  /// On the store's clock.
  public func received(from sequence: Int64) async throws(SpoolError) -> Timestamp? {
    try await look { db in
      let find = try SQLQuery("SELECT received FROM event WHERE sequence >= ? ORDER BY sequence LIMIT 1", on: db)
      find.bind(1, sequence)
      return try find.first { KeptValue.time(find.int(0)) }
    }
  }
}

/// How far a scan has come.
private struct ScanState {
  let scan: EventScan
  var found = ScannedEvents(events: [], bytes: 0, last: nil)
  private var last: Int64?

  init(scan: EventScan) { self.scan = scan }

  /// Asked when there is one more to look at.
  mutating func goesOn() -> Bool {
    guard let last else { return true }
    let isDone = found.events.count >= scan.limit || found.bytes >= scan.bytes || ContinuousClock.now >= scan.deadline
    if isDone { found.last = last }
    return !isDone
  }

  /// - Parameters:
  ///   - kept: nil where it is gone.
  ///   - tell: reads it with its deliveries.
  mutating func take(_ kept: Rows.EventRow?, at sequence: Int64, bytes: Int, tell: (Rows.EventRow) throws -> HistoryEvent) throws {
    last = sequence
    guard let kept else { return }
    let bare = HistoryEvent(
      sequence: kept.sequence, received: kept.received, event: kept.event, fate: kept.fate, note: kept.note)
    guard scan.takes(bare) else { return }
    guard let tells = scan.tells else { return add(bare, bytes) }
    if let event = tells(try tell(kept)) { add(event, bytes) }
  }

  private mutating func add(_ event: HistoryEvent, _ bytes: Int) {
    found.events.append(event)
    found.bytes += bytes
  }
}
