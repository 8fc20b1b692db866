import Bellhop
import GRDB
import Store

extension Ledger {
  /// A page looks at no more events than this, holds no more bytes of texts and data, and looks no longer.
  static let looksPerPage = 10_000
  static let bytesPerPage = 4 << 20
  static let timePerPage = Duration.milliseconds(200)

  /// Newest first along the index of the subject or of a literal type, else along all events; the rest is compared row by row,
  /// at most 10,000 rows a page.
  public func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage {
    try await look { db in
      var before = query.cursor ?? .max
      if let until = query.until { before = min(before, try Self.first(receivedFrom: until, db)) }
      let filter = Filter(query)
      let limit = min(max(query.limit, 1), 1_000)
      let look = try Self.candidates(query, before: before, db)
      var found: [Rows.EventRow] = []
      var looked = 0
      var bytes = 0
      let end = self.ticks() + Self.timePerPage
      var last: Int64?
      var isWhole = true
      try look.each {
        if let since = query.since, look.int(1) < since.microseconds { return false }
        // One more than fits was there: the next page has something to look at.
        let isLate = looked % 64 == 63 && self.ticks() >= end
        guard found.count < limit, looked < Self.looksPerPage, bytes < Self.bytesPerPage, !isLate else {
          isWhole = false
          return false
        }
        looked += 1
        last = look.int(0)
        if try filter.matches(look, db) {
          bytes += look.utf8(12).count + look.blob(13).count
          found.append(Rows.event(from: look))
        }
        return true
      }
      return HistoryPage(events: try found.map { try self.told($0, withDeliveries: false, db) }, next: isWhole ? nil : last)
    }
  }

  /// The narrowest index that fits, newest first.
  private static func candidates(_ query: HistoryQuery, before: Int64, _ db: Database) throws -> SQLQuery {
    if let subject = query.subject { return try events(about: subject, before: before, db) }
    if let type = query.type, Glob(type).isLiteral { return try events(of: type, before: before, db) }
    let find = try SQLQuery("SELECT \(Rows.eventColumns) FROM event e WHERE e.sequence < ? AND e.gone = 0 ORDER BY e.sequence DESC", on: db)
    find.bind(1, before)
    return find
  }

  /// Newest first. Two subjects may have one key: who reads compares them.
  static func events(about subject: String, from: Int64 = .min, before: Int64, _ db: Database) throws -> SQLQuery {
    let find = try indexed(by: "subject", where: "e.subject_key = ?3", from: from, before: before, db)
    find.bind(3, Identity.key(ofSubject: subject))
    return find
  }

  /// Newest first.
  static func events(of type: String, from: Int64 = .min, before: Int64, _ db: Database) throws -> SQLQuery {
    let find = try indexed(by: "type", where: "e.type = ?4", from: from, before: before, db)
    find.bind(3, Identity.key(ofType: type))
    find.bind(4, type)
    return find
  }

  /// Those behind the mark one by one, then along the index. Each end is one term: of two SQLite goes to one and walks to the other.
  private static func indexed(
    by index: String, where fits: String, from: Int64, before: Int64, _ db: Database
  ) throws -> SQLQuery {
    let find = try SQLQuery(
      """
      SELECT \(Rows.eventColumns) FROM event e
        WHERE e.sequence >= max(?1, \(Rows.indexed) + 1) AND e.sequence < ?2 AND \(fits) AND e.gone = 0
      UNION ALL
      SELECT i.sequence, \(Rows.otherColumns) FROM \(index) i CROSS JOIN event e ON e.sequence = i.sequence
        WHERE i.key = ?3 AND i.sequence >= ?1 AND i.sequence < min(?2, \(Rows.indexed) + 1) AND \(fits) AND e.gone = 0
      ORDER BY 1 DESC
      """, on: db)
    find.bind(1, from)
    find.bind(2, before)
    return find
  }

  /// The first sequence received at a time or later: receive times never run backwards, so halving finds it.
  static func first(receivedFrom time: Timestamp, _ db: Database) throws -> Int64 {
    // Apart, because for both in one query SQLite walks through all events.
    let ends = try SQLQuery(
      "SELECT (SELECT coalesce(min(sequence), 0) FROM event), (SELECT coalesce(max(sequence), 0) FROM event)", on: db)
    guard var (low, high) = try ends.first({ (max(0, ends.int(0)), max(0, ends.int(1)) &+ 1) }) else { return 0 }
    let find = try SQLQuery("SELECT received FROM event WHERE sequence >= ? ORDER BY sequence LIMIT 1", on: db)
    while low < high {
      let middle = low + (high - low) / 2
      find.bind(1, middle)
      if let received = try find.first({ find.int(0) }), received < time.microseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What the index does not decide.
private struct Filter {
  let query: HistoryQuery
  let type: Glob?

  init(_ query: HistoryQuery) {
    self.query = query
    type = query.type.map(Glob.init)
  }

  func matches(_ row: SQLQuery, _ db: Database) throws -> Bool {
    if let fate = query.fate, row.int(4) != Int64(fate.rawValue) { return false }
    if let type, !type.matches(row.text(6)) { return false }
    if let subject = query.subject, row.optionalText(10) != subject { return false }
    if let role = query.role, try !Rows.concerns(row.int(0), [role], db) { return false }
    if let only = query.only, try !Rows.concerns(row.int(0), only, db) { return false }
    return true
  }
}
