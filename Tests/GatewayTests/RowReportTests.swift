import Bellhop
import Foundation
import Ledger
import Routing
import Testing

@testable import Gateway

/// Days as people where the gateway runs have them.
@Suite struct RowReportTests {
  private static func times(_ now: String, _ zone: String) throws -> [String] {
    let time = try #require(Timestamp(rfc3339: now))
    return RowReport(now: time, zone: try #require(TimeZone(identifier: zone))).times.map(\.rfc3339)
  }

  @Test func daysBeginAtMidnight() throws {
    #expect(
      try Self.times("2026-11-26T23:30:00Z", "Europe/Berlin")
        == ["2026-11-26T23:00:00.000Z", "2026-11-25T23:00:00.000Z", "2026-11-19T23:30:00.000Z"])
    // The day before had 23 hours, and 25.
    #expect(try Self.times("2026-03-30T12:00:00Z", "Europe/Berlin")[1] == "2026-03-28T23:00:00.000Z")
    #expect(try Self.times("2026-10-26T12:00:00Z", "Europe/Berlin")[1] == "2026-10-24T22:00:00.000Z")
  }

  @Test func rowsOfTheFileComeFirst() throws {
    let report = RowReport(now: Timestamp(seconds: 0))
    let tables = [Table(role: "ops", rows: [Row(name: "b", to: []), Row(to: []), Row(to: [])])]
    let tallies = RowTallies(
      rows: [
        RowTally(role: "gone", row: "a", sent: [0, 2, 5], kept: [0, 0, 1], last: Timestamp(seconds: -90_000)),
        RowTally(role: "ops", row: nil, sent: [1, 1, 1], kept: [0, 0, 0], last: Timestamp(seconds: 0)),
      ], since: Timestamp(seconds: -604_800), isCut: false)
    let rows = report.json(tallies, tables)["rows"]?.array ?? []
    #expect(rows.map { "\($0["role"]?.string ?? "") \($0["row"]?.string ?? "-")" } == ["ops b", "ops -", "gone a"])
    #expect(rows[0]["never"] == nil && rows[0]["last"] == nil, "what lies further back is not known")
    #expect(rows[2]["sent"] == ["today": 0, "yesterday": 2, "week": 5])
    #expect(report.json(RowTallies(rows: []), tables)["rows"]?.array?.allSatisfy { $0["never"] == true } == true)
  }
}
