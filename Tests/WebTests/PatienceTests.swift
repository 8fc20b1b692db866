import Bellhop
import Senders
import Store
import Testing

@testable import Web

@Suite struct PatienceTests {
  static let short = SiteSettings(limits: SiteLimits(bodyTime: .milliseconds(300), idleTime: .milliseconds(300)))

  @Test func aSlowBodyIsTold() async throws {
    try await withSite(Self.short) { running in
      let answer = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        wire.patience(20)
        // Never idle, never done: each byte is in time, the whole is not.
        while wire.send(" ") {
          if let answer = try? wire.answer() { return answer as Wire.Answer? }
        }
        return nil
      }
      #expect(answer?.status == 408 && answer?.headers["connection"] == "close")
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test func aSlowHeadIsCutOff() async throws {
    try await withSite(Self.short) { running in
      let ended = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        wire.patience(20)
        for _ in 0..<500 {
          guard wire.send("x") else { return true }
          if (try? wire.answer()) != nil { return true }
          if let rest = try? wire.rest(), rest.isEmpty { return true }
        }
        return false
      }
      #expect(ended)
    }
  }

  @Test func idleConnectionsEnd() async throws {
    try await withSite(Self.short) { running in
      try await onThread {
        let fresh = try Wire(port: running.port)
        let used = try Wire(port: running.port)
        #expect(try used.post(#"{"text":"a"}"#)?.status == 202)
        #expect(try fresh.rest() == "" && used.rest() == "")
      }
    }
  }

  /// The desk's own time is not the client's fault.
  @Test func aSlowDeskIsWaitedFor() async throws {
    try await withSite(Self.short) { running in
      running.desk.gate.close()
      async let answer = onThread { try Wire(port: running.port).post(#"{"text":"a"}"#) }
      await running.desk.gate.somebodyWaits()
      // Another connection idles out meanwhile: as much time has passed as the limits have.
      let rest = try await onThread { try Wire(port: running.port).rest() }
      #expect(rest == "")
      running.desk.gate.open()
      #expect(try await answer?.status == 202)
    }
  }

  @Test func answersThatNobodyTakesAreDropped() async throws {
    try await withSite(Self.short) { running in
      let text = String(repeating: "x", count: 1 << 20)
      let event = HistoryEvent(
        sequence: 1, received: Timestamp(seconds: 0),
        event: Event(id: "a", sender: "s", source: "s", time: Timestamp(seconds: 0), text: text),
        fate: .planned, note: nil)
      running.desk.set { $0.pages = Array(repeating: event, count: 8) }
      try await onThread {
        let wire = try Wire(port: running.port, receiveBuffer: 4_096)
        wire.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try wire.begins())
        // As long as a connection that does nothing lives, three times over.
        for _ in 0..<3 { #expect(try Wire(port: running.port).rest() == "") }
        #expect(try wire.rest().utf8.count < 8 << 20)
      }
    }
  }

  @Test func connectionsAreCapped() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(connections: 2))) { running in
      try await onThread {
        var first: Wire? = try Wire(port: running.port)
        let second = try Wire(port: running.port)
        #expect(try first?.post(#"{"text":"a"}"#)?.status == 202 && second.post(#"{"text":"b"}"#)?.status == 202)
        let third = try Wire(port: running.port)
        third.patience(200)
        #expect(throws: Wire.Broken.self) { try third.post(#"{"text":"c"}"#) }
        #expect(running.desk.events.count == 2)
        first = nil
        third.patience(10_000)
        #expect(try third.answer()?.status == 202)
      }
    }
  }
}
