import Bellhop
import Foundation
import Store
import Testing

@testable import Ledger

/// What rows sent is counted from the newest delivery on.
@Suite struct RowTallyTests {
  private let fixture = Fixture()

  private static func arrival(_ id: String, _ states: [(role: String, row: String?, state: DeliveryState)]) -> Arrival {
    Arrival(
      event: Event(id: id, sender: "s", source: "s", type: "a.b", time: Timestamp(seconds: 1)),
      plan: Plan(
        deliveries: states.map {
          PlannedDelivery(destination: money, role: $0.role, row: $0.row, state: $0.state, note: $0.state == .waiting ? nil : "why")
        }))
  }

  @Test func aMessageCountsOnceOnItsDay() async throws {
    let ledger = try Ledger.open(
      path: fixture.folder.path, options: Fixture.roomy, now: { [fixture] in fixture.time.withLock { $0 } }, ticks: { .zero })
    let start = fixture.time.withLock { $0 }
    #expect(try await ledger.rowTallies(since: [start]).rows.isEmpty)
    func at(_ day: Int64, _ arrival: Arrival) async throws {
      fixture.time.withLock { $0 = start + .seconds(day * 86_400) }
      try await ledger.keep(arrival)
    }
    try await at(0, Self.arrival("1", [("ops", "old", .waiting)]))
    // Two places of one row are one message.
    try await at(3, Self.arrival("2", [("ops", "a", .waiting), ("ops", "a", .waiting), ("sales", nil, .folded)]))
    try await at(4, Self.arrival("3", [("ops", "a", .waiting)]))
    try await at(4, Self.arrival("4", [("ops", "a", .silenced), ("ops", "b", .dead)]))
    let days = [start + .seconds(4 * 86_400), start + .seconds(3 * 86_400), start + .seconds(86_400)]
    let told = try await ledger.rowTallies(since: days)
    #expect(told.since == days[2] && !told.isCut)
    let rows = Dictionary(uniqueKeysWithValues: told.rows.map { ("\($0.role) \($0.row ?? "-")", $0) })
    #expect(Set(rows.keys) == ["ops a", "ops b", "sales -"])
    #expect(rows["ops a"]?.sent == [1, 2, 2] && rows["ops a"]?.kept == [1, 1, 1] && rows["ops a"]?.last == days[0])
    #expect(rows["sales -"]?.sent == [0, 0, 0] && rows["sales -"]?.kept == [0, 1, 1] && rows["sales -"]?.last == nil)
    #expect(rows["ops b"]?.sent == [1, 1, 1])
    // Where nothing lies further back, it is all that there is.
    #expect(try await ledger.rowTallies(since: [start]).since == nil)
    await ledger.close()
  }

  @Test func itEndsInTimeAndSaysSo() async throws {
    let asked = Guarded(0)
    let ledger = try Ledger.open(
      path: fixture.folder.path, options: Fixture.roomy, now: { [fixture] in fixture.time.withLock { $0 } },
      ticks: {
        asked.withLock {
          $0 += 1
          return .milliseconds(1_500 * $0)
        }
      })
    let start = fixture.time.withLock { $0 }
    for number in 0..<300 {
      fixture.time.withLock { $0 = start + .seconds(Int64(number)) }
      try await ledger.keep(Self.arrival("\(number)", [("ops", "a", .waiting)]))
    }
    let told = try await ledger.rowTallies(since: [start])
    let counted = try #require(told.rows.first?.sent.first)
    #expect(told.isCut && (1..<300).contains(counted), "\(counted)")
    #expect(told.since == start + .seconds(Int64(300 - counted)), "all since then is counted")
    await ledger.close()
  }
}
