import Bellhop
import Senders
import Testing

@testable import Web

/// Requests that could be read in two ways, or that say how the connection goes on. https://www.rfc-editor.org/rfc/rfc9112
@Suite struct MeaningTests {
  @Test(arguments: [
    ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n\r\n", 400),
    ("GET /healthz HTTP/1.1\r\n\r\n", 400),
    ("GET http://evil.example/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
    ("GET http://evil.example?q=a HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("GET HTTP://localhost:8484/v1/events?limit=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 200),
    ("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    ("POST /v1/events HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
  ])
  func oneMeaning(request: String, status: Int) async throws {
    try await withSite { running in
      let answer = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(request)
        return try wire.answer()
      }
      #expect(answer?.status == status, "\(answer?.body ?? "")")
      #expect(running.desk.events.isEmpty)
    }
  }

  /// What cannot be told apart from its follower is the last of its connection.
  @Test func nothingFollowsWhatIsUnclear() async throws {
    try await withSite { running in
      let answers = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(
          "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello" + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        return (try wire.answer(), try wire.rest())
      }
      #expect(answers.0?.status == 400 && answers.0?.headers["connection"] == "close" && answers.1 == "")
    }
  }

  @Test func oldClientsAreLetGo() async throws {
    try await withSite { running in
      try await onThread {
        let plain = try Wire(port: running.port)
        plain.send("GET /healthz HTTP/1.0\r\n\r\n")
        #expect(try plain.answer()?.headers["connection"] == "close")
        #expect(try plain.rest() == "")
        let kept = try Wire(port: running.port)
        for _ in 0..<2 {
          kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
          let answer = try kept.answer()
          #expect(answer?.status == 200 && answer?.headers["connection"] == "keep-alive")
        }
        let done = try Wire(port: running.port)
        #expect(try done.post(#"{"text":"a"}"#, ["Connection": "close"])?.headers["connection"] == "close")
        #expect(try done.rest() == "")
      }
    }
  }

  /// Who has said all may still listen.
  @Test func halfClosedConnectionsGetTheirAnswers() async throws {
    try await withSite { running in
      try await onThread {
        for request in [
          "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}",
        ] {
          let wire = try Wire(port: running.port)
          wire.send(request + request)
          wire.finish()
          let first = try wire.answer()
          let second = try wire.answer()
          #expect(first != nil && first?.status == second?.status, "\(request)")
          #expect(try wire.rest() == "")
        }
        let silent = try Wire(port: running.port)
        silent.finish()
        #expect(try silent.rest() == "")
      }
    }
  }

  /// As Java's client asks by default: the parser takes what follows for another protocol, so nothing may follow.
  @Test func whoWouldLikeAnotherProtocolIsServedOnce() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let answer = try wire.post(
          #"{"text":"a"}"#, ["Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAAA"])
        #expect(answer?.status == 202 && answer?.headers["connection"] == "close")
        #expect(try wire.rest() == "")
        let tunnel = try Wire(port: running.port)
        tunnel.send("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\nhello")
        #expect(try tunnel.answer()?.status == 404)
        #expect(try tunnel.rest() == "")
      }
    }
  }

  @Test func headsAreBounded() async throws {
    try await withSite { running in
      try await onThread {
        for headers in [
          "X-A: \(String(repeating: "x", count: 20_000))\r\n", (0..<101).map { "X-\($0): a\r\n" }.joined(),
          (0..<9).map { "X-\($0): \(String(repeating: "x", count: 4_000))\r\n" }.joined(),
        ] {
          let wire = try Wire(port: running.port)
          wire.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
          let answer = try wire.answer()
          #expect(answer?.status == 431 && answer?.headers["connection"] == "close")
        }
        let wire = try Wire(port: running.port)
        wire.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: \(String(repeating: "x", count: 16_000))\r\n\r\n")
        #expect(try wire.answer()?.status == 200)
      }
    }
  }

  @Test func wordsOfAQuestionAreBounded() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let long = String(repeating: "**a", count: 86)
        for key in ["type", "subject", "role"] {
          let answer = try wire.ask("GET", "/v1/events?\(key)=\(long)")
          #expect(answer?.status == 422 && answer?.body.contains("must not be longer than 256 bytes") == true)
          #expect(try wire.ask("GET", "/v1/events?\(key)=\(long.dropLast(2))")?.status == 200)
        }
        let destination = String(repeating: "x", count: 2_049)
        #expect(try wire.ask("GET", "/v1/events?q=\(destination)")?.status == 422)
        #expect(try wire.ask("GET", "/v1/events?q=\(destination.dropLast())")?.status == 200)
        #expect(try wire.ask("GET", "/v1/deliveries?destination=\(destination)")?.status == 422)
        #expect(try wire.ask("GET", "/v1/deliveries?destination=\(destination.dropLast())")?.status == 200)
      }
      #expect(running.desk.calls.count == 4)
    }
  }
}
