import Bellhop
import Foundation
import Ledger
import Routing

/// What each row of each role sent lately: who is told too much, and which row nobody would miss.
struct RowReport {
  /// When today, yesterday and the seven days began.
  let times: [Timestamp]

  /// Days begin at midnight where this machine is.
  init(now: Timestamp, zone: TimeZone = .current) {
    var calendar = Foundation.Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let today = calendar.startOfDay(for: Date(timeIntervalSince1970: Double(now.seconds)))
    // Noon of the day before, whatever the clocks did in the night.
    let yesterday = calendar.startOfDay(for: today.addingTimeInterval(-43_200))
    func time(_ date: Date) -> Timestamp { Timestamp(seconds: Int64(date.timeIntervalSince1970)) }
    times = [time(today), time(yesterday), now - .seconds(7 * 86_400)]
  }

  /// `{rows: [{role, row, sent: {today, yesterday, week}, held_back: {…}, last}], today, since, cut}` in the order of the file; rows that are no
  /// more, and those of `unrouted:`, behind them.
  func json(_ tallies: RowTallies, _ tables: [Table]) -> JSON {
    var keys = tables.flatMap { table in table.rows.map { (table.role, $0.name) } }
    keys += tallies.rows.map { ($0.role, $0.row) }.sorted { ($0.0, $0.1 ?? "") < ($1.0, $1.1 ?? "") }
    var shown: [(String, String?)] = []
    for key in keys where !shown.contains(where: { $0 == key }) { shown.append(key) }
    var object: JSON.Object = [
      "rows": .array(
        shown.map { role, row in
          one(role, row, tallies.rows.first { $0.role == role && $0.row == row }, isWhole: tallies.since == nil)
        }),
      "today": .string(times[0].rfc3339),
    ]
    object["since"] = tallies.since.map { .string($0.rfc3339) }
    object["cut"] = .bool(tallies.isCut)
    return .object(object)
  }

  private func one(_ role: String, _ row: String?, _ tally: RowTally?, isWhole: Bool) -> JSON {
    var object: JSON.Object = ["role": .string(role)]
    object["row"] = row.map(JSON.string)
    for member in Self.counts(tally, isWhole: isWhole).members { object[member.key] = member.value }
    return .object(object)
  }

  /// `sent`, `held_back`, `last`, and `never` where that is known.
  static func counts(_ tally: RowTally?, isWhole: Bool) -> JSON.Object {
    func counts(_ counts: [Int]?) -> JSON {
      let counts = (counts ?? [0, 0, 0]).map(Int64.init)
      return ["today": .int(counts[0]), "yesterday": .int(counts[1] - counts[0]), "week": .int(counts[2])]
    }
    var object: JSON.Object = ["sent": counts(tally?.sent), "held_back": counts(tally?.kept)]
    object["last"] = tally?.last.map { .string($0.rfc3339) }
    // What lies further back is not known.
    if tally?.last == nil, isWhole { object["never"] = true }
    return object
  }
}
