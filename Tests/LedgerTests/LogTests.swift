import Bellhop
import Store
import Testing

@testable import Ledger

/// What an index beside the store is given of its events.
@Suite struct LogTests {
  private static func arrival(_ id: String, data: JSON.Object = [:], hearers: [(role: String, row: String?)] = []) -> Arrival {
    Arrival(
      event: Event(
        id: id, sender: "shop", source: "eu", type: "a.b", subject: "anna", severity: .error, time: Timestamp(seconds: 1),
        text: "text \(id)",
        data: data),
      plan: Plan(deliveries: hearers.map { PlannedDelivery(destination: money, role: $0.role, row: $0.row) }))
  }

  @Test func itsDataAreTextAndWhoHeardStandsThereOnce() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    let data: JSON.Object = ["n": 1.5, "deep": ["list": ["x\"y", .null, "é"]]]
    try await ledger.keep(
      Self.arrival("1", data: data, hearers: [("ops", "big"), ("ops", nil), ("sales", "big"), ("ops", "all")]), Self.arrival("2"))
    let page = try await ledger.events(after: 0, through: 2, limit: 10, bytes: 1_000_000)
    #expect(page.through == 2 && page.events.map(\.sequence) == [1, 2])
    let first = try #require(page.events.first)
    #expect(String(decoding: first.data, as: UTF8.self) == #"{"n":1.5,"deep":{"list":["x\"y",null,"é"]}}"#)
    #expect(first.roles == ["ops", "sales"] && first.rows == ["big", "all"])
    #expect(first.event == Self.arrival("1").event)
    #expect(page.events[1].data.isEmpty && page.events[1].roles.isEmpty && page.events[1].rows.isEmpty)
    await ledger.close()
  }

  @Test func aPageEndsWhereItsLimitIsAndLeavesOutTheForgotten() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    for number in 1...4 { try await ledger.keep(Self.arrival("\(number)", data: ["n": .string(String(repeating: "x", count: 100))])) }
    let three = try await ledger.events(after: 1, through: 4, limit: 2, bytes: 1_000_000)
    #expect(three.through == 3 && three.events.map(\.sequence) == [2, 3])
    let one = try await ledger.events(after: 1, through: 4, limit: 10, bytes: 1)
    #expect(one.through == 2 && one.events.map(\.sequence) == [2])
    _ = try await ledger.forget(subject: "anna", limit: .max)
    let none = try await ledger.events(after: 0, through: 9, limit: 10, bytes: 1_000_000)
    #expect(none.through == 9 && none.events.isEmpty)
    await ledger.close()
  }
}
