import Bellhop
import Store
import Testing

/// What every ``History`` tells of what was sent to whom.
@Suite struct DeliveryContractTests {
  /// All pages, as ids.
  private func ids(_ store: Store, _ query: DeliveryQuery) async throws -> [Int64] {
    var query = query
    var found: [Int64] = []
    repeat {
      let page = try await store.deliveries(query)
      #expect(page.deliveries.count <= query.limit && (page.next == nil) == (page.back == nil))
      #expect(page.deliveries.allSatisfy { $0.delivery.sequence == $0.event.sequence })
      found += page.deliveries.map(\.delivery.id)
      query.before = page.next
    } while query.before != nil
    return found
  }

  @Test(arguments: SpoolFactory.all) func ofAllStatesNewestFirst(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      for index in 0..<7 { try await store.keep(arrival(event("\(index)"))) }
      let all = heard.deliveries
      for (index, state) in [DeliveryState.delivered, .dead, .unclear, .folded, .silenced].enumerated() {
        try await store.settle(Settlement(delivery: all[index].id, event: all[index].sequence, state: state))
      }
      #expect(try await ids(store, DeliveryQuery()) == all.map(\.id).reversed())
      #expect(try await ids(store, DeliveryQuery(limit: 2)) == all.map(\.id).reversed(), "no page loses or repeats one")
      for (index, state) in [DeliveryState.delivered, .dead, .unclear, .folded, .silenced].enumerated() {
        #expect(try await ids(store, DeliveryQuery(states: [state])) == [all[index].id], "\(state)")
      }
      #expect(try await ids(store, DeliveryQuery(states: [.waiting], limit: 1)) == [all[6].id, all[5].id])
      #expect(try await ids(store, DeliveryQuery(states: [.dead, .waiting])) == [all[6].id, all[5].id, all[1].id])
      #expect(try await ids(store, DeliveryQuery(states: [.held])) == [])
      let page = try await store.deliveries(DeliveryQuery(limit: 1))
      #expect(page.deliveries.first?.event.event.id == "6" && page.deliveries.first?.event.deliveries.isEmpty == true)
      #expect(page.next == all[6].id && page.back == page.deliveries.first?.event.received)
    }
  }

  @Test(arguments: SpoolFactory.all) func whatNarrowsIt(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      let start = clock.now
      var named = PlannedDelivery(destination: money, role: "finance", row: "big money")
      named.alert = .loud
      try await store.keep(Arrival(event: event("1", subject: "ada", text: "a big one"), plan: Plan(deliveries: [named])))
      clock.now = start + .seconds(10)
      try await store.keep(arrival(event("2", subject: "bert"), to: [bell], role: "office"))
      clock.now = start + .seconds(20)
      try await store.keep(arrival(event("3", type: "order.paid"), to: [money, bell], role: "sales"))
      let all = heard.deliveries.map(\.id)
      #expect(try await ids(store, DeliveryQuery(roles: ["finance", "office"])) == [all[1], all[0]])
      #expect(try await ids(store, DeliveryQuery(rows: ["big money"])) == [all[0]])
      #expect(try await ids(store, DeliveryQuery(only: ["sales"])) == [all[3], all[2]])
      #expect(try await ids(store, DeliveryQuery(roles: ["finance"], only: ["sales"])) == [])
      #expect(try await ids(store, DeliveryQuery(states: [.waiting], only: ["sales"], limit: 1)) == [all[3], all[2]])
      #expect(try await ids(store, DeliveryQuery(channel: "money")) == [all[2], all[0]])
      #expect(try await ids(store, DeliveryQuery(channel: "bell")) == [all[3], all[1]], "a transport that a row named by itself")
      #expect(try await ids(store, DeliveryQuery(channel: bell.description)) == [all[3], all[1]])
      #expect(try await ids(store, DeliveryQuery(since: start + .seconds(10))) == [all[3], all[2], all[1]])
      #expect(try await ids(store, DeliveryQuery(until: start + .seconds(20))) == [all[1], all[0]])
      #expect(try await ids(store, DeliveryQuery(states: [.waiting], since: start + .seconds(10), until: start + .seconds(20))) == [all[1]])
      #expect(try await ids(store, DeliveryQuery(since: start + .seconds(60))) == [])
      #expect(try await ids(store, DeliveryQuery(until: start)) == [])
      #expect(try await ids(store, DeliveryQuery { $0.type == "order.paid" }) == [all[3], all[2]])
      #expect(try await ids(store, DeliveryQuery(channel: "money", limit: 1) { $0.text.contains("big") }) == [all[0]])
    }
  }

  /// A fallback is a delivery like the others: it stands where it was made.
  @Test(arguments: SpoolFactory.all) func aFallbackStandsWhereItWasMade(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      let start = clock.now
      try await store.keep(arrival(event("1")))
      let first = try #require(heard.deliveries.first)
      clock.now = start + .seconds(10)
      try await store.keep(arrival(event("2")))
      try await store.settle(
        Settlement(
          delivery: first.id, event: first.sequence, state: .dead, fault: .rejected,
          followUps: [PlannedDelivery(destination: bell, role: "finance")]))
      let all = heard.deliveries.map(\.id)
      #expect(try await ids(store, DeliveryQuery()) == all.reversed())
      #expect(try await store.deliveries(DeliveryQuery(limit: 1)).deliveries.first?.event.event.id == "1")
      #expect(try await ids(store, DeliveryQuery(until: start + .seconds(10))) == [all[0]])
    }
  }

  /// Of the forgotten there is what became of it, and nothing is found by what it said.
  @Test(arguments: SpoolFactory.all) func theForgotten(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1", subject: "anna")), arrival(event("2", subject: "bert")))
      _ = try await store.forget(subject: "anna", limit: .max)
      let all = heard.deliveries.map(\.id)
      let told = try await store.deliveries(DeliveryQuery()).deliveries
      #expect(told.map(\.delivery.id) == [all[1], all[0]])
      #expect(told.map(\.event.isForgotten) == [false, true] && told.last?.event.event.subject == nil)
      #expect(try await ids(store, DeliveryQuery { _ in true }) == [all[1]])
    }
  }

  @Test(arguments: SpoolFactory.all) func whatFollowedAboutASubject(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      for (id, subject, role) in [
        ("1", "ada", "growth"), ("2", "bert", "growth"), ("3", "ada", "finance"), ("4", "ada", "growth"), ("5", "ada", "growth"),
      ] {
        try await store.keep(arrival(event(id, subject: subject), role: role))
      }
      let first = try #require(try await store.event(id: "1")?.sequence)
      func ids(roles: Set<String>? = nil, limit: Int = 9) async throws -> [String] {
        try await store.following("ada", after: first, roles: roles, limit: limit).map(\.event.id)
      }
      #expect(try await ids() == ["3", "4", "5"])
      #expect(try await ids(limit: 2) == ["3", "4"])
      #expect(try await ids(roles: ["growth"]) == ["4", "5"])
      #expect(try await store.following("nobody", after: 0, roles: nil, limit: 9).isEmpty)
    }
  }
}
