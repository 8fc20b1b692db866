import Bellhop
import GRDB
import Store

/// Rows as values. Everything here reads; it runs on readers and on the writer alike.
enum Rows {
  /// An event with its place in the store.
  struct EventRow {
    var sequence: Int64
    var received: Timestamp
    var event: Event
    var fate: Fate
    var note: String?
    /// Forgotten, or kept only for its identity.
    var isGone: Bool { gone != 0 }
    /// Kept only for its identity: the history does not show it.
    var isRemoved: Bool { gone == Self.removed }
    var gone: Int64

    /// ``gone`` is 0 for whole events, 1 for forgotten ones.
    static let removed: Int64 = 2
  }

  /// Up to this event the indexes by identity, by subject and by type are on disk; what comes later is looked for among the events
  /// themselves.
  static let indexed = "(SELECT coalesce((SELECT value FROM meta WHERE name = 'indexed'), 0))"

  /// In the order that ``event(from:)`` reads.
  static let eventColumns = "e.sequence, \(otherColumns)"
  static let otherColumns = "\(shortColumns), e.text, e.data"
  private static let shortColumns = "e.received, e.time, e.severity, e.fate, e.gone, e.type, e.id, e.sender, e.source, e.subject, e.note"
  static let eventCount: Int32 = 14

  /// - Parameter withData: false leaves the event without them.
  static func event(from row: SQLQuery, withData: Bool = true) -> EventRow {
    let isGone = row.int(5) != 0
    return EventRow(
      sequence: row.int(0), received: KeptValue.time(row.int(1)),
      event: Event(
        id: isGone ? "forgotten-\(row.int(0))" : row.text(7), sender: row.text(8), source: isGone ? "" : row.text(9), type: row.text(6),
        subject: isGone ? nil : row.optionalText(10),
        severity: Severity(rawValue: Int(row.int(3))) ?? .info, time: KeptValue.time(row.int(2)), text: isGone ? "" : row.text(12),
        data: isGone || !withData || row.isNull(13) ? [:] : (try? JSON(parsing: row.blob(13)))?.object ?? [:]),
      fate: Fate(rawValue: Int(row.int(4))) ?? .planned, note: isGone ? nil : row.optionalText(11), gone: row.int(5))
  }

  static func event(_ sequence: Int64, _ db: Database) throws -> EventRow? {
    let read = try SQLQuery("SELECT \(eventColumns) FROM event e WHERE e.sequence = ?", on: db)
    read.bind(1, sequence)
    return try read.first { event(from: read) }
  }

  /// Of the plan, then fallbacks; in order.
  static func deliveryIDs(of sequence: Int64, _ db: Database) throws -> [Int64] {
    // Those that are there and are this event's, whatever its row says of them.
    let plan = try SQLQuery(
      """
      SELECT d.id FROM event e CROSS JOIN delivery d ON d.id >= e.first_delivery AND d.id < e.first_delivery + e.deliveries
      WHERE e.sequence = ?1 AND d.event = ?1 ORDER BY d.id
      """, on: db)
    plan.bind(1, sequence)
    let extra = try SQLQuery("SELECT id FROM delivery WHERE extra = ? ORDER BY id", on: db)
    extra.bind(1, sequence)
    return try plan.all { plan.int(0) } + extra.all { extra.int(0) }
  }

  /// Whether an event has a delivery of one of these roles.
  static func concerns(_ sequence: Int64, _ roles: Set<String>, _ db: Database) throws -> Bool {
    let find = try SQLQuery(
      """
      SELECT d.role FROM event e JOIN delivery d ON d.id >= e.first_delivery AND d.id < e.first_delivery + e.deliveries
      WHERE e.sequence = ?1 AND d.event = ?1
      """, on: db)
    find.bind(1, sequence)
    var isFound = false
    try find.each {
      isFound = roles.contains(find.text(0))
      return !isFound
    }
    return isFound
  }

  static func destinationID(ofDelivery id: Int64, _ db: Database) throws -> Int64? {
    let read = try SQLQuery("SELECT destination FROM delivery WHERE id = ?", on: db)
    read.bind(1, id)
    return try read.first { read.int(0) }
  }

  static func destination(_ id: Int64, _ db: Database) throws -> Destination {
    let read = try SQLQuery("SELECT form FROM destination WHERE id = ?", on: db)
    read.bind(1, id)
    return try read.first { Destination(form: read.blob(0)) } ?? Destination(transport: "")
  }

  static func rendering(_ words: Int64, _ db: Database) throws -> Rendering? {
    let read = try SQLQuery("SELECT body FROM rendering WHERE delivery = ?", on: db)
    read.bind(1, words)
    return try read.first { (try? JSON(parsing: read.blob(0))).map(Rendering.init(json:)) } ?? nil
  }

  // MARK: Deliveries that wait

  /// Bytes of what people said, as they are on disk. SQLite knows the length of a blob without reading it.
  private static let length = "length(e.text) + ifnull(length(e.data), 0) + ifnull(length(r.body), 0)"

  private static let waiting = """
    SELECT e.sequence, \(shortColumns), e.text, iif(\(length) > ?2, NULL, e.data),
      d.destination, d.alert, d.attempts, d.started, d.spent, d.due, d.role, d.line, d.fallback, iif(\(length) > ?2, NULL, r.body),
      \(length), d.at
    FROM delivery d JOIN event e ON e.sequence = d.event LEFT JOIN rendering r ON r.delivery = d.words
    WHERE d.id = ?1 AND d.state = 0
    """

  /// Reads deliveries that wait: one statement for all those of a page, as looking for it takes as long as a row.
  static func waitingQuery(_ db: Database) throws -> SQLQuery { try SQLQuery(waiting, on: db) }

  /// The delivery, if it still waits. `names` answers what a destination's number stands for. Words of more than `whole` bytes are not read.
  /// - Parameter read: a ``waitingQuery(_:)``.
  static func waiting(_ id: Int64, _ read: SQLQuery, whole: Int = .max, names: (Int64) throws -> Destination) throws -> Delivery? {
    read.bind(1, id)
    read.bind(2, whole)
    let base = eventCount
    let found = try read.first {
      let kept = event(from: read)
      let body: Rendering? = read.isNull(base + 9) ? nil : (try? JSON(parsing: read.blob(base + 9))).map(Rendering.init(json:))
      let length = Int(clamping: read.int(base + 10))
      var delivery = Delivery(
        id: id, sequence: kept.sequence, destinationID: read.int(base), destination: Destination(transport: ""), event: kept.event,
        received: kept.received, role: read.text(base + 6), row: read.optionalText(base + 7),
        alert: Alert(rawValue: Int(read.int(base + 1))) ?? .normal, rendering: kept.isGone ? nil : body,
        attempts: KeptValue.count(read.int(base + 2)),
        spent: KeptValue.duration(read.int(base + 4)), due: read.optionalInt(base + 5).map(KeptValue.time),
        started: read.int(base + 3) != 0)
      if let ready = read.optionalInt(base + 11).map(KeptValue.time) { delivery.ready = max(ready, kept.received) }
      if length > whole {
        delivery = delivery.withoutWords()
        delivery.weight = length * Delivery.treePerByte
      }
      return (delivery, read.optionalText(base + 8))
    }
    guard case (var delivery, let fallback)? = found else { return nil }
    delivery.destination = try names(delivery.destinationID)
    delivery.fallback = try (fallback ?? "").split(separator: " ").compactMap { Int64($0) }.map(names)
    return delivery
  }

  // MARK: The history

  static func history(ofDelivery id: Int64, _ db: Database, names: (Int64) throws -> Destination) throws -> HistoryDelivery? {
    let read = try SQLQuery(
      """
      SELECT d.event, d.destination, d.state, d.alert, d.due, d.role, d.line, d.fault, d.note, d.at, d.took, d.lane, d.answer, l.name
      FROM delivery d LEFT JOIN lane l ON l.id = d.lane WHERE d.id = ?
      """, on: db)
    read.bind(1, id)
    let found = try read.first {
      let delivery = HistoryDelivery(
        id: id, sequence: read.int(0), destination: Destination(transport: ""), role: read.text(5), row: read.optionalText(6),
        alert: Alert(rawValue: Int(read.int(3))) ?? .normal, state: DeliveryState(rawValue: Int(read.int(2))) ?? .dead,
        note: read.optionalText(8), fault: read.optionalText(7), due: read.optionalInt(4).map(KeptValue.time),
        attempts: Self.first(of: read))
      return (delivery, read.int(1))
    }
    guard case (var delivery, let destination)? = found else { return nil }
    delivery.destination = try names(destination)
    delivery.attempts += try attempts(of: id, db)
    return delivery
  }

  /// The first attempt, where it delivered and therefore stands in the delivery's row.
  private static func first(of row: SQLQuery) -> [HistoryAttempt] {
    guard let lane = row.optionalInt(11), lane >= 0 else { return [] }
    return [
      HistoryAttempt(
        number: 1, at: KeptValue.time(row.int(9)), took: AttemptRow.took(kept: row.int(10)), lane: row.optionalText(13) ?? "",
        outcome: AttemptRow.word(of: 0), line: row.text(12), fault: nil)
    ]
  }

  private static func attempts(of delivery: Int64, _ db: Database) throws -> [HistoryAttempt] {
    let read = try SQLQuery(
      "SELECT id, at, took, outcome, lane, line, fault FROM attempt WHERE id BETWEEN ? AND ? ORDER BY id", on: db)
    let ids = AttemptRow.ids(of: delivery)
    read.bind(1, ids.lowerBound)
    read.bind(2, ids.upperBound)
    return try read.all {
      HistoryAttempt(
        number: KeptValue.count(read.int(0) &- ids.lowerBound), at: KeptValue.time(read.int(1)), took: KeptValue.duration(read.int(2)),
        lane: read.text(4), outcome: AttemptRow.word(of: read.int(3)), line: read.text(5), fault: read.optionalText(6))
    }
  }

  static func history(of kept: EventRow, withDeliveries: Bool, _ db: Database, names: (Int64) throws -> Destination) throws -> HistoryEvent
  {
    HistoryEvent(
      sequence: kept.sequence, received: kept.received, event: kept.event, fate: kept.fate, note: kept.note,
      deliveries: withDeliveries
        ? try deliveryIDs(of: kept.sequence, db).compactMap { try history(ofDelivery: $0, db, names: names) } : [])
  }
}
