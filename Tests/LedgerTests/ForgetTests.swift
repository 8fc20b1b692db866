import Bellhop
import Foundation
import Store
import Testing

@testable import Ledger

@Suite struct ForgetTests {
  /// Which of the words stand anywhere in the files of a folder.
  private func found(_ words: [String], in folder: String) throws -> [String] {
    var bytes = Data()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      bytes += try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    return words.filter { bytes.range(of: Data($0.utf8)) != nil }
  }

  @Test func theBytesAreGoneFromEveryFile() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    let words = ["anna-subject@example.com", "anna-text", "anna-data", "anna-rendering", "anna-note", "anna-receipt"]
    let filler = String(repeating: "lorem ipsum ", count: 400)
    for index in 0..<60 {
      // Some rows fit a page and some need pages of their own.
      let isAnna = index.isMultiple(of: 3)
      let tail = index.isMultiple(of: 2) ? filler : ""
      try await ledger.keep(
        arrival(
          "\(index)", subject: isAnna ? words[0] : "bert", text: (isAnna ? words[1] : "bert-text") + tail,
          data: ["who": .string(isAnna ? words[2] : "bert-data"), "more": .string(tail)],
          rendering: Rendering(text: Text([.text((isAnna ? words[3] : "bert") + tail)]))))
      let delivery = try #require(fixture.deliveries.last)
      if index.isMultiple(of: 4) {
        _ = try await ledger.commit(Batch(settlements: [delivered(delivery, note: isAnna ? words[5] : "bert")]))
      } else if index.isMultiple(of: 5) {
        _ = try await ledger.commit(
          Batch(settlements: [
            Settlement(delivery: delivery.id, event: delivery.sequence, state: .dead, note: isAnna ? words[4] : "bert", fault: .rejected)
          ]))
      }
    }
    #expect(try found(words, in: fixture.folder.path) == words)
    #expect(try await ledger.forget(subject: words[0], limit: .max) == 20)
    #expect(try found(words, in: fixture.folder.path) == [])
    #expect(try await ledger.search(HistoryQuery(subject: "bert", limit: 100)).events.count == 40)
    #expect(try await ledger.search(HistoryQuery(type: "a.b", limit: 100)).events.count == 40)
    let husk = try #require(try await ledger.event(sequence: 1))
    #expect(husk.event.subject == nil && husk.event.text == "" && husk.deliveries[0].attempts.map(\.line.count) == [12])
    await ledger.close()
    #expect(try found(words, in: fixture.folder.path) == [])
  }

  /// A target made of the event names the person as well: in the lane of an attempt, in the table of destinations, in Bellhop's own
  /// event about the death.
  @Test func targetsMadeOfTheEventAreForgotten() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    func direct(_ who: String) -> Destination {
      Destination(channel: "direct", among: ["chat"], transport: "chat", target: Target(["channel": .string("@\(who)")]))
    }
    for (id, who) in [("1", "anna"), ("2", "bert"), ("3", "anna")] {
      var one = arrival(id, subject: "\(who)@x")
      one.wish.plan.deliveries = [PlannedDelivery(destination: direct(who), role: "r", fallback: [direct("\(who)-fallback")])]
      try await ledger.keep(one)
    }
    let all = fixture.deliveries
    for delivery in all.prefix(2) {
      var settlement = delivered(delivery)
      settlement.attempt?.lane = "chat \(delivery.destination.target)"
      _ = try await ledger.commit(Batch(settlements: [settlement]))
    }
    for delivery in all.prefix(2) {
      let name = delivery.destination.description
      let death = Event(
        id: "dead-\(delivery.id)", sender: "bellhop", source: "bellhop", type: Event.deathType, subject: name, time: Timestamp(seconds: 1),
        text: "a.b could not be delivered to \(name)", data: ["event": .int(delivery.sequence)])
      try await ledger.keep(Arrival(event: death, plan: Plan(deliveries: [])))
    }
    #expect(try found(["anna", "bert"], in: fixture.folder.path) == ["anna", "bert"])
    #expect(try await ledger.forget(subject: "anna@x", limit: .max) == 2)
    #expect(try found(["anna", "bert"], in: fixture.folder.path) == ["bert"])
    let told = try #require(try await ledger.event(sequence: 1)?.deliveries.first)
    #expect(told.destination.description == "direct" && told.state == .delivered)
    #expect(try await ledger.event(sequence: 3)?.deliveries.first?.state == .dead)
    #expect(try await ledger.event(sequence: 2)?.deliveries.first?.attempts.map(\.lane) == ["chat @bert"])
    #expect(try await ledger.search(HistoryQuery(type: Event.deathType)).events.map(\.event.subject) == ["direct @bert"])
    // What is still under way brings nothing back.
    var late = delivered(all[2])
    late.attempt?.lane = "chat @anna"
    _ = try await ledger.commit(Batch(settlements: [late]))
    await ledger.close()
    #expect(try found(["anna"], in: fixture.folder.path) == [])
  }

  /// What stands for many repeats their words, and so does what a watch noticed.
  @Test func whatWasSaidOfThemIsForgottenToo() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    for who in ["anna", "bert", "carl"] {
      let event = Event(
        id: who, sender: "s", source: "s", type: "a.b", subject: "\(who)@x", time: Timestamp(seconds: 1), text: "\(who) left")
      try await ledger.keep(Arrival(event: event, plan: Plan()))
    }
    for (id, events, text) in [
      ("digest-1", [1, 2] as JSON, "anna left, bert left"), ("watch-1", [1], "anna is gone"), ("digest-2", [2, 3], "bert and carl"),
    ] {
      let own = Event(
        id: id, sender: "bellhop", source: "bellhop", type: "bellhop.digest", time: Timestamp(seconds: 1), text: text,
        data: ["events": events])
      try await ledger.keep(Arrival(event: own, plan: Plan()))
    }
    #expect(try await ledger.forget(subject: "anna@x", limit: .max) == 1)
    #expect(try found(["anna"], in: fixture.folder.path) == [])
    #expect(try await ledger.search(HistoryQuery(type: "bellhop.digest")).events.map(\.event.text).contains("bert and carl"))
    await ledger.close()
  }

  /// An id may be made of an address, and so may a source. What was forgotten is still known when it is told again.
  @Test func idsAndSourcesAreForgotten() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    func signup(_ who: String) -> Arrival {
      let event = Event(
        id: "signup-\(who)@x", sender: "s", source: "people/\(who)", type: "a.b", subject: "\(who)@x", time: Timestamp(seconds: 1),
        text: "text")
      return Arrival(event: event, plan: Plan(deliveries: [PlannedDelivery(destination: money, role: "r")]))
    }
    try await ledger.keep(signup("anna"), signup("bert"))
    #expect(try found(["anna", "bert"], in: fixture.folder.path) == ["anna", "bert"])
    #expect(try await ledger.forget(subject: "anna@x", limit: .max) == 1)
    #expect(try found(["anna", "bert"], in: fixture.folder.path) == ["bert"])
    #expect(try await ledger.event(sequence: 1)?.event.id == "forgotten-1")
    #expect(try await ledger.event(id: "signup-anna@x") == nil)
    #expect(try await ledger.commit(Batch(arrivals: [signup("anna")])).map(\.duplicate) == [true])
    await ledger.close()
    #expect(try found(["anna"], in: fixture.folder.path) == [])
  }

  /// A call that was cut short is finished by the next one: also of what Bellhop itself has told meanwhile.
  @Test func deathsAreFoundByWhatWasForgotten() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1", subject: "anna"), arrival("2", subject: "bert"))
    _ = try await ledger.forget(subject: "anna", limit: 1)
    let deaths = (0..<2_500).map { number in
      let event = Event(
        id: "dead-\(number)", sender: "bellhop", source: "bellhop", type: Event.deathType,
        subject: "direct @\(number % 2 == 0 ? "anna" : "bert")",
        time: Timestamp(seconds: 1), text: "could not be delivered", data: ["event": .int(number % 2 == 0 ? 1 : 2)])
      return Arrival(event: event, plan: Plan(deliveries: []))
    }
    _ = try await ledger.commit(Batch(arrivals: deaths))
    #expect(try await ledger.forget(subject: "anna", limit: .max) == 0)
    #expect(try found(["@anna", "@bert"], in: fixture.folder.path) == ["@bert"])
    let left = try await ledger.search(HistoryQuery(type: Event.deathType, limit: 1_000)).events
    #expect(left.count == 1_000 && left.allSatisfy { $0.event.subject == "direct @bert" })
    await ledger.close()
  }

  @Test func anAttemptUnderWayLeavesNoLine() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1", subject: "anna"))
    let delivery = fixture.deliveries[0]
    #expect(try await ledger.forget(subject: "anna", limit: .max) == 1)
    _ = try await ledger.commit(Batch(settlements: [delivered(delivery, note: "told anna")]))
    let told = try #require(try await ledger.delivery(id: delivery.id))
    #expect(told.state == .dead && told.attempts.map(\.line) == [""])
    #expect(try await ledger.retry([delivery.id]) { _, _, _ in nil }.isEmpty)
    await ledger.close()
  }

  @Test func manyEventsAreForgottenInSteps() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    _ = try await ledger.commit(Batch(arrivals: (0..<450).map { arrival("\($0)", subject: "anna") }))
    #expect(try await ledger.forget(subject: "anna", limit: .max) == 450)
    #expect(await ledger.counts() == .init(waiting: 0, unclear: 0, dead: 450, queued: 0))
    await ledger.close()
  }
}
