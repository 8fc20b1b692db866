import Bellhop
import Store
import Testing

/// Holds what comes by the event's type and lets it go as the type of the window's first event says.
private struct Holding: Decider {
  static let due = Timestamp(seconds: 1_800_000_600)

  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    guard arrival.event.type != "told" else { return Decision(plan: arrival.wish.plan) }
    var plan = arrival.wish.plan
    for index in plan.deliveries.indices {
      plan.deliveries[index].state = .held
      plan.deliveries[index].window = 7
      plan.deliveries[index].note = "held by a test"
    }
    let isFirst = states.state("first") == nil
    return Decision(
      plan: plan,
      consequences: Consequences(
        alarms: isFirst ? [.set(Alarm(kind: .window, ref: 7, due: Self.due))] : [],
        states: isFirst ? ["first": StateValue(Array(String(turn.sequence).utf8))] : [:]))
  }

  func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    let first = states.state("first").flatMap { Int64(String(decoding: $0.bytes, as: UTF8.self)) }.flatMap(states.event)
    let end: Release.End =
      switch first?.event.type {
      case "line": .line(notBefore: nil)
      case "later": .line(notBefore: turn.received + .seconds(60))
      case "window": .window(8, note: "held on")
      default: .ended(.folded, note: "told with others")
      }
    let told = Event(id: "w\(window.ref)", sender: "bellhop", source: "bellhop", type: "told", time: turn.received, text: "told")
    let plan = Plan(deliveries: [PlannedDelivery(destination: Destination(transport: "chat"), role: "devops")])
    return Consequences(
      states: ["first": nil], releases: [Release(window: 7, end: end)], emitted: [Arrival(event: told, plan: plan)])
  }
}

/// What every ``Spool`` keeps of windows: what they hold stands in no line, and their end is committed with all that comes of it, once.
@Suite struct WindowContractTests {
  private func batch() -> Batch { Batch(due: [Alarm(kind: .window, ref: 7, due: Holding.due)]) }

  private func line(_ store: any Spool) async throws -> [String] {
    var types: [String] = []
    for destination in try await store.heads().map(\.destinationID) {
      types += try await store.waiting(for: [destination], after: 0, limit: 10).map(\.event.type)
    }
    return types.sorted()
  }

  /// Who is forgotten is not told of when the window ends.
  @Test(arguments: SpoolFactory.all) func whatIsHeldCanBeForgotten(_ factory: SpoolFactory) async throws {
    try await factory.with(deciding: Holding()) { store, clock, heard in
      try await store.keep(arrival(event("1", type: "line", subject: "anna")), arrival(event("2", type: "line", subject: "bert")))
      #expect(try await store.forget(subject: "anna", limit: .max) == 1)
      clock.now = Holding.due
      _ = try await store.commit(batch())
      #expect(heard.deliveries.map(\.event.subject).filter { $0 == "anna" }.isEmpty)
      #expect(try await store.event(sequence: 1)?.deliveries.map(\.state) == [.dead])
    }
  }

  @Test(arguments: SpoolFactory.all, ["line", "later", "window", "folded"])
  func aWindowEnds(_ factory: SpoolFactory, _ type: String) async throws {
    try await factory.with(deciding: Holding()) { store, clock, heard in
      try await store.keep(arrival(event("1", type: type)), arrival(event("2", type: type)))
      #expect(heard.deliveries.isEmpty)
      #expect(try await line(store).isEmpty)
      // Not due yet.
      clock.now = Holding.due - .seconds(1)
      _ = try await store.commit(batch())
      #expect(try await store.nextAlarm(.window) == Holding.due)
      clock.now = Holding.due
      _ = try await store.commit(batch())
      _ = try await store.commit(batch())
      #expect(try await store.nextAlarm(.window) == nil)
      #expect(heard.commits.flatMap(\.arrivals).filter { $0.event.type == "told" }.count == 1, "once")
      #expect(try await line(store) == (type == "line" ? ["line", "line", "told"] : ["told"]))
      #expect(try await store.nextAlarm(.delivery) == (type == "later" ? Holding.due + .seconds(60) : nil))
      let waits = heard.deliveries.count
      let ready = heard.deliveries.filter { $0.event.type == type }.map(\.ready)
      #expect(ready.allSatisfy { $0 >= Holding.due }, "what was held is as young as its release")
      #expect(waits == (type == "line" || type == "later" ? 3 : 1))
      let ended = heard.commits.flatMap(\.settlements).filter { $0.state == .folded }.map(\.note)
      #expect(ended == (type == "folded" ? ["told with others", "told with others"] : []))
    }
  }
}
