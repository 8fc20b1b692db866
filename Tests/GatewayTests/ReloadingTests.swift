import Bellhop
import Store
import Testing

@testable import Courier
@testable import Gateway
@testable import Ledger
@testable import Web

/// A reload changes everything or nothing, and can be asked about before.
@Suite struct ReloadingTests {
  private static let other = GatewayFixture.rows.replacing("log", with: "paper")

  @Test func aGoodFileIsInForce() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let told = Guarded<[Int]>([])
      parts.reloading.onReload { assembly in told.withLock { $0.append(assembly.generation) } }
      try fixture.write(Self.other)
      let answer = try await parts.reloading.reload().get()
      #expect(answer["text"]?.string == "+ transport paper\n- transport log\n~ role ops: row 1: to", "\(answer)")
      #expect(parts.inForce.assembly.roster.ways.keys.sorted() == ["paper"] && told.withLock { $0 } == [1])
      _ = try await parts.accept([someEvent("a")])
      let kept = try await parts.ledger.event(id: "a") as HistoryEvent?
      #expect(kept?.deliveries.map(\.destination.transport) == ["paper"], "the tables are swapped as well")
      #expect(fixture.lines.withLock { $0 } == ["info the new configuration is in force"])
    }
  }

  @Test func aBadFileChangesNothingAndIsAnEvent() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      parts.reloading.onReload { _ in Issue.record("nobody is to hear of it") }
      try fixture.write(Self.other + "nonsense: 1\n")
      guard case .failure(let fault) = await parts.reloading.reload() else { return #expect(Bool(false)) }
      #expect(fault.kind == .wrong && fault.mistakes.count == 1 && fault.mistakes.first?.contains("nonsense") == true)
      #expect(parts.inForce.assembly.generation == 0 && parts.inForce.assembly.roster.ways.keys.sorted() == ["log"])
      let told = fixture.heard.withLock { $0 }.flatMap(\.arrivals).map(\.event)
      #expect(told.map(\.type) == ["bellhop.config.rejected"] && told.first?.data["mistakes"]?.array?.count == 1)
      #expect(fixture.lines.withLock { $0 } == ["error the new configuration is rejected; the old one stays in force"])
    }
  }

  /// What waits for a place that would be gone is counted; nothing is changed, kept, told or logged.
  @Test func theDifferenceIsToldBefore() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      parts.reloading.onReload { _ in Issue.record("nothing is adopted") }
      #expect(try await parts.reloading.difference().get()["changes"]?.array?.isEmpty == true)
      _ = try await parts.accept([someEvent("a"), someEvent("b")])
      let commits = fixture.heard.withLock { $0.count }
      #expect(try await parts.reloading.difference().get()["changes"]?.array?.isEmpty == true, "what waits is no change")
      try fixture.write(Self.other)
      let answer = try await parts.reloading.difference().get()
      #expect(
        answer["changes"]?.array?.compactMap(\.string) == [
          "+ transport paper", "- transport log", "~ role ops: row 1: to",
          "! 2 deliveries for log would have no place any more and end as dead (misconfigured); `bellhop dead retry` when they have.",
        ])
      #expect(answer["file"]?.string == SocketNote.whole(fixture.path))
      try fixture.write(Self.other + "nonsense: 1\n")
      let wrong = try await parts.reloading.difference().get()
      #expect(wrong["changes"] == nil && wrong["mistakes"]?.array?.count == 1)
      #expect(
        parts.inForce.assembly.generation == 0 && fixture.heard.withLock { $0.count } == commits && fixture.lines.withLock { $0 }.isEmpty)
    }
  }
}
