import Bellhop
import GRDB
import Store

extension Ledger {
  /// Newest first over all states, by descending id: ids are given in the order of commits, so a time is an id too. Of a state that few are in,
  /// along its index.
  public func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries {
    let waiting = query.states == [.waiting] ? gauges.withLock { Array($0.waiting.keys) } : nil
    return try await look { db in
      var walk = DeliveryWalk(query, end: self.ticks() + Self.timePerPage, ticks: self.ticks) { try self.destination($0, db) }
      var before = query.before ?? .max
      if let until = query.until { before = min(before, try Self.firstDelivery(receivedFrom: until, db)) }
      let from = try query.since.map { try Self.firstDelivery(receivedFrom: $0, db) } ?? .min
      if let waiting {
        try self.walk(&walk, over: waiting, from: from, before: before, db)
      } else {
        let state = query.states.count == 1 ? query.states.first.flatMap(Self.listed) : nil
        // The state stands in the text, because SQLite uses a partial index only where it can read the condition.
        let narrowed = state.map { "state = \($0.rawValue) AND " } ?? ""
        // Those that windows hold are few beside the history, which SQLite would walk down for them.
        let way = state == .held ? " INDEXED BY delivery_held" : ""
        let find = try SQLQuery("\(DeliveryWalk.select)\(way) WHERE \(narrowed)id < ? AND id >= ? ORDER BY id DESC", on: db)
        find.bind(1, before)
        find.bind(2, from)
        try find.each { try walk.take(find, db) }
      }
      return try self.told(walk, db)
    }
  }

  /// What waits is found by its destination.
  private func walk(
    _ walk: inout DeliveryWalk, over destinations: [Int64], from: Int64, before: Int64, _ db: Database
  ) throws {
    let ids = try waitingIDs(in: destinations, named: nil, of: walk.query.only, before: before, limit: DeliveryWalk.waiting, db)
    let find = try SQLQuery("\(DeliveryWalk.select) WHERE id = ?", on: db)
    for id in ids where id >= from {
      find.bind(1, id)
      guard try find.first({ try walk.take(find, db) }) ?? true else { return }
    }
    if ids.count == DeliveryWalk.waiting, ids.last ?? from > from { walk.isCut = true }
  }

  private func told(_ walk: DeliveryWalk, _ db: Database) throws -> ToldDeliveries {
    let deliveries = try walk.found.compactMap { id, kept -> ToldDelivery? in
      let read = try Rows.history(ofDelivery: id, db) { try self.destination($0, db) }
      return try read.map { ToldDelivery(delivery: $0, event: try self.told(kept, withDeliveries: false, db)) }
    }
    guard walk.isCut, let last = walk.last else { return ToldDeliveries(deliveries: deliveries) }
    let find = try SQLQuery("SELECT received FROM event WHERE sequence = ?", on: db)
    find.bind(1, last.event)
    return ToldDeliveries(deliveries: deliveries, next: last.id, back: try find.first { KeptValue.time(find.int(0)) })
  }

  /// States with an index.
  private static func listed(_ state: DeliveryState) -> DeliveryState? {
    switch state {
    case .folded, .silenced, .unclear, .dead, .held: state
    case .waiting, .delivered: nil
    }
  }

  /// The first delivery of what was received at a time or later.
  private static func firstDelivery(receivedFrom time: Timestamp, _ db: Database) throws -> Int64 {
    let find = try SQLQuery("SELECT first_delivery FROM event WHERE sequence >= ? ORDER BY sequence LIMIT 1", on: db)
    find.bind(1, try first(receivedFrom: time, db))
    return try find.first { find.int(0) } ?? .max
  }

  /// What came about a subject behind an event, oldest first.
  public func following(
    _ subject: String, after: Int64, roles: Set<String>?, limit: Int
  ) async throws(SpoolError) -> [HistoryEvent] {
    try await look { db in
      let find = try SQLQuery(
        """
        SELECT \(Rows.eventColumns) FROM event e
          WHERE e.sequence > \(Rows.indexed) AND e.sequence > ?2 AND e.subject_key = ?1 AND e.gone = 0
        UNION ALL
        SELECT s.sequence, \(Rows.otherColumns) FROM subject s CROSS JOIN event e ON e.sequence = s.sequence
          WHERE s.key = ?1 AND s.sequence > ?2 AND s.sequence <= \(Rows.indexed) AND e.gone = 0
        ORDER BY 1
        """, on: db)
      find.bind(1, Identity.key(ofSubject: subject))
      find.bind(2, after)
      var found: [Rows.EventRow] = []
      let end = self.ticks() + Self.timePerPage
      try find.each {
        guard found.count < limit, self.ticks() < end else { return false }
        // Two subjects may have one key.
        guard find.optionalText(10) == subject else { return true }
        if let roles, try !Rows.concerns(find.int(0), roles, db) { return true }
        found.append(Rows.event(from: find))
        return true
      }
      return try found.map { try self.told($0, withDeliveries: false, db) }
    }
  }
}

/// Goes through deliveries, newest first, until a page is full or a look has lasted long enough.
private struct DeliveryWalk {
  static let select = "SELECT id, event, destination, state, role, line FROM delivery"
  /// Of what waits so many are looked at for a page.
  static let waiting = 2_000

  let query: DeliveryQuery
  private let end: Duration
  private let ticks: () -> Duration
  private let name: (Int64) throws -> Destination
  private(set) var found: [(id: Int64, event: Rows.EventRow)] = []
  private(set) var last: (id: Int64, event: Int64)?
  /// It ended before all was looked at.
  var isCut = false
  private var looked = 0
  private var reads = 0
  private var bytes = 0
  private var wanted: [Int64: Bool] = [:]

  init(
    _ query: DeliveryQuery, end: Duration, ticks: @escaping () -> Duration, name: @escaping (Int64) throws -> Destination
  ) {
    self.query = query
    self.end = end
    self.ticks = ticks
    self.name = name
  }

  /// Looks at a row; false where the walk ends before it.
  mutating func take(_ row: SQLQuery, _ db: Database) throws -> Bool {
    let isLate = looked % 64 == 63 && ticks() >= end
    guard found.count < min(max(query.limit, 1), 1_000), reads < Ledger.looksPerPage, bytes < Ledger.bytesPerPage, !isLate else {
      isCut = true
      return false
    }
    looked += 1
    let place = (id: row.int(0), event: row.int(1))
    last = place
    guard try isMeant(row) else { return true }
    reads += 1
    guard let kept = try Rows.event(place.event, db), !kept.isRemoved else { return true }
    if let about = query.about, kept.isGone || !about(kept.event) { return true }
    bytes += kept.event.footprint
    found.append((place.id, kept))
    return true
  }

  private mutating func isMeant(_ row: SQLQuery) throws -> Bool {
    let state = DeliveryState(rawValue: Int(clamping: row.int(3))) ?? .dead
    guard query.takes(role: row.text(4), row: row.optionalText(5), state) else { return false }
    if query.channel == nil { return true }
    let destination = row.int(2)
    if let known = wanted[destination] { return known }
    let fits = query.takes(try name(destination))
    wanted[destination] = fits
    return fits
  }
}
