import Bellhop
import Store
import Testing

/// What every ``Spool`` keeps.
@Suite struct SpoolContractTests {
  @Test(arguments: SpoolFactory.all) func numbersEventsAndDeliveries(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      let answers = try await store.keep(arrival(event("1"), to: [money, bell]), arrival(event("2")))
      #expect(answers.map(\.duplicate) == [false, false])
      #expect(answers[0].sequence < answers[1].sequence)
      #expect(heard.commits.flatMap(\.arrivals).map(\.event.id) == ["1", "2"])
      #expect(heard.commits.flatMap(\.arrivals).allSatisfy { $0.received == clock.now })
      let ids = heard.deliveries.map(\.id)
      #expect(ids.count == 3 && ids == ids.sorted())
      let back = try await store.waiting(ids: ids)
      #expect(back == heard.deliveries)
      #expect(!store.epoch.isEmpty)
    }
  }

  @Test(arguments: SpoolFactory.all) func readsBackWhatItWasGiven(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      var odd = event(
        "nul\u{0}id", type: "a\u{0}b", subject: "söme\u{0}body", text: "line\nNUL \u{0} after \u{1F514}",
        data: ["": "", "n": .double(1.5), "big": .int(.max), "deep": ["a": [1, ["b": .null]]], "t": true, "z": "\u{0}\u{7f}\"\\"])
      odd.severity = .critical
      let planned = PlannedDelivery(
        destination: Destination(channel: "c\u{0}", among: ["x", "y"], transport: "x", target: Target(["channel": "#a"])), role: "röle",
        row: "row", alert: .loud,
        rendering: Rendering(
          title: Text([.bold([.text("t")])]), text: Text([.text("a\u{0}b"), .line, .emoji("tada")]),
          fields: [.init(name: "f", value: Text([.code("v")]))], links: [.init(label: "l", url: "https://example.com")]),
        notBefore: nil, fallback: [bell, money])
      try await store.keep(Arrival(event: odd, plan: Plan(deliveries: [planned])))
      let told = try #require(heard.deliveries.first)
      #expect(told.event == odd && told.rendering == planned.rendering && told.fallback == [bell, money])
      #expect(try await store.waiting(ids: [told.id]) == [told])
      #expect(try await store.event(id: "nul\u{0}id")?.event == odd)
    }
  }

  @Test(arguments: SpoolFactory.all) func answersTwiceSentLikeTheFirst(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let first = try await store.keep(arrival(event("1", text: "a")))[0]
      let again = try await store.keep(
        arrival(event("1", text: "a")), arrival(event("1", text: "b")), arrival(event("2")), arrival(event("2")))
      #expect(again.map(\.duplicate) == [true, true, false, true])
      #expect(again.map(\.differs) == [false, true, false, false])
      #expect(again[0].sequence == first.sequence && again[2].sequence == again[3].sequence)
      #expect(heard.deliveries.count == 2)
      var other = event("1", text: "a")
      other.source = "elsewhere"
      #expect(try await store.keep(arrival(other))[0].duplicate == false)
      other.source = "shop"
      other.sender = "elsewhere"
      #expect(try await store.keep(arrival(other))[0].duplicate == false)
    }
  }

  @Test(arguments: SpoolFactory.all) func receiveTimesNeverRunBackwards(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      let start = clock.now
      try await store.keep(arrival(event("1")))
      clock.now = start - .seconds(3_600)
      try await store.keep(arrival(event("2")))
      clock.now = start + .seconds(1)
      try await store.keep(arrival(event("3")))
      #expect(heard.commits.flatMap(\.arrivals).map(\.received) == [start, start, start + .seconds(1)])
    }
  }

  @Test(arguments: SpoolFactory.all) func linesAreMergedByID(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      for index in 0..<6 { try await store.keep(arrival(event("\(index)"), to: [index.isMultiple(of: 2) ? money : bell])) }
      let all = heard.deliveries
      let both = [all[0].destinationID, all[1].destinationID]
      #expect(both[0] != both[1])
      #expect(try await store.waiting(for: both, after: 0, limit: 100).map(\.id) == all.map(\.id))
      #expect(try await store.waiting(for: both, after: all[1].id, limit: 2).map(\.id) == [all[2].id, all[3].id])
      #expect(try await store.waiting(for: [both[1]], after: 0, limit: 2).map(\.id) == [all[1].id, all[3].id])
      #expect(try await store.waiting(for: [], after: 0, limit: 2).isEmpty)
      #expect(try await store.waiting(for: both, after: .max, limit: 2).isEmpty)
      let backlog = try await store.backlog()
      #expect(Set(backlog.map(\.destination)) == [money, bell])
      #expect(backlog.map(\.count) == [3, 3])
      let last = try #require(backlog.last)
      #expect(try await store.backlog(after: backlog[0].destinationID, limit: 9) == [last])
      #expect(try await store.backlog(after: .min, limit: 1) == [backlog[0]])
      #expect(try await store.backlog(after: last.destinationID, limit: 9).isEmpty)
      let heads = try await store.heads()
      #expect(heads.map(\.destinationID) == backlog.map(\.destinationID) && heads.map(\.count) == [3, 3])
      #expect(Set(heads.map(\.first)) == [all[0].id, all[1].id])
    }
  }

  @Test(arguments: SpoolFactory.all) func settledDeliveriesLeaveTheLine(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1")))
      let delivery = heard.deliveries[0]
      let done = Settlement(
        delivery: delivery.id, event: delivery.sequence, destination: delivery.destinationID,
        attempt: attempt(1, .delivered(Receipt(id: "x", note: "200"))), state: .delivered)
      try await store.settle(done)
      #expect(heard.settlements == [done])
      #expect(try await store.waiting(for: [delivery.destinationID], after: 0, limit: 10).isEmpty)
      #expect(try await store.waiting(ids: [delivery.id]).isEmpty)
      #expect(try await store.backlog().isEmpty)
      let history = try #require(try await store.delivery(id: delivery.id))
      #expect(history.state == .delivered && history.attempts.map(\.line) == ["200"] && history.attempts[0].took == .milliseconds(12))
      // Too late: what has ended stays ended, and the attempt is still on record.
      try await store.settle(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, attempt: attempt(2, .refused(Fault(.rejected, "no"))), state: .dead))
      let after = try #require(try await store.delivery(id: delivery.id))
      #expect(after.state == .delivered && after.attempts.map(\.outcome) == ["delivered", "refused"])
      #expect(heard.settlements.count == 1)
      try await store.settle(Settlement(delivery: 9_999, event: 9_999, state: .dead))
      #expect(heard.settlements.count == 1)
    }
  }

  @Test(arguments: SpoolFactory.all) func anotherTryHasAnAlarm(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      try await store.keep(arrival(event("1")), arrival(event("2")))
      let delivery = heard.deliveries[0]
      let due = clock.now + .seconds(30)
      let fault = Fault(.unavailable, "503")
      try await store.settle(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, attempt: attempt(1, .postponed(fault)), state: .waiting, fault: .unavailable,
          due: due, spent: .seconds(30)))
      #expect(try await store.waiting(for: [delivery.destinationID], after: 0, limit: 10).map(\.event.id) == ["2"])
      #expect(try await store.nextAlarm(.delivery) == due)
      #expect(try await store.alarms(.delivery, dueBy: due - .seconds(1), after: nil, limit: 10).isEmpty)
      #expect(try await store.alarms(.delivery, dueBy: due, after: nil, limit: 10) == [Alarm(kind: .delivery, ref: delivery.id, due: due)])
      let late = try #require(try await store.waiting(ids: [delivery.id]).first)
      #expect(late.due == due && late.attempts == 1 && late.spent == .seconds(30))
      #expect(try await store.backlog().map(\.count) == [2])
      // Back in line, at its old place.
      try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .waiting, spent: .seconds(30)))
      #expect(try await store.waiting(for: [delivery.destinationID], after: 0, limit: 10).map(\.event.id) == ["1", "2"])
      #expect(try await store.nextAlarm(.delivery) == nil)
    }
  }

  @Test(arguments: SpoolFactory.all) func alarmsMoveDeliveriesInAndOutOfLine(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      var held = PlannedDelivery(destination: money, role: "finance", notBefore: clock.now + .seconds(60))
      try await store.keep(Arrival(event: event("1"), plan: Plan(deliveries: [held])))
      held.notBefore = clock.now + .seconds(30)
      try await store.keep(Arrival(event: event("2"), plan: Plan(deliveries: [held])))
      let ids = heard.deliveries.map(\.id)
      #expect(heard.deliveries.map(\.due) == [clock.now + .seconds(60), clock.now + .seconds(30)])
      let all = try await store.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: nil, limit: 10)
      #expect(all.map(\.ref) == [ids[1], ids[0]])
      #expect(try await store.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: all[0], limit: 10) == [all[1]])
      #expect(try await store.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: all[1], limit: 10).isEmpty)
      _ = try await store.commit(
        Batch(alarms: [.clear(.delivery, ref: ids[0]), .set(Alarm(kind: .delivery, ref: ids[1], due: clock.now))]))
      #expect(try await store.nextAlarm(.delivery) == clock.now)
      let line = try await store.waiting(for: [heard.deliveries[0].destinationID], after: 0, limit: 10)
      #expect(line.map(\.id) == [ids[0]] && line[0].due == nil)
      try await store.settle(Settlement(delivery: ids[1], event: 2, state: .dead))
      #expect(try await store.nextAlarm(.delivery) == nil)
      _ = try await store.commit(Batch(alarms: [.set(Alarm(kind: .delivery, ref: ids[1], due: clock.now))]))
      #expect(try await store.nextAlarm(.delivery) == nil, "what has ended has no alarm")
    }
  }

  @Test(arguments: SpoolFactory.all) func startedIsRemembered(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1")))
      let delivery = heard.deliveries[0]
      try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .waiting, started: true))
      #expect(try await store.waiting(ids: [delivery.id]).map(\.started) == [true])
      #expect(try await store.waiting(ids: [delivery.id]).map(\.attempts) == [0])
    }
  }

  @Test(arguments: SpoolFactory.all) func deadGoesOverToItsFallback(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      try await store.keep(arrival(event("1", text: "hello")))
      let delivery = heard.deliveries[0]
      try await store.settle(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, attempt: attempt(1, .refused(Fault(.rejected, "no"))), state: .dead, note: "no",
          fault: .rejected, followUps: [PlannedDelivery(destination: bell, role: "finance")]))
      let follow = try #require(heard.deliveries.last)
      #expect(follow.id > delivery.id && follow.destination == bell && follow.event.text == "hello" && follow.sequence == delivery.sequence)
      #expect(try await store.waiting(for: [follow.destinationID], after: 0, limit: 10) == [follow])
      let told = try #require(try await store.event(sequence: delivery.sequence))
      #expect(told.deliveries.map(\.state) == [.dead, .waiting])
      #expect(told.deliveries[0].fault == "rejected" && told.deliveries[0].note == "no")
    }
  }

  /// A fallback is told once, however many of an event's deliveries end there; and not where the event went by itself.
  @Test(arguments: SpoolFactory.all) func aFallbackThatIsReachedIsSkipped(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let other = Destination(transport: "other")
      try await store.keep(
        Arrival(
          event: event("1"),
          plan: Plan(deliveries: [money, other, bell].map { PlannedDelivery(destination: $0, role: "a") })))
      let all = heard.deliveries
      func die(_ index: Int, then destination: Destination) async throws {
        let delivery = all[index]
        try await store.settle(
          Settlement(
            delivery: delivery.id, event: delivery.sequence, state: .dead, fault: .rejected,
            followUps: [PlannedDelivery(destination: destination, role: "a")]))
      }
      let mail = Destination(transport: "mail")
      try await die(0, then: mail)
      try await die(1, then: mail)
      try await die(2, then: money)
      #expect(heard.deliveries.dropFirst(3).map(\.destination) == [mail])
      #expect(try await store.event(id: "1")?.deliveries.map(\.state) == [.dead, .dead, .dead, .waiting])
    }
  }

  @Test(arguments: SpoolFactory.all) func foldedDeliveriesDoNotWait(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let folded = PlannedDelivery(destination: money, role: "b", state: .folded, note: "same target as role a")
      try await store.keep(Arrival(event: event("1"), plan: Plan(deliveries: [PlannedDelivery(destination: money, role: "a"), folded])))
      #expect(heard.deliveries.map(\.role) == ["a"])
      let told = try #require(try await store.event(id: "1"))
      #expect(told.deliveries.map(\.state) == [.waiting, .folded] && told.deliveries[1].note == "same target as role a")
    }
  }

  @Test(arguments: SpoolFactory.all) func statesAreKeptAndRemoved(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      _ = try await store.commit(Batch(states: ["pause/a": [1], "pause/b": [], "thread/x": [0, 255]]))
      let empty = try await store.state("pause/b")
      #expect(empty == [UInt8]())
      #expect(try await store.states(prefix: "pause/") == ["pause/a": [1], "pause/b": []])
      _ = try await store.commit(Batch(states: ["pause/a": StateValue?.none, "pause/b": [7]]))
      let removed = try await store.state("pause/a")
      #expect(removed == nil)
      #expect(try await store.states(prefix: "") == ["pause/b": [7], "thread/x": [0, 255]])
    }
  }

  @Test(arguments: SpoolFactory.all) func theEmptyBatchIsNothing(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let answers = try await store.commit(Batch())
      #expect(answers.isEmpty && heard.commits.isEmpty)
    }
  }

  /// Batches reach the disk in the order in which they were handed in, and are answered so: a state that is set and then removed stays removed.
  @Test(arguments: SpoolFactory.all) func batchesKeepTheirOrder(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, _ in
      let answered = Guarded<[Int]>([])
      for number in 0..<200 {
        let value: StateValue? = number.isMultiple(of: 2) ? StateValue(Array(String(number).utf8)) : nil
        store.commit(Batch(states: ["backoff/x": value, "last": StateValue(Array(String(number).utf8))])) { _ in
          answered.withLock { $0.append(number) }
        }
      }
      while answered.withLock({ $0.count }) < 200 { await Task.yield() }
      #expect(answered.withLock { $0 } == Array(0..<200))
      let (removed, last) = (try await store.state("backoff/x"), try await store.state("last"))
      #expect(removed == nil && last == Array("199".utf8))
    }
  }

  /// A page ends at its bytes, but not before its first; what is heavier than the limit comes without its words, and whole when it is asked for.
  @Test(arguments: SpoolFactory.all) func pagesEndAtTheirBytes(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let many: JSON.Object = ["many": .array(Array(repeating: 1, count: 1_000))]
      let long = String(repeating: "long ", count: 40_000)
      for number in 1...6 { try await store.keep(arrival(event("\(number)", data: many))) }
      try await store.keep(arrival(event("7", data: ["long": .string(long)])))
      let line = heard.deliveries
      #expect(line.map(\.isWhole) == [true, true, true, true, true, true, false])
      let here = [line[0].destinationID]
      let weight = line[0].weight
      #expect(weight > 16_000, "many small values take more than their text")
      var page = try await store.waiting(for: here, after: 0, within: PageLimit(count: 9, bytes: 3 * weight))
      #expect(page.deliveries == Array(line[0..<3]) && page.isCut)
      page = try await store.waiting(for: here, after: line[2].id, within: PageLimit(count: 9, bytes: 1))
      #expect(page.deliveries == [line[3]] && page.isCut)
      page = try await store.waiting(for: here, after: line[3].id, within: PageLimit(count: 9, bytes: 1 << 20))
      #expect(page.deliveries.map(\.id) == line[4...].map(\.id) && !page.isCut)
      #expect(page.deliveries.map(\.isWhole) == [true, true, false])
      let heavy = try #require(page.deliveries.last)
      #expect(heavy.event.id == "7" && heavy.event.data.isEmpty && heavy.event.type == line[6].event.type && heavy.weight > 200_000)
      #expect(try await store.waiting(ids: [heavy.id], whole: 100_000).map(\.isWhole) == [false])
      #expect(try await store.waiting(ids: [heavy.id]).first?.event.data == ["long": .string(long)])
      page = try await store.waiting(for: here, after: 0, within: PageLimit(count: 2, bytes: 1 << 20))
      #expect(page.deliveries.count == 2 && page.isCut)
    }
  }

  /// A fallback says what its delivery said, though whoever settles has not its words at hand.
  @Test(arguments: SpoolFactory.all) func fallbacksKeepTheirWords(_ factory: SpoolFactory) async throws {
    try await factory.with { store, _, heard in
      let words = Rendering(title: Text(literal: "Title"), text: Text(literal: "words"))
      let planned = PlannedDelivery(destination: money, role: "finance", rendering: words, fallback: [bell])
      try await store.keep(Arrival(event: event("1"), plan: Plan(deliveries: [planned])))
      let first = heard.deliveries[0]
      var end = Settlement(delivery: first.id, event: first.sequence, state: .dead, note: "no", fault: .rejected)
      end.followUps = [PlannedDelivery(destination: bell, role: "finance")]
      try await store.settle(end)
      let follow = try #require(heard.deliveries.last)
      #expect(follow.destination == bell && follow.rendering == words)
      #expect(try await store.waiting(ids: [follow.id]).map(\.rendering) == [words])
    }
  }
}
