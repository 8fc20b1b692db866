import Bellhop
import Pacing
import Store
import Testing
import Web

@testable import Gateway

/// Silences over a store.
@Suite struct SilenceTests {
  private static let yaml = """
    transports: { log: { use: stdout } }
    roles: { ops: [{ name: trouble, match: { type: "server.**" }, to: log }], people: [{ match: { type: "user.*" }, to: log }] }

    """

  private func request(_ filter: String?, _ change: (inout SilenceRequest) -> Void = { _ in }) -> SilenceRequest {
    var request = SilenceRequest()
    request.filter = filter
    request.length = .seconds(3_600)
    request.who = "jane"
    request.why = "a deploy"
    change(&request)
    return request
  }

  @Test func theirLife() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "server.down"), someEvent("2", type: "user.registered")])
      let made = try await parts.hands.silence(.add(request("type:server.*"))).get()
      #expect(made["id"] == 1 && made["state"] == "active" && made["hits"] == 0)
      #expect(made["matched"] == ["events": 1, "of": 2])
      let narrow = try await parts.hands.silence(.add(request("type:server.*") { $0.role = "ops" })).get()
      #expect(narrow["id"] == 2 && narrow["matched"] == ["events": 1, "of": 1])
      _ = try await parts.ledger.commit(Batch(states: [SilenceHits.key(of: 1): SilenceHits(count: 3, last: fixture.wall()).value]))
      var longer = SilenceRequest()
      longer.extend = .seconds(60)
      #expect(try await parts.hands.silence(.edit(2, longer)).get()["until"] == "2027-01-15T09:01:00.000Z")
      #expect(try await parts.hands.silence(.end(2)).get()["state"] == "ended")
      let all = try #require(try await parts.insight.silences()["silences"]?.array)
      #expect(all.map { $0["id"] } == [1, 2] && all.map { $0["hits"] } == [3, 0])
      let missing = await parts.hands.silence(.end(9))
      #expect(missing == .failure(OperationFault(.unknown, "there is no silence 9")))
      // A month later both are gone, and what they hit too.
      fixture.advance(.seconds(40 * 86_400))
      #expect(try await parts.insight.silences() == ["silences": []])
      _ = try await parts.hands.silence(.add(request("type:x"))).get()
      #expect(try await parts.ledger.states(prefix: SilenceHits.prefix).isEmpty)
      #expect(try await parts.insight.silences()["silences"]?.array?.map { $0["id"] } == [3])
    }
  }

  /// Two people at a time: none is lost.
  @Test func changesStandInLine() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<20 { group.addTask { _ = await parts.hands.silence(.add(request("type:t\(number)"))) } }
      }
      let all = try #require(try await parts.insight.silences()["silences"]?.array)
      #expect(Set(all.map { $0["id"]?.int }).count == 20 && Set(all.map { $0["filter"]?.string }).count == 20)
    }
  }

  @Test func whoIsForgottenIsForgottenHereToo() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.hands.silence(.add(request("subject:ada@example.com"))).get()
      _ = try await parts.hands.forget("ada@example.com", limit: .max).get()
      let left = try await parts.insight.silences()["silences"]?.array?.first
      #expect(left?["state"] == "ended" && left?["filter"] == "subject:\"•••\"")
      let kept = try await parts.ledger.state(SilenceList.key) ?? []
      let text = String(decoding: kept, as: UTF8.self)
      #expect(!text.isEmpty && !text.contains("ada@"))
    }
  }

  @Test func mistakesNameTheirPlace() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      func fault(_ request: SilenceRequest) async -> OperationFault? {
        if case .failure(let fault) = await parts.hands.silence(.add(request)) { fault } else { nil }
      }
      let grammar = await fault(request("tpye:a"))
      #expect(grammar?.place == RequestPlace("/filter", offset: 0, caret: "tpye:a\n^^^^") && grammar?.kind == .wrong)
      #expect(await fault(request("a") { $0.role = "opps" })?.line == "there is no role opps; did you mean ops?")
      #expect(await fault(request("a role:xyz"))?.line == "there is no role xyz; there are ops or people")
      #expect(await fault(request("a row:troubel"))?.place?.field == "/filter")
      #expect(await fault(request("a") { $0.row = "gone" })?.line == "there is no row gone; there are trouble")
      #expect(await fault(request(""))?.place?.field == "/filter")
      #expect(await fault(request("") { $0.all = true }) == nil)
    }
  }

  @Test func explainTellsWhatIsHeldBack() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      let event = someEvent("1", type: "server.down")
      #expect(await parts.insight.explain(event, at: nil)["silenced"] == nil)
      _ = try await parts.hands.silence(.add(request("type:server.*"))).get()
      let held = await parts.insight.explain(event, at: nil)
      #expect(held["silenced"]?.array?.first?["row"] == "trouble" && held["silenced"]?.array?.first?["silence"] == 1)
      #expect(
        held["text"]?.string?.hasSuffix(
          "\nheld back by a silence\n  ✗ ops, trouble: silence 1 by jane until 2027-01-15T09:00:00.000Z: a deploy\n") == true)
      #expect(await parts.insight.explain(event, at: fixture.wall() + .seconds(3_600))["silenced"] == nil)
      #expect(await parts.insight.explain(someEvent("2", type: "user.registered"), at: nil)["silenced"] == nil)
      let shown = try #require(try await parts.insight.silences()["silences"]?.array)
      let loaded = Gateway.load(fixture.path)
      let asked = try #require(Gateway.explain(loaded, event: ["type": "server.down"], from: nil, at: fixture.wall(), silences: shown))
      let offline = try asked.get()
      #expect(offline.text.contains("✗ ops, trouble: silence 1 by jane") && offline.json["silenced"] != nil)
    }
  }
}
