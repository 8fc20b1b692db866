import Bellhop
import ServiceLifecycleTestKit
import Testing

@testable import Web

@Suite struct ShutdownTests {
  @Test func whatIsUnderWayIsAnsweredAndTheRestEnds() async throws {
    let desk = FakeDesk()
    let site = Site(settings: SiteSettings(port: 0), desk: desk, logger: quietLogger, now: wallClock)
    let opened = AsyncStream<Int>.makeStream()
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await site.run { opened.continuation.yield($0) } }
        var ports = opened.stream.makeAsyncIterator()
        let port = try #require(await ports.next())
        desk.gate.close()
        async let answer = onThread { try Wire(port: port).post(#"{"text":"a"}"#) }
        await desk.gate.somebodyWaits()
        async let idle = onThread {
          let wire = try Wire(port: port)
          let health = try wire.ask("GET", "/healthz")?.status
          trigger.triggerGracefulShutdown()
          return (health, try wire.rest())
        }
        let (health, rest) = try await idle
        #expect(health == 200 && rest == "")
        desk.gate.open()
        #expect(try await answer?.status == 202)
        try await group.waitForAll()
      }
      #expect(throws: Wire.Broken.self) { try Wire(port: site.port ?? 0) }
    }
  }

  /// Connections come while the server goes: none is dropped unended, which would stop the process.
  @Test func cancelledWhileConnectionsCome() async throws {
    for _ in 0..<30 {
      try await withSite { running in
        try await onThread {
          var wires: [Wire] = []
          for _ in 0..<8 { wires.append(try Wire(port: running.port)) }
          #expect(wires.count == 8)
        }
      }
    }
  }
}
