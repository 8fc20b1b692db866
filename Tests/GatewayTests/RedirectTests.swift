import Bellhop
import Store
import Testing
import Web

@testable import Gateway

/// Dead letters that go elsewhere, and what the pages ask of the gateway.
@Suite struct RedirectTests {
  private static let yaml = """
    transports: { log: { use: stdout }, other: { use: stdout } }
    channels: { money: { log: {} }, ops: { other: {} } }
    roles:
      finance: [{ name: failed, match: { type: "pay.*" }, to: money, alert: loud, text: "Look: {{subject}}" }, { match: { type: "x.*" }, to: [money, ops] }]
    watches:
      - { name: stalled, after: { type: user.registered }, expect: { type: user.onboarded }, by: subject, within: 24h, emit: { type: user.stalled } }
      - { name: backup, expect: { type: job.done }, every: 24h, grace: 1h, emit: { type: backup.late } }

    """

  private func kill(_ id: Int64, _ sequence: Int64, _ parts: GatewayParts, note: String? = nil) async throws {
    _ = try await parts.ledger.commit(
      Batch(settlements: [Settlement(delivery: id, event: sequence, state: .dead, note: note, fault: .rejected)]))
  }

  @Test func theSameWordsGoToAnotherChannel() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([
        Event(id: "1", sender: "s", source: "s", type: "pay.failed", subject: "jane", time: Timestamp(seconds: 0), text: "")
      ])
      let first = try #require(try await parts.ledger.event(sequence: 1)?.deliveries.first)
      try await kill(first.id, 1, parts, note: "the channel is archived")
      fixture.advance(.seconds(86_400))
      #expect(try await parts.hands.redirect([first.id, 999], to: "ops").get() == RedirectReport(redirected: [first.id]))
      let all = try #require(try await parts.ledger.event(sequence: 1)?.deliveries)
      #expect(all.map(\.state) == [.dead, .waiting] && all[0].note == "the channel is archived; sent to ops by hand")
      #expect(all[1].destination.description == "ops" && all[1].role == "finance" && all[1].row == "failed" && all[1].alert == .loud)
      let waiting = try #require(try await parts.ledger.waiting(ids: [all[1].id]).first)
      #expect(waiting.rendering?.text != nil && waiting.ready == fixture.wall(), "it is not stale for being told late")
      // Once for each channel, however often somebody presses the button.
      #expect(try await parts.hands.redirect([first.id], to: "ops").get().redirected.isEmpty)
      #expect(try await parts.hands.redirect([first.id], to: "money").get().redirected == [first.id])
      #expect(try await parts.hands.redirect([first.id], to: "ops").get().redirected.isEmpty)
      guard case .failure(let fault) = await parts.hands.redirect([first.id], to: "opps") else {
        Issue.record("there is no such channel")
        return
      }
      #expect(fault.line == "there is no channel opps; did you mean ops?" && fault.place?.field == "/to")
      // What waits or was forgotten goes nowhere.
      #expect(try await parts.hands.redirect([all[1].id], to: "ops").get().redirected.isEmpty)
      _ = try await parts.hands.forget("jane", limit: 9).get()
      #expect(try await parts.hands.redirect([first.id, all[1].id], to: "money").get().redirected.isEmpty)
    }
  }

  @Test func rolesInWords() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "pay.failed"), someEvent("2", type: "x.y")])
      let role = try #require(try await parts.insight.roles()["roles"]?.array?.first)
      let rows = try #require(role["rows"]?.array)
      #expect(role["role"] == "finance" && rows.count == 2)
      #expect(
        rows[0]["match"] == "type pay.*" && rows[0]["to"] == ["money"] && rows[0]["alert"] == "loud" && rows[0]["sent"]?["today"] == 1)
      #expect(rows[1]["row"] == nil && rows[1]["to"] == ["money", "ops"] && rows[1]["sent"] == nil)
    }
  }

  @Test func watchesWithWhatTheyWaitFor() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.ledger.commit(Batch(begins: true))
      let events = ["a", "b"].map {
        Event(id: $0, sender: "s", source: "s", type: "user.registered", subject: $0, time: fixture.wall(), text: "")
      }
      _ = try await parts.accept(events)
      var watches = try #require(try await parts.insight.watches()["watches"]?.array)
      #expect(watches[0]["waits_for"] == "type user.onboarded within 1d after type user.registered, by subject")
      #expect(
        watches[0]["open"] == 2 && watches[0]["due"] == .string((fixture.wall() + .seconds(86_400)).rfc3339) && watches[0]["last"] == nil)
      #expect(watches[1]["open"] == 1 && watches[1]["due"] == .string((fixture.wall() + .seconds(90_000)).rfc3339))
      let alarm = try #require(try await parts.ledger.alarms(.window, dueBy: fixture.wall() + .seconds(86_400), after: nil, limit: 9).first)
      fixture.advance(.seconds(86_401))
      _ = try await parts.ledger.commit(Batch(due: [alarm]))
      watches = try #require(try await parts.insight.watches()["watches"]?.array)
      #expect(watches[0]["open"] == 1 && watches[0]["missed"] == 1 && watches[0]["last"] == .string(fixture.wall().rfc3339))
      #expect(watches[0]["event"]?.int == 3)
    }
  }

  @Test func aFilterIsCounted() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "pay.failed"), someEvent("2", type: "x.y")])
      #expect(try await parts.insight.matches("type:pay.*").get() == ["events": 1, "of": 2])
      guard case .failure(let fault) = await parts.insight.matches("tpye:a") else {
        Issue.record("there is no such key")
        return
      }
      #expect(fault.kind == .wrong && fault.place?.field == "/filter" && fault.place?.caret?.contains("^") == true)
      #expect(await parts.insight.outlets()["channels"]?.array?.map { $0["name"]?.string } == ["money", "ops"])
    }
  }

  /// What signs the cookies of those who are logged in is the store's, and stays.
  @Test func whatSignsSessionsOutlivesARestart() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    var words: [String] = []
    for _ in 0..<2 { try await fixture.run { parts in words.append(parts.insight.pseudonym(of: "session")) } }
    #expect(words[0] == words[1] && words[0].count == 32)
    let other = try GatewayFixture(Self.yaml)
    try await other.run { parts in #expect(parts.insight.pseudonym(of: "session") != words[0]) }
  }
}
