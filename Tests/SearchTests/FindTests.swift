import Bellhop
import Foundation
import Ledger
import Matching
import Store
import Testing

@testable import Search

@Suite(.timeLimit(.minutes(2))) struct FindTests {
  private func running(
    _ pace: EventSearch.Pace = SearchFixture.pace, _ body: (SearchFixture, Ledger, EventSearch) async throws -> Void
  ) async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    let search = fixture.openSearch(ledger, pace)
    try await body(fixture, ledger, search)
    await search.close()
    await ledger.close()
  }

  /// However little time there is, each page gets on, and says how far.
  @Test(arguments: [true, false]) func aPageWithoutTimeIsHonest(isIndexed: Bool) async throws {
    var pace = SearchFixture.pace
    pace.budget = .zero
    try await running(pace) { fixture, ledger, search in
      for number in 1...120 {
        try await ledger.keep([arrival("e\(number)", text: number == 3 ? "needle" : "hay")])
        fixture.advance(.seconds(1))
      }
      if isIndexed { try await search.catchUp() }
      for text in ["needle", "hay -hay", "data.x:1"] {
        let filter = try search.filter(text)
        var found: [String] = []
        var cursor: Int64?
        var last = Timestamp(microseconds: .max)
        var pages = 0
        repeat {
          let page = try await search.find(filter, cursor: cursor, limit: 5, now: Timestamp(seconds: 1_800_000_200))
          found += page.events.map(\.event.id)
          #expect((page.next == nil) == (page.searchedBackTo == nil))
          if let back = page.searchedBackTo {
            #expect(back < last)
            last = back
          }
          #expect(page.next != cursor || cursor == nil)
          cursor = page.next
          pages += 1
        } while cursor != nil && pages < 200
        #expect(found == (text == "needle" ? ["e3"] : []) && pages < 200, "\(text)")
      }
    }
  }

  @Test func aFullPageHasANextOnlyWhereThereIsMore() async throws {
    try await running { fixture, ledger, search in
      try await ledger.keep((1...10).map { arrival("e\($0)") })
      try await search.catchUp()
      let filter = try search.filter("text")
      let now = Timestamp(seconds: 1_800_000_000)
      let whole = try await search.find(filter, limit: 10, now: now)
      #expect(whole.events.count == 10 && whole.next == nil && whole.searchedBackTo == nil)
      let part = try await search.find(filter, limit: 9, now: now)
      #expect(part.events.count == 9 && part.next == 2 && part.searchedBackTo == now)
      let rest = try await search.find(filter, cursor: part.next, limit: 9, now: now)
      #expect(rest.events.map(\.event.id) == ["e1"] && rest.next == nil)
      #expect(part.events[0].deliveries.map(\.role) == ["r"])
      let bare = try await search.find(filter, limit: 9, now: now, withDeliveries: false)
      #expect(bare.events[0].deliveries.isEmpty)
    }
  }

  /// What a reader may not see cannot be asked for: not by its role, not by a row, not by its state.
  @Test func readersOfSomeRoles() async throws {
    try await running { _, ledger, search in
      try await ledger.keep([
        arrival("shared", hearers: [("finance", "money"), ("ops", "secret row")]), arrival("hidden", hearers: [("ops", "secret row")]),
        arrival("nobodys", hearers: [], fate: .unrouted),
      ])
      let deliveries = try #require(try await ledger.event(sequence: 1)).deliveries
      let ops = try #require(deliveries.first { $0.role == "ops" })
      _ = try await ledger.commit(Batch(settlements: [Settlement(delivery: ops.id, event: 1, state: .dead, fault: .rejected)]))
      for isIndexed in [false, true] {
        if isIndexed { try await search.catchUp() }
        #expect(try await search.ids("text", for: ["finance"]) == ["shared"])
        #expect(try await search.ids("", for: ["finance"]) == ["shared"])
        for foreign in ["role:ops", "row:\"secret row\"", "state:dead", "state:unrouted", "hidden", "type:a.b hidden"] {
          let page = try await search.find(try search.filter(foreign), for: ["finance"], now: Timestamp(seconds: 1_800_000_000))
          #expect(page.events.isEmpty && page.next == nil && page.searchedBackTo == nil, "\(foreign)")
        }
        #expect(try await search.ids("role:ops,finance row:money", for: ["finance"]) == ["shared"])
        #expect(try await search.ids("state:dead") == ["shared"])
        #expect(try await search.ids("role:finance state:dead").isEmpty)
        #expect(try await search.ids("state:unrouted") == ["nobodys"])
        let found = try await search.all(try search.filter("shared"), for: ["finance"], limit: 5, now: Timestamp(seconds: 1_800_000_000))
        #expect(found.first?.deliveries.map(\.role) == ["finance"])
      }
    }
  }

  /// Nobody waits long behind others: they are told to come again.
  @Test func whoFindsNoSeatIsTold() async throws {
    let seats = SearchSeats(1)
    try await seats.take(within: .seconds(20))
    await #expect(throws: SpoolError.slow("others are searching: ask again in a moment")) { try await seats.take(within: .milliseconds(5)) }
    async let next: Void = seats.take(within: .seconds(20))
    seats.giveBack()
    try await next
    seats.giveBack()
    try await seats.take(within: .milliseconds(5))
  }

  /// While deliveries are going, who asks without end has the smaller part of the time; else nobody waits.
  @Test func aSeatRestsWhereDeliveriesAreGoing() async throws {
    try await running { _, ledger, search in
      #expect(search.rest(after: .milliseconds(10)) == nil)
      search.progress.withLock { $0.lastCommit = .now + .seconds(60) }
      #expect(search.rest(after: .milliseconds(10)) == .milliseconds(90) && search.rest(after: .zero) == .milliseconds(20))
      #expect(search.rest(after: .seconds(5)) == .milliseconds(500))
      search.note(Committed())
      #expect(search.progress.withLock { $0.lastCommit.map { $0 <= .now } } == true)
    }
  }

  /// In which way questions are answered.
  @Test(
    arguments: [
      ("jane@example.com", #""jane example com""#), ("pay* \"card declined\"", #""pay" * AND "card declined""#),
      ("a -b", #"("a") NOT ("b")"#),
      ("type:payment.failed", nil), ("type:payment.failed card", #""card" AND "payment failed""#), ("subject:jane", nil), ("-a", nil),
      ("type:payment.*", #""payment""#), ("type:pay*", nil), ("type:**.failed", nil), ("data.who:jane.doe", #""jane doe""#),
      ("data.x:5", nil),
      ("data.amount>5", nil), ("type:a.b,c", #"("a b" OR "c")"#), ("", nil), ("since:7d", nil),
      ("a b* c* d* e*", #""a" AND "b" * AND "c" * AND "d" *"#),
    ] as [(String, String?)])
  func plans(text: String, expression: String?) throws {
    let filter = try FilterText.parse(text, allowing: Set(FilterText.Extra.allCases))
    #expect(SearchPlan(filter, only: nil).expression == expression)
  }

  @Test func shortBeginningsAreBroad() throws {
    for (text, isBroad) in [("pa*", true), ("pay*", true), ("paym*", false), ("pa* card", false), ("\"a pa\"", false), ("東*", true)] {
      #expect(try SearchPlan(FilterText.parse(text), only: nil).isBroad == isBroad, "\(text)")
    }
  }

  /// The states that people may name are those that there are.
  @Test func theWordsOfStates() { #expect(FilterText.states == DeliveryState.allCases.map(\.word) + Fate.allCases.map(\.word)) }
}
