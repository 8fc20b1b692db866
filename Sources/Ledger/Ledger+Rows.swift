import Bellhop
import GRDB
import Store

/// What a row sent and kept back of the events that came since some days began.
public struct RowTally: Sendable, Hashable {
  /// Whose row; empty for `unrouted:`.
  public var role: String
  /// Its name; nil for all rows of the role that have none.
  public var row: String?
  /// Messages, however many places each went to, since each of the times that were asked for.
  public var sent: [Int]
  /// What was held back: held, folded or silenced.
  public var kept: [Int]
  /// When the last event came that it sent a message of.
  public var last: Timestamp?

  package init(role: String, row: String?, sent: [Int], kept: [Int], last: Timestamp? = nil) {
    self.role = role
    self.row = row
    self.sent = sent
    self.kept = kept
    self.last = last
  }
}

/// The rows that had something to do.
public struct RowTallies: Sendable {
  /// In no order.
  public var rows: [RowTally]
  /// All since then is counted; nil: all that there is.
  public var since: Timestamp?
  /// There was no time to go back further than ``since``, although more was asked for.
  public var isCut: Bool

  package init(rows: [RowTally], since: Timestamp? = nil, isCut: Bool = false) {
    self.rows = rows
    self.since = since
    self.isCut = isCut
  }
}

extension Ledger {
  /// A count goes on no longer than that, and says so.
  static let timePerCount = Duration.seconds(2)

  /// Counts what rows did with the events received since each of some times, the latest first: from the newest delivery on, as far as there is
  /// time.
  public func rowTallies(since times: [Timestamp]) async throws(SpoolError) -> RowTallies {
    guard let first = times.min() else { return RowTallies(rows: []) }
    return try await look { db in
      var count = RowCount(times: times)
      let end = self.ticks() + Self.timePerCount
      let find = try SQLQuery(
        """
        SELECT e.received, d.event, d.role, d.line, d.state, d.extra IS NOT NULL
        FROM delivery d CROSS JOIN event e ON e.sequence = d.event ORDER BY d.id DESC
        """, on: db)
      var looked = 0
      var since: Timestamp?
      var isCut = false
      try find.each {
        let received = Timestamp(microseconds: find.int(0))
        let isFallback = find.int(5) != 0
        // A fallback is younger than its event.
        if received < first {
          if isFallback { return true }
          since = first
          return false
        }
        looked += 1
        if looked % 64 == 0, self.ticks() >= end {
          (since, isCut) = (count.oldest ?? received, true)
          return false
        }
        count.add(received, event: find.int(1), role: find.text(2), row: find.optionalText(3), state: find.int(4), isFallback)
        return true
      }
      return RowTallies(rows: Array(count.rows.values), since: since, isCut: isCut)
    }
  }
}

/// Counts deliveries that come newest first, those of one event together.
private struct RowCount {
  struct TallyKey: Hashable {
    var role: String
    var row: String?
  }

  let times: [Timestamp]
  var rows: [TallyKey: RowTally] = [:]
  /// The last event that was counted.
  var oldest: Timestamp?
  private var event: Int64?
  private var sent: Set<TallyKey> = []
  private var kept: Set<TallyKey> = []

  init(times: [Timestamp]) { self.times = times }

  mutating func add(_ received: Timestamp, event: Int64, role: String, row: String?, state: Int64, _ isFallback: Bool) {
    // Where a message goes when it is dead, it is the same message.
    if isFallback { return }
    if event != self.event {
      self.event = event
      (sent, kept) = ([], [])
    }
    oldest = received
    let key = TallyKey(role: role, row: row)
    let none = times.map { _ in 0 }
    var tally = rows[key] ?? RowTally(role: role, row: row, sent: none, kept: none)
    defer { rows[key] = tally }
    switch DeliveryState(rawValue: Int(clamping: state)) {
    case .waiting, .delivered, .unclear, .dead:
      guard sent.insert(key).inserted else { return }
      for (index, time) in times.enumerated() where received >= time { tally.sent[index] += 1 }
      tally.last = max(tally.last ?? received, received)
    case .folded, .silenced, .held, nil:
      guard kept.insert(key).inserted else { return }
      for (index, time) in times.enumerated() where received >= time { tally.kept[index] += 1 }
    }
  }
}
