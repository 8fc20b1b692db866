import Bellhop
import ServiceLifecycleTestKit
import Testing

@testable import Web

/// A transport whose far end is the test.
private final class FakeVisited: Visited {
  let said = Guarded<[String]>([])
  let visits = Guarded<[AsyncStream<[UInt8]>.Continuation]>([])
  let isGone = Guarded(false)

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome { .refused(Fault(.internal, "nothing is sent")) }
  var isVisited: Bool { visits.withLock { !$0.isEmpty } }
  func admits(_ secret: some Sequence<UInt8>, at now: Timestamp) -> Bool { Secret("s3cret").matches(secret) }
  func visit() -> AsyncStream<[UInt8]> {
    let (stream, pen) = AsyncStream<[UInt8]>.makeStream()
    pen.onTermination = { [isGone] _ in isGone.withLock { $0 = true } }
    pen.yield(Array("data: first\n\n".utf8))
    visits.withLock { $0.append(pen) }
    return stream
  }
  func tell(_ text: String) { visits.withLock { _ = $0[0].yield(Array("data: \(text)\n\n".utf8)) } }
  func hear(_ word: JSON) async -> Result<Void, Fault> {
    said.withLock { $0.append(word.text) }
    return word["id"] == nil ? .failure(Fault(.unintelligible, "whose?")) : .success(())
  }
}

@Suite struct RemoteTests {
  private static let bearer = ["Authorization": "Bearer s3cret"]
  private static let request = "GET /v1/remotes/the%20bell HTTP/1.1\r\nHost: hub.example.com\r\nAuthorization: Bearer s3cret\r\n\r\n"

  private func withVisited(_ body: (Running, FakeVisited) async throws -> Void) async throws {
    try await withSite { running in
      let transport = FakeVisited()
      running.desk.set { $0.visited["the bell"] = transport }
      try await body(running, transport)
    }
  }

  /// Reads until the text is there; nil at the end of the stream.
  private static func read(_ wire: Wire, until text: String) throws -> String {
    var all = ""
    while !all.contains(text) {
      let piece = try wire.piece()
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }

  /// An unknown transport and a wrong secret are one answer, wherever the caller is: names cannot be guessed.
  @Test func whoIsNotLetIn() async throws {
    try await withVisited { running, transport in
      try await onThread {
        let wire = try Wire(port: running.port)
        var answers: Set<String> = []
        for headers in [[:], ["Authorization": "Bearer s3cre"], ["Authorization": "Basic s3cret"], ["Authorization": "Bearer "]] {
          for method in ["GET", "POST"] {
            let answer = try wire.ask(method, "/v1/remotes/the%20bell", headers, method == "POST" ? #"{"id":"a"}"# : nil)
            #expect(answer?.status == 401 && answer?.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            answers.insert(answer?.body ?? "")
          }
        }
        answers.insert(try wire.ask("GET", "/v1/remotes/other", Self.bearer)?.body ?? "")
        #expect(answers.count == 1, "\(answers)")
        #expect(try wire.ask("HEAD", "/v1/remotes/the%20bell", Self.bearer)?.status == 405)
        #expect(try wire.ask("DELETE", "/v1/remotes/the%20bell", Self.bearer)?.headers["allow"] == "GET, POST")
        for path in ["/v1/remotes", "/v1/remotes/", "/v1/remotes/a/b", "/v1/remotes/%ff"] {
          #expect(try wire.ask("GET", path, Self.bearer)?.status == 404, "\(path)")
        }
      }
      #expect(transport.said.withLock { $0.isEmpty } && !transport.isVisited && running.desk.calls.isEmpty)
    }
  }

  @Test func theStreamIsHeardAndItsEndIsNoticed() async throws {
    try await withVisited { running, transport in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.request)
        let head = try Self.read(wire, until: "data: first\n\n")
        #expect(head.hasPrefix("HTTP/1.1 200") && head.lowercased().contains("content-type: text/event-stream"))
        #expect(head.lowercased().contains("cache-control: no-store") && head.lowercased().contains("x-accel-buffering: no"))
        #expect(!head.lowercased().contains("content-length"))
        transport.tell("second")
        #expect(try Self.read(wire, until: "data: second\n\n").contains("data: second"))
        wire.reset()
      }
      // What is written on finds nobody.
      while !transport.isGone.withLock({ $0 }) {
        transport.tell("more")
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(running.desk.calls == ["welcome the bell"])
    }
  }

  /// Where the stream ends here, the visitor sees a whole answer, and may ask again on the same connection.
  @Test func whatEndsHereEndsThere() async throws {
    try await withVisited { running, transport in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.request)
        _ = try Self.read(wire, until: "data: first\n\n")
        transport.visits.withLock { $0[0].finish() }
        #expect(try Self.read(wire, until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
        #expect(try wire.ask("GET", "/healthz")?.status == 200)
      }
    }
  }

  /// HTTP/1.0 knows no chunks: the end of the connection is the end of the stream.
  @Test func oldListenersHearItPlain() async throws {
    try await withVisited { running, transport in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.request.replacing("HTTP/1.1", with: "HTTP/1.0").replacing("\r\n\r\n", with: "\r\nConnection: keep-alive\r\n\r\n"))
        var all = try Self.read(wire, until: "data: first\n\n").lowercased()
        transport.visits.withLock { $0[0].finish() }
        all += try wire.rest().lowercased()
        #expect(all.contains("connection: close\r\n") && !all.contains("transfer-encoding"))
        let body = all.firstRange(of: "\r\n\r\n").map { String(all[$0.upperBound...]) } ?? ""
        #expect(body.replacing(":\n\n", with: "") == "data: first\n\n")
      }
    }
  }

  @Test func fatesAreHanded() async throws {
    try await withVisited { running, transport in
      try await onThread {
        let wire = try Wire(port: running.port)
        #expect(try wire.ask("POST", "/v1/remotes/the%20bell", Self.bearer, #"{"id":"a","state":"delivered"}"#)?.body == #"{"ok":true}"#)
        let refused = try wire.ask("POST", "/v1/remotes/the%20bell", Self.bearer, #"{"state":"delivered"}"#)
        #expect(refused?.status == 422 && refused?.body.contains("whose?") == true)
        #expect(try wire.ask("POST", "/v1/remotes/the%20bell", Self.bearer, "[")?.status == 400)
        #expect(try wire.ask("POST", "/v1/remotes/the%20bell", Self.bearer, "[]")?.status == 422)
      }
      #expect(transport.said.withLock { $0 } == [#"{"id":"a","state":"delivered"}"#, #"{"state":"delivered"}"#])
    }
  }

  /// A listener that never goes must not hold up the end of the gateway.
  @Test func theEndOfTheSiteEndsTheStream() async throws {
    let desk = FakeDesk()
    desk.set { $0.visited["the bell"] = FakeVisited() }
    let site = Site(settings: SiteSettings(port: 0), desk: desk, logger: quietLogger, now: wallClock)
    let opened = AsyncStream<Int>.makeStream()
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await site.run { opened.continuation.yield($0) } }
        var ports = opened.stream.makeAsyncIterator()
        let port = try #require(await ports.next())
        let rest = try await onThread {
          let wire = try Wire(port: port)
          wire.send(Self.request)
          _ = try Self.read(wire, until: "data: first\n\n")
          trigger.triggerGracefulShutdown()
          return try wire.rest()
        }
        #expect(rest.hasSuffix("0\r\n\r\n"), "\(rest)")
        try await group.waitForAll()
      }
    }
  }
}
