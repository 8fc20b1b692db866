import Bellhop
import Senders
import Store
import Testing

@testable import Web

@Suite struct HostileTests {
  /// What no client should send: an error or a hang-up, and nothing at the desk.
  @Test(
    arguments: [
      ("Content-Length: 5\r\nContent-Length: 6\r\n\r\n{\"text\":\"a\"}", [400]),
      ("Content-Length: -1\r\n\r\n", [400]),
      ("Content-Length: 99999999999999999999\r\n\r\n", [400, 413]),
      ("Content-Length: 0x10\r\n\r\n{\"text\":\"a\"}....", [400]),
      ("Content-Length: 12, 12\r\n\r\n{\"text\":\"a\"}", [400]),
      ("Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400, 422]),
      ("Transfer-Encoding: chunked\r\n\r\nzz\r\n{\"text\":\"a\"}\r\n0\r\n\r\n", [400]),
      ("Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", [400]),
      ("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello", [400]),
      ("Transfer-Encoding: gzip\r\n\r\nhello", [400, 501]),
      ("Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", [415]),
      ("Content-Type: image/png\r\nContent-Length: 3\r\n\r\nabc", [415]),
      ("X-\u{0}: a\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}", [400]),
      ("no colon\r\n\r\n", [400]),
      ("Content-Length: 0\r\n\r\n", [400]),
      ("\r\n", [400]),
    ] as [(String, [Int])])
  func malformed(rest: String, statuses: [Int]) async throws {
    try await withSite { running in
      let answer = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\n" + rest)
        return try wire.answer()
      }
      #expect(statuses.contains(answer?.status ?? 0), "\(answer?.status ?? 0) \(answer?.body ?? "")")
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test(arguments: [
    "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET http://[ HTTP/1.1\r\nHost: a b\r\n\r\n",
  ])
  func noHTTPAtAll(bytes: String) async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(bytes)
        wire.finish()
        if let answer = try wire.answer() { #expect((400..<500).contains(answer.status)) }
        #expect(try Wire(port: running.port).post(#"{"text":"a"}"#)?.status == 202)
      }
    }
  }

  @Test func unreadableBodies() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for body in [String(repeating: "[", count: 100_000), "{\"text\":\"\u{0}\"}", "{\"text\":", "{\"text\":1e999}", ""] {
          let answer = try wire.post(body)
          #expect(answer?.status == 400 && answer?.headers["connection"] == nil)
        }
        let bytes: [UInt8] =
          Array("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{\"text\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        wire.send(bytes)
        #expect(try wire.answer()?.status == 400)
      }
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test func tooLargeIsRefusedBeforeItIsSent() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(body: 1_000, lines: 2_000))) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
        #expect(try wire.answer()?.status == 413)
        #expect(try wire.rest() == "")
        let lines = #"{"text":"\#(String(repeating: "x", count: 1_500))"}"#
        #expect(try Wire(port: running.port).post(lines)?.status == 413)
        #expect(try Wire(port: running.port).post(lines, ["Content-Type": "application/x-ndjson"])?.status == 202)
      }
      #expect(running.desk.events.count == 1)
    }
  }

  @Test func chunksAreCountedWhileTheyCome() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(body: 200_000))) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "2710\r\n" + String(repeating: " ", count: 10_000) + "\r\n"
        wire.patience(1)
        var answer: Wire.Answer?
        while answer == nil, wire.send(chunk) { answer = (try? wire.answer()) ?? nil }
        #expect(answer?.status == 413 && answer?.headers["connection"] == "close")

        let fine = try Wire(port: running.port)
        fine.send(
          "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"text\":\r\n4\r\n\"a\"}\r\n0\r\n\r\n")
        #expect(try fine.answer()?.status == 202)
      }
      #expect(running.site.heldBytes == 0 && running.desk.events.map(\.text) == ["a"])
    }
  }

  @Test func continueIsSaidToThoseWhoAsk() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n")
        #expect(try wire.answer()?.status == 100)
        wire.send("{\"text\":\"a\"}")
        #expect(try wire.answer()?.status == 202)
        #expect(try wire.post(#"{"text":"b"}"#)?.status == 202)
      }
    }
  }

  @Test func largeBodiesShareOnePurse() async throws {
    let limits = SiteLimits(memory: 200_000)
    try await withSite(SiteSettings(limits: limits)) { running in
      let body = #"{"text":"a","data":{"x":"\#(String(repeating: "x", count: 220_000))"}}"#
      let part = 200_000
      try await onThread {
        let first = try Wire(port: running.port)
        let bytes = Array(body.utf8)
        first.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(bytes.count)\r\n\r\n")
        first.send(Array(bytes[..<part]))
        // It is held once it has been read: the condition that the rest of the test is about.
        while running.site.heldBytes < part - 65_536 {}
        let second = try Wire(port: running.port).post(body)
        #expect(second?.status == 503 && second?.headers["retry-after"] == "1")
        first.send(Array(bytes[part...]))
        #expect(try first.answer()?.status == 202)
        #expect(try Wire(port: running.port).post(body)?.status == 202)
      }
      #expect(running.site.heldBytes == 0)
    }
  }

  /// What waits for the disk takes as much room as what is still arriving.
  @Test func thePurseIsHeldUntilTheCommitHasAnswered() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(memory: 200_000))) { running in
      let body = #"{"text":"a","data":{"x":"\#(String(repeating: "x", count: 220_000))"}}"#
      running.desk.gate.close()
      async let first = onThread { try Wire(port: running.port).post(body) }
      await running.desk.gate.somebodyWaits()
      #expect(running.site.heldBytes > 150_000)
      let second = try await onThread { try Wire(port: running.port).post(body)?.status }
      #expect(second == 503)
      running.desk.gate.open()
      #expect(try await first?.status == 202)
      #expect(running.site.heldBytes == 0)
    }
  }

  /// Large answers share the purse with bodies, until they are written or their reader is gone.
  @Test func largeAnswersShareThePurse() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(memory: 12 << 20))) { running in
      let event = HistoryEvent(
        sequence: 1, received: Timestamp(seconds: 0),
        event: Event(id: "a", sender: "s", source: "s", time: Timestamp(seconds: 0), text: String(repeating: "x", count: 1 << 20)),
        fate: .planned, note: nil)
      running.desk.set { $0.pages = Array(repeating: event, count: 8) }
      try await onThread {
        var slow: Wire? = try Wire(port: running.port, receiveBuffer: 4_096)
        slow?.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try slow?.begins() == true)
        let refused = try Wire(port: running.port).ask("GET", "/v1/events")
        #expect(refused?.status == 503 && refused?.headers["retry-after"] == "1")
        slow = nil
        // Its room is free once its end is noticed: the condition that the rest of the test is about.
        while running.site.heldBytes > 0 {}
        #expect(try Wire(port: running.port).ask("GET", "/v1/events")?.status == 200)
      }
    }
  }

  @Test func whoHangsUpLeavesNothing() async throws {
    try await withSite { running in
      try await onThread {
        let whole = #"{"text":"a"}"#
        let heads = [
          "Content-Length: 100\r\n\r\n\(whole)", "Transfer-Encoding: chunked\r\n\r\nc\r\n\(whole)\r\n",
          "Content-Length: 12\r\n\r\n{\"text\"",
        ]
        for head in heads {
          for ending in 0..<3 {
            let wire = try Wire(port: running.port)
            wire.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\n" + head)
            switch ending {
            case 0:
              wire.finish()
              #expect(try wire.answer()?.status == 400)
            case 1: wire.reset()
            default: break
            }
          }
        }
        #expect(try Wire(port: running.port).post(#"{"text":"last"}"#)?.status == 202)
      }
      #expect(running.desk.events.map(\.text) == ["last"] && running.site.heldBytes == 0)
    }
  }

  @Test func randomBytesOnTheWire() async throws {
    try await withSite { running in
      try await onThread {
        var luck = SystemRandomNumberGenerator()
        let good = Array(
          "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"text\":\r\n4\r\n\"a\"}\r\n0\r\n\r\n"
            .utf8)
        for _ in 0..<200 {
          var bytes = good
          for _ in 0..<Int.random(in: 1...3, using: &luck) {
            bytes[Int.random(in: 0..<bytes.count, using: &luck)] = UInt8.random(in: 0...255, using: &luck)
          }
          let wire = try Wire(port: running.port)
          wire.send(bytes)
          wire.finish()
          _ = try wire.rest()
        }
        #expect(try Wire(port: running.port).post(#"{"text":"a"}"#)?.status == 202)
      }
    }
  }
}
