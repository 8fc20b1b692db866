import Bellhop
import Store
import TestSupport
import Testing

@testable import Courier

/// Messages that change an earlier one where it stands.
@Suite struct UpdateTests {
  private static let place = Destination(transport: "chat", target: Target(["channel": "#ops", "update_by": "subject"]))

  private func way(_ transport: any Transport, changes: Bool = true) -> ConfiguredTransport {
    ConfiguredTransport(name: "chat", kind: "test", transport: transport, changes: changes, policy: Policy())
  }

  private func post(
    _ desk: Desk, _ id: String, subject: String, _ alert: Alert = .normal, to place: Destination = place, asking: Int64? = nil
  ) async throws {
    var words: Rendering?
    if let asking {
      words = Rendering()
      words?.acknowledges = asking
    }
    let event = Event(id: id, sender: "s", source: "s", subject: subject, time: desk.clock.wall)
    let plan = Plan(deliveries: [PlannedDelivery(destination: place, role: "devops", alert: alert, rendering: words)])
    _ = try await desk.spool.commit(Batch(arrivals: [Arrival(event: event, plan: plan)]))
  }

  @Test func aLaterMessageChangesTheEarlierOne() async throws {
    let transport = ScriptedTransport { call in
      .delivered(Receipt(id: "ts-\(call.message.id)", anchor: "C1/\(call.message.id)", note: "200"))
    }
    try await Desk(roster(way(transport))).open { desk in
      for (id, subject) in [("1", "ada@example.com"), ("2", "ada@example.com"), ("3", "bob@example.com"), ("4", "ada@example.com")] {
        try await post(desk, id, subject: subject)
      }
      await desk.settled.count(4)
      #expect(transport.calls.all.map(\.attempt.changes) == [nil, "C1/test-1", nil, "C1/test-1"])
      // Neither whom it was about nor where may stand in a key.
      let kept = try await desk.spool.states(prefix: "update/")
      #expect(kept.count == 2 && kept.keys.allSatisfy { !$0.contains("example") && !$0.contains("#ops") }, "\(kept.keys)")
      #expect(kept.values.map { String(decoding: $0, as: UTF8.self) }.sorted() == ["normal C1/test-1", "normal C1/test-3"])
      let notes = desk.settled.all.compactMap { settlement -> String? in
        if case .delivered(let receipt)? = settlement.attempt?.outcome { receipt.note } else { nil }
      }
      #expect(notes == ["200", "200, changed in place", "200", "200, changed in place"])
    }
  }

  /// Somebody removed the earlier message: people are told all the same, and from then on the new one is changed.
  @Test func whereItIsGoneANewOneIsSent() async throws {
    let transport = ScriptedTransport { call in
      call.attempt.changes == "ts-test-1"
        ? .refused(Fault(.rejected, "message_not_found")) : .delivered(Receipt(id: "ts-\(call.message.id)"))
    }
    try await Desk(roster(way(transport))).open { desk in
      for id in ["1", "2", "3"] { try await post(desk, id, subject: "db1") }
      await desk.settled.count(3)
      #expect(transport.calls.all.map(\.attempt.changes) == [nil, "ts-test-1", nil, "ts-test-2"])
      #expect(desk.settled.all.allSatisfy { $0.state == .delivered })
    }
  }

  @Test func whatNobodyWouldTakeIsNotSentTwice() async throws {
    let transport = ScriptedTransport { call in
      call.attempt.changes == nil ? .delivered(Receipt(id: "ts")) : .refused(Fault(.unauthorized, "invalid_auth"))
    }
    try await Desk(roster(way(transport))).open { desk in
      for id in ["1", "2"] { try await post(desk, id, subject: "db1") }
      await desk.settled.count(2)
      #expect(transport.calls.all.count == 2 && desk.settled.all[1].state == .dead)
    }
  }

  /// A change rings nobody: what is louder than what stands there is sent as a new message.
  @Test func whatIsLouderIsSentAnew() async throws {
    let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
    try await Desk(roster(way(transport))).open { desk in
      for (id, alert) in [("1", Alert.loud), ("2", .loud), ("3", .quiet), ("4", .normal), ("5", .quiet), ("6", .loud)] {
        try await post(desk, id, subject: "db1", alert)
      }
      await desk.settled.count(6)
      #expect(transport.calls.all.map(\.attempt.changes) == [nil, "ts-test-1", "ts-test-1", nil, "ts-test-4", nil])
    }
  }

  /// What is told until somebody acknowledges it rings each time; the word that somebody has stands in the place of the last.
  @Test func whatAsksForAnAnswerIsSentAnew() async throws {
    let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
    try await Desk(roster(way(transport))).open { desk in
      for id in ["1", "2", "3"] { try await post(desk, id, subject: "db1", .loud, asking: 1) }
      try await post(desk, "4", subject: "db1", .quiet)
      await desk.settled.count(4)
      #expect(transport.calls.all.map(\.attempt.changes) == [nil, nil, nil, "ts-test-3"])
    }
  }

  /// Also where nobody said `update_by`: of two problems each has its own answer, and what asks is never changed by what asks.
  @Test func anAnswerStandsInThePlaceOfTheQuestion() async throws {
    let plain = Destination(transport: "chat", target: Target(["channel": "#ops"]))
    func answer(_ desk: Desk, _ id: String, to asked: Int64) async throws {
      let event = Event(
        id: id, sender: Event.gateway, source: Event.gateway, type: Delivery.acknowledged, time: desk.clock.wall,
        data: ["event": .int(asked)])
      let plan = Plan(deliveries: [PlannedDelivery(destination: plain, role: "devops", alert: .quiet)])
      _ = try await desk.spool.commit(Batch(arrivals: [Arrival(event: event, plan: plan)]))
    }
    let places: [String?] = ["ts-test-3", "ts-test-2"]
    for (changes, expected) in [(true, [nil, nil, nil, nil] + places), (false, [nil, nil, nil, nil, nil, nil])] {
      let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
      try await Desk(roster(way(transport, changes: changes))).open { desk in
        try await post(desk, "1", subject: "db1", .loud, to: plain, asking: 1)
        try await post(desk, "2", subject: "db2", .loud, to: plain, asking: 2)
        try await post(desk, "3", subject: "db1", .loud, to: plain, asking: 1)
        try await post(desk, "4", subject: "db1", .quiet, to: plain)
        try await answer(desk, "5", to: 1)
        try await answer(desk, "6", to: 2)
        await desk.settled.count(6)
        #expect(transport.calls.all.map(\.attempt.changes) == expected)
      }
    }
  }

  @Test func itIsKeptOverARestart() async throws {
    let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
    let first = Desk(roster(way(transport)))
    try await first.open { desk in
      try await post(desk, "1", subject: "db1")
      await desk.settled.count(1)
    }
    try await Desk(roster(way(transport)), over: first.spool.store).open { desk in
      try await post(desk, "2", subject: "db1")
      await desk.settled.count(1)
    }
    #expect(transport.calls.all.map(\.attempt.changes) == [nil, "ts-test-1"])
  }

  /// An event without the value, and a kind that cannot or does it by a key of its own.
  @Test func whereThereIsNothingToChange() async throws {
    let transport = ScriptedTransport { call in .delivered(Receipt(id: "ts-\(call.message.id)")) }
    let by = Destination(transport: "chat", target: Target(["update_by": "data.order"]))
    try await Desk(roster(way(transport))).open { desk in
      for id in ["1", "2"] { try await post(desk, id, subject: "db1", to: by) }
      await desk.settled.count(2)
    }
    try await Desk(roster(way(transport, changes: false))).open { desk in
      for id in ["3", "4"] { try await post(desk, id, subject: "db1") }
      await desk.settled.count(2)
      #expect(try await desk.spool.states(prefix: "update/").isEmpty)
    }
    #expect(transport.calls.all.allSatisfy { $0.attempt.changes == nil })
  }

  @Test func whatIsKeptIsRead() {
    for alert in Alert.allCases {
      let standing = StandingMessage(alert: alert, anchor: "C1/15 03")
      #expect(StandingMessage(standing.bytes) == standing)
    }
    for text in ["", "loud", "shrill x", "loud"] { #expect(StandingMessage(Array(text.utf8)) == nil) }
  }
}
