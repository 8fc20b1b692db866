import Bellhop
import Store
import Testing

@testable import Courier
@testable import Gateway
@testable import Ledger
@testable import Web

/// The gateway's parts as the web asks them.
@Suite struct SlicesTests {
  @Test func readyTellsWhyNothingCanBeKept() {
    let why = Guarded<String?>(nil)
    let readiness = Readiness { why.withLock { $0 } }
    #expect(readiness.why == "starting or stopping")
    readiness.open()
    #expect(readiness.why == nil)
    why.withLock { $0 = "the disk is full" }
    #expect(readiness.why == "the disk is full")
    readiness.shut()
    #expect(readiness.why == "starting or stopping", "that comes first")
  }

  @Test func whatIsAcceptedIsKeptWhenTheCallComesBack() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      #expect(try await parts.accept([someEvent("a"), someEvent("a")]).map(\.duplicate) == [false, true])
      let kept = try await parts.ledger.event(id: "a") as HistoryEvent?
      #expect(kept?.event.type == "x.y" && kept?.deliveries.map(\.role) == ["ops"], "by the tables in force")
      #expect(fixture.lines.withLock { $0 }.isEmpty)
      _ = try await parts.accept([someEvent("a", text: "another")])
      #expect(fixture.lines.withLock { $0 } == ["warning the same event id came again with another body; the first one stands"])
    }
  }

  /// While apps are refused for want of room, what they are refused for is still kept.
  @Test func bellhopsOwnIsKeptWhereAppsAreRefused() async throws {
    try await GatewayFixture().run(Ledger.Options(freeFraction: { 0.01 })) { parts in
      await #expect(throws: SpoolError.self) { _ = try await parts.accept([someEvent("a")]) }
      try await parts.acceptor.tell(someEvent("b", type: "bellhop.store.low"))
      #expect(try await parts.ledger.event(id: "b") as HistoryEvent? != nil)
    }
  }

  @Test func insightReadsAndChangesNothing() async throws {
    try await GatewayFixture().run { parts in
      let insight = parts.insight
      #expect(await insight.ready() == "starting or stopping")
      #expect(await insight.metrics().contains("bellhop_ready 0\n"))
      parts.readiness.open()
      // Nobody runs the courier here, so that what waits is not known.
      #expect(await insight.ready() == "what waits is being read")
      let explained = await insight.explain(someEvent("a"), at: nil)
      #expect(explained["text"]?.string?.contains("ops") == true)
      let kept = try await parts.ledger.event(id: "a") as HistoryEvent?
      #expect(kept == nil)
    }
  }

  @Test func operationsSayWhoseFaultItIs() async throws {
    try await GatewayFixture().run { parts in
      let hands = parts.hands
      func kind(_ result: Result<JSON, OperationFault>) -> OperationFault.Kind? {
        if case .failure(let fault) = result { fault.kind } else { nil }
      }
      #expect(kind(await hands.ring("nobody", text: nil)) == .unknown)
      #expect(kind(await hands.lane("log", .resume)) == .later, "the courier does not run")
      _ = try await parts.accept([
        Event(id: "a", sender: "s", source: "s", type: "t", subject: "ada", time: Timestamp(seconds: 0), text: "x")
      ])
      #expect(try await hands.forget("ada", limit: 10).get() == 1)
      for (error, kind) in [
        (CourierError.unknownLane("a"), .unknown), (.beingDropped("a"), .conflict), (.spool(.full("")), .later),
        (.spool(.failing("")), .later),
        (.spool(.broken("")), .failed),
      ] as [(CourierError, OperationFault.Kind)] {
        #expect(OperationFault(error).kind == kind)
      }
    }
  }
}

/// What the listeners are told of a configuration.
@Suite struct SiteSettingsTests {
  private func settings(_ server: String) throws -> SiteSettings {
    let fixture = try GatewayFixture("server: \(server)\n" + GatewayFixture.rows)
    let loaded = Gateway.load(fixture.path)
    return SiteSettings(try #require(loaded.configuration, "\(loaded.mistakes)"), socket: nil)
  }

  /// A body as large as the limits allow must find room.
  @Test(arguments: [
    ("{}", 64 << 20), ("{ limits: { body: 1GiB } }", 2 << 30), ("{ limits: { ndjson: 100MiB } }", 200 << 20),
    ("{ limits: { body: 2MiB, ndjson: 1MiB } }", 64 << 20),
  ])
  func thePurseGrowsWithTheLimits(server: String, memory: Int) throws { #expect(try settings(server).limits.memory == memory) }

  @Test(arguments: [("{}", false), ("{ public_url: \"https://bellhop.example.com\" }", true)])
  func aPublicAddressIsKnownToTheDoor(server: String, isKnown: Bool) throws { #expect(try settings(server).hasPublicName == isKnown) }
}
