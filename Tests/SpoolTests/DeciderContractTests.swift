import Bellhop
import Store
import Testing

/// Counts events of a type within a window of a minute and tells the first two: what noise rules will do, in small.
private struct FirstTwo: Decider {
  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    let key = "count/\(arrival.event.type)"
    let before = states.state(key)
    let count = before.flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) } ?? 0
    var plan = arrival.wish.plan
    for index in plan.deliveries.indices where count >= 2 {
      plan.deliveries[index].state = .folded
      plan.deliveries[index].note = "after \(before?.version ?? 0)"
    }
    let value = StateValue(Array(String(count + 1).utf8), expires: turn.received + .seconds(60))
    let window = Alarm(kind: .window, ref: turn.sequence, due: turn.received + .seconds(60))
    return Decision(plan: plan, consequences: Consequences(alarms: count == 0 ? [.set(window)] : [], states: [key: value]))
  }
}

/// What every ``Spool`` keeps of a ``Decider``: it is asked in the order of the store, behind the look for duplicates, and what it changes is
/// committed with the plan or not at all.
@Suite struct DeciderContractTests {
  private func states(of heard: Heard) -> [DeliveryState] { heard.commits.flatMap(\.arrivals).flatMap(\.plan.deliveries).map(\.state) }

  @Test(arguments: SpoolFactory.all) func oneDecisionSeesTheOneBefore(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: FirstTwo()) { store, _, heard in
      try await store.keep(arrival(event("1")), arrival(event("2")), arrival(event("3")))
      try await store.keep(arrival(event("4")))
      #expect(states(of: heard) == [.waiting, .waiting, .folded, .folded])
      #expect(heard.deliveries.count == 2)
      #expect(try await store.state("count/user.registered") == Array("4".utf8))
    }
  }

  @Test(arguments: SpoolFactory.all) func aDuplicateIsNotCounted(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: FirstTwo()) { store, _, heard in
      for _ in 0..<5 { try await store.keep(arrival(event("1"))) }
      try await store.keep(arrival(event("2")))
      #expect(states(of: heard) == [.waiting, .waiting])
    }
  }

  @Test(arguments: SpoolFactory.all) func whatHasExpiredIsNotThere(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: FirstTwo()) { store, clock, heard in
      for id in ["1", "2", "3"] { try await store.keep(arrival(event(id))) }
      clock.now = clock.now + .seconds(60)
      try await store.keep(arrival(event("4")))
      #expect(states(of: heard) == [.waiting, .waiting, .folded, .waiting])
    }
  }

  /// Each change of a key has a version that it never had before, whether a decision made it or a batch.
  @Test(arguments: SpoolFactory.all) func versionsAreNeverGivenTwice(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: FirstTwo()) { store, _, heard in
      for number in 0..<4 {
        try await store.keep(arrival(event("\(number)")))
        _ = try await store.commit(Batch(states: ["count/user.registered": StateValue(Array("5".utf8))]))
      }
      let notes = heard.commits.flatMap(\.arrivals).flatMap(\.plan.deliveries).compactMap(\.note)
      #expect(notes.count == 3 && Set(notes).count == 3, "\(notes)")
    }
  }

  /// Its windows are nobody else's: the courier asks for alarms of deliveries only.
  @Test(arguments: SpoolFactory.all) func alarmsAreFoundByTheirKind(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: FirstTwo()) { store, clock, heard in
      var held = PlannedDelivery(destination: money, role: "finance")
      held.notBefore = clock.now + .seconds(90)
      try await store.keep(Arrival(event: event("1"), plan: Plan(deliveries: [held])))
      let due = clock.now + .seconds(60)
      let sequence = try #require(heard.commits.first?.arrivals.first?.sequence)
      let far = Timestamp(microseconds: .max)
      #expect(try await store.alarms(.window, dueBy: far, after: nil, limit: 9) == [Alarm(kind: .window, ref: sequence, due: due)])
      #expect(try await store.alarms(.delivery, dueBy: far, after: nil, limit: 9).map(\.ref) == heard.deliveries.map(\.id))
      #expect(try await store.nextAlarm(.window) == due)
      #expect(try await store.nextAlarm(.delivery) == clock.now + .seconds(90))
      _ = try await store.commit(Batch(alarms: [.clear(.window, ref: sequence)]))
      #expect(try await store.nextAlarm(.window) == nil)
      #expect(try await store.nextAlarm(.delivery) != nil)
    }
  }

  /// An alarm of a delivery that has ended can be cleared: else it would be due for ever.
  @Test(arguments: SpoolFactory.all) func anAlarmThatIsLeftCanBeCleared(_ factory: SpoolFactory) async throws {
    try await factory.with { store, clock, heard in
      try await store.keep(arrival(event("1")))
      let delivery = heard.deliveries[0]
      _ = try await store.commit(Batch(alarms: [.set(Alarm(kind: .delivery, ref: delivery.id, due: clock.now))]))
      try await store.settle(Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead, fault: .rejected))
      _ = try await store.commit(Batch(alarms: [.clear(.delivery, ref: delivery.id)]))
      #expect(try await store.nextAlarm(.delivery) == nil)
      // And of one that has ended none is set.
      _ = try await store.commit(Batch(alarms: [.set(Alarm(kind: .delivery, ref: delivery.id, due: clock.now))]))
      #expect(try await store.nextAlarm(.delivery) == nil)
    }
  }
}
