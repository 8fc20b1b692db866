import Bellhop
import Store
import Testing

/// What every ``History`` tells.
@Suite struct HistoryContractTests {
  /// All pages of a search, as ids.
  private func ids(_ store: Store, _ query: HistoryQuery) async throws -> [String] {
    var query = query
    var found: [String] = []
    repeat {
      let page = try await store.search(query)
      #expect(page.events.count <= query.limit)
      found += page.events.map(\.event.id)
      query.cursor = page.next
    } while query.cursor != nil
    return found
  }

  @Test(arguments: SpoolFactory.all) func pagesNewestFirst(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      for index in 0..<10 { try await store.keep(arrival(event("\(index)"))) }
      #expect(try await ids(store, HistoryQuery(limit: 3)) == (0..<10).reversed().map(String.init))
      #expect(try await store.search(HistoryQuery(limit: 3)).events.count == 3)
    }
  }

  @Test(arguments: SpoolFactory.all) func filters(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, _ in
      let start = clock.now
      try await store.keep(arrival(event("1", type: "user.registered", subject: "a@b.c", text: "Welcome ANNA"), role: "growth"))
      clock.now = start + .seconds(10)
      try await store.keep(arrival(event("2", type: "user.left", subject: "x@y.z", text: "gone", data: ["why": "Too \"Expensive\""])))
      clock.now = start + .seconds(20)
      try await store.keep(Arrival(event: event("3", type: "order.paid", text: "42 €"), plan: Plan(fate: .unrouted)))
      #expect(try await ids(store, HistoryQuery(type: "user.*")) == ["2", "1"])
      #expect(try await ids(store, HistoryQuery(type: "user.left")) == ["2"])
      #expect(try await ids(store, HistoryQuery(subject: "a@b.c")) == ["1"])
      #expect(try await ids(store, HistoryQuery(role: "growth")) == ["1"])
      #expect(try await ids(store, HistoryQuery(fate: .unrouted)) == ["3"])
      #expect(try await ids(store, HistoryQuery(since: start + .seconds(10))) == ["3", "2"])
      #expect(try await ids(store, HistoryQuery(until: start + .seconds(10))) == ["1"])
      #expect(try await ids(store, HistoryQuery(until: start)) == [])
      #expect(try await ids(store, HistoryQuery(type: "user.*", role: "finance", since: start)) == ["2"])
    }
  }

  /// Oldest first, with deliveries and without attempts, page by page.
  @Test(arguments: SpoolFactory.all) func stretches(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      #expect(try await store.newest() == 0)
      let none = try await store.stretch(after: 0, limit: 3, bytes: 1_000)
      #expect(none.events.isEmpty && none.isEnd && none.end == 0 && none.missing == nil)
      for index in 1...7 { try await store.keep(arrival(event("\(index)", text: String(repeating: "x", count: 100)), to: [money, bell])) }
      let all = heard.deliveries
      try await store.settle(
        Settlement(
          delivery: all[0].id, event: 1, attempt: attempt(1, .refused(Fault(.rejected, "no"))), state: .dead, note: "no", fault: .rejected,
          followUps: [PlannedDelivery(destination: Destination(transport: "mail"), role: "finance")]))
      let first = try await store.stretch(after: 0, limit: 3, bytes: 10_000)
      #expect(first.events.map(\.event.id) == ["1", "2", "3"] && first.end == 3 && !first.isEnd && first.missing == nil)
      #expect(first.events[0].deliveries.map(\.state) == [.dead, .waiting, .waiting] && first.events[0].deliveries[0].note == "no")
      #expect(first.events[0].deliveries.map(\.destination.transport) == ["chat", "bell", "mail"])
      #expect(first.events.allSatisfy { $0.deliveries.allSatisfy { $0.sequence > 0 && $0.attempts.isEmpty } })
      let second = try await store.stretch(after: 3, limit: 10, bytes: 250)
      #expect(second.events.map(\.event.id) == ["4", "5"] && !second.isEnd, "bytes are an end too")
      #expect(try await store.stretch(after: 3, limit: 10, bytes: 1).events.count == 1, "and one is always told")
      let last = try await store.stretch(after: 5, limit: 10, bytes: 10_000)
      #expect(last.events.map(\.event.id) == ["6", "7"] && last.isEnd && last.end == 7)
      #expect(try await store.stretch(after: 7, limit: 1, bytes: 1).isEnd)
      #expect(try await store.newest() == 7)
      #expect(try await store.events(at: [5, 2, 99]).map(\.event.id) == ["2", "5"])
      // As they were told when they were kept.
      let told = heard.commits.flatMap(\.arrivals).flatMap(\.told.deliveries).map(\.id)
      #expect(told == [Int64](1...14))
    }
  }

  /// What was forgotten is not told again, and is no hole.
  @Test(arguments: SpoolFactory.all) func stretchesPassOverTheForgotten(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      for (id, subject) in [("1", "ada"), ("2", "bob"), ("3", "ada")] { try await store.keep(arrival(event(id, subject: subject))) }
      _ = try await store.forget(subject: "ada", limit: 10)
      let stretch = try await store.stretch(after: 0, limit: 10, bytes: 10_000)
      #expect(stretch.events.map(\.event.id) == ["2"] && stretch.end == 3 && stretch.isEnd && stretch.missing == nil)
    }
  }

  /// What a reader of some roles may see.
  @Test(arguments: SpoolFactory.all) func thoseOfSomeRoles(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      for (id, role) in [("1", "growth"), ("2", "finance"), ("3", "ops"), ("4", "growth"), ("same", "growth")] {
        try await store.keep(arrival(event(id), role: role))
      }
      var other = event("same")
      other.source = "elsewhere"
      try await store.keep(arrival(other, role: "ops"))
      try await store.keep(Arrival(event: event("5"), plan: Plan(fate: .unrouted)))
      #expect(try await ids(store, HistoryQuery(only: ["growth", "finance"], limit: 2)) == ["same", "4", "2", "1"])
      #expect(try await ids(store, HistoryQuery(role: "finance", only: ["growth"])) == [])
      #expect(try await ids(store, HistoryQuery(only: [])) == [])
      #expect(try await store.event(id: "same", of: ["growth"])?.event.source == event("same").source)
      #expect(try await store.event(id: "same", of: ["ops"])?.event.source == "elsewhere")
      #expect(try await store.event(id: "same", of: ["finance"]) == nil)

      let all = heard.deliveries
      func found(_ state: DeliveryState, _ roles: Set<String>, before: Int64? = nil, limit: Int = 9) async throws -> [Int64] {
        try await store.deliveries(state: state, destination: nil, roles: roles, before: before, limit: limit).map(\.id)
      }
      #expect(try await found(.waiting, ["growth"], limit: 2) == [all[4].id, all[3].id])
      #expect(try await found(.waiting, ["growth"], before: all[3].id, limit: 2) == [all[0].id])
      #expect(try await found(.waiting, ["nobody"]) == [])
      for delivery in all {
        try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead, fault: .rejected))
      }
      #expect(try await found(.dead, ["finance", "ops"], limit: 2) == [all[5].id, all[2].id])
      #expect(try await found(.dead, ["finance", "ops"], before: all[2].id) == [all[1].id])
    }
  }

  @Test(arguments: SpoolFactory.all) func theNewestOfAnID(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      var other = event("1", text: "newer")
      try await store.keep(arrival(event("1", text: "older")))
      other.source = "elsewhere"
      try await store.keep(arrival(other))
      #expect(try await store.event(id: "1")?.event.text == "newer")
      #expect(try await store.event(id: "2") == nil)
      #expect(try await store.event(sequence: 999) == nil)
      #expect(try await store.delivery(id: 999) == nil)
    }
  }

  @Test(arguments: SpoolFactory.all) func listsDeliveriesByState(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      for index in 0..<6 { try await store.keep(arrival(event("\(index)"), to: [index < 3 ? money : bell])) }
      let all = heard.deliveries
      for delivery in all where delivery.id != all[5].id {
        try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead, fault: .rejected))
      }
      let dead = try await store.deliveries(state: .dead, destination: nil, before: nil, limit: 3)
      #expect(dead.map(\.id) == [all[4].id, all[3].id, all[2].id])
      #expect(try await store.deliveries(state: .dead, destination: nil, before: all[2].id, limit: 9).map(\.id) == [all[1].id, all[0].id])
      #expect(try await store.deliveries(state: .dead, destination: "money", before: nil, limit: 2).map(\.id) == [all[2].id, all[1].id])
      #expect(try await store.deliveries(state: .waiting, destination: nil, before: nil, limit: 9).map(\.id) == [all[5].id])
      #expect(try await store.deliveries(state: .waiting, destination: "money", before: nil, limit: 9).isEmpty)
      #expect(try await store.deliveries(state: .delivered, destination: nil, before: nil, limit: 9).isEmpty)
    }
  }

  @Test(arguments: SpoolFactory.all) func retriesByHand(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1")), arrival(event("2")), arrival(event("3")))
      let all = heard.deliveries
      let fault = Fault(.rejected, "no")
      try await store.settle(
        Settlement(
          delivery: all[0].id, event: all[0].sequence, attempt: attempt(1, .refused(fault)), state: .dead, note: "no", fault: .rejected,
          spent: .seconds(9)),
        Settlement(delivery: all[1].id, event: all[1].sequence, state: .unclear),
        Settlement(delivery: all[2].id, event: all[2].sequence, state: .delivered))
      #expect(try await store.retry([all[0].id, all[1].id, all[2].id, 999]) { _, _, _ in nil } == [all[0].id, all[1].id])
      let back = heard.deliveries.suffix(2)
      #expect(back.map(\.id) == [all[0].id, all[1].id] && back.allSatisfy { $0.spent == .zero && $0.due == nil })
      #expect(try await store.waiting(for: [all[0].destinationID], after: 0, limit: 9) == Array(back))
      let told = try #require(try await store.delivery(id: all[0].id))
      #expect(told.state == .waiting && told.fault == nil && told.note == nil && told.attempts.count == 1)
      #expect(try await store.retry([all[0].id]) { _, _, _ in nil }.isEmpty, "it waits already")
      #expect(try await store.backlog().map(\.count) == [2])
    }
  }

  /// One that was refused when it was planned goes where the configuration in force sends it.
  @Test(arguments: SpoolFactory.all) func aRetryFillsTheDestination(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let open = Destination(channel: "shops", among: ["chat"], transport: "chat", target: Target(["channel": "#{{data.shop}}"]))
      let filled = Destination(channel: "shops", among: ["chat"], transport: "chat", target: Target(["channel": "#7"]))
      var planned = PlannedDelivery(destination: open, role: "sales")
      planned.state = .dead
      planned.note = "the event has no data.shop"
      try await store.keep(Arrival(event: event("1", data: ["shop": "7"]), plan: Plan(deliveries: [planned])))
      let dead = try #require(try await store.deliveries(state: .dead, destination: nil, before: nil, limit: 9).first)
      #expect(dead.destination == open && dead.note == planned.note)
      let retried = try await store.retry([dead.id]) { destination, event, role in
        destination == open && event.data["shop"] == "7" && role == "sales" ? filled : nil
      }
      #expect(retried == [dead.id])
      let back = try #require(heard.deliveries.last)
      #expect(back.destination == filled)
      #expect(try await store.waiting(for: [back.destinationID], after: 0, limit: 9) == [back])
      #expect(try await store.backlog().map(\.destination) == [filled])
      #expect(try await store.delivery(id: dead.id)?.destination == filled)
    }
  }

  /// Dead and unclear ones go elsewhere as new deliveries of the same words; the old ones stay, with a note.
  @Test(arguments: SpoolFactory.all) func redirectsByHand(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1")), arrival(event("2")), arrival(event("3")))
      let all = heard.deliveries
      try await store.settle(
        Settlement(delivery: all[0].id, event: all[0].sequence, state: .dead, note: "no", fault: .rejected),
        Settlement(delivery: all[1].id, event: all[1].sequence, state: .unclear))
      let bell = Destination(transport: "bell")
      let ids = [all[0].id, all[1].id, all[2].id, 999]
      #expect(try await store.redirect(ids, note: "by hand") { _ in [] }.isEmpty, "nowhere to go")
      #expect(try await store.redirect(ids, note: "by hand") { $0.id == "1" ? [bell] : [bell, bell] } == [all[0].id, all[1].id])
      let sent = heard.deliveries.suffix(3)
      #expect(sent.map(\.sequence) == [all[0].sequence, all[1].sequence, all[1].sequence])
      #expect(sent.allSatisfy { $0.destination == bell && $0.role == all[0].role && $0.ready >= $0.received })
      #expect(try await store.waiting(for: [sent[sent.startIndex].destinationID], after: 0, limit: 9) == Array(sent))
      let old = try #require(try await store.delivery(id: all[0].id))
      #expect(old.state == .dead && old.note == "no; by hand" && old.fault == "rejected")
      #expect(try await store.redirect(ids, note: "by hand") { _ in [bell] }.isEmpty, "once is enough")
      #expect(try await store.redirect([all[0].id], note: "by hand, too") { _ in [bell] } == [all[0].id])
      #expect(try await store.event(sequence: all[1].sequence)?.deliveries.count == 3)
    }
  }

  @Test(arguments: SpoolFactory.all) func countsByStateAndPlace(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let (money, bell) = (Destination(channel: "money", among: ["chat"], transport: "chat"), Destination(transport: "bell"))
      for index in 0..<6 { try await store.keep(arrival(event("\(index)"), to: [index < 4 ? money : bell])) }
      for delivery in heard.deliveries.dropLast() {
        try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead, fault: .rejected))
      }
      func count(_ state: DeliveryState, _ destination: String? = nil, _ roles: Set<String>? = nil, upTo most: Int = 99) async throws -> Int
      {
        try await store.count(state: state, destination: destination, roles: roles, upTo: most)
      }
      let role = heard.deliveries[0].role
      #expect(try await [count(.dead), count(.dead, upTo: 3), count(.unclear)] == [5, 3, 0])
      #expect(try await [count(.dead, "money"), count(.dead, "bell"), count(.dead, "nowhere")] == [4, 1, 0])
      #expect(try await [count(.dead, "money", [role]), count(.dead, nil, ["nobody"])] == [4, 0])
      #expect(try await [count(.waiting, "bell"), count(.waiting)] == [1, 1])
    }
  }

  @Test(arguments: SpoolFactory.all) func forgets(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1", subject: "anna", data: ["k": "v"])), arrival(event("2", subject: "bert")))
      let all = heard.deliveries
      #expect(try await store.forget(subject: "anna", limit: .max) == 1)
      #expect(try await store.forget(subject: "anna", limit: .max) == 0)
      #expect(heard.settlements.map(\.delivery) == [all[0].id] && heard.settlements[0].fault == .dropped_by_hand)
      let husk = try #require(try await store.event(sequence: all[0].sequence))
      #expect(husk.event.subject == nil && husk.event.text == "" && husk.event.data.isEmpty)
      #expect(husk.event.id == "forgotten-\(husk.sequence)" && husk.event.source.isEmpty, "they may name people too")
      #expect(husk.deliveries.map(\.state) == [.dead] && husk.deliveries[0].fault == "dropped_by_hand")
      #expect(try await store.waiting(for: [all[0].destinationID], after: 0, limit: 9).map(\.id) == [all[1].id])
      #expect(try await ids(store, HistoryQuery(subject: "anna")) == [])
      #expect(try await ids(store, HistoryQuery()) == ["2"])
      #expect(try await store.retry([all[0].id]) { _, _, _ in nil }.isEmpty, "what was forgotten has nothing to say")
      let again = try await store.keep(arrival(event("1", subject: "anna")))
      #expect(again[0].duplicate && again[0].sequence == all[0].sequence)
    }
  }
}
