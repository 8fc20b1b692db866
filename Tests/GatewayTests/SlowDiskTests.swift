import Bellhop
import Crypto
import Curl
import Dispatch
import Store
import Testing

@testable import Gateway
@testable import Ledger
@testable import Web

/// Senders while the disk stands still: a no comes at once, in the word after which each of them comes again, and means that nothing is kept.
@Suite(.timeLimit(.minutes(5))) struct SlowDiskTests {
  private static let yaml =
    "server: { listen: \"127.0.0.1:0\" }\n"
    + "senders: { shop: { secret: t0ken-of-shop }, chat: { use: slack, secret: key-of-chat }, am: { use: alertmanager, secret: key-of-am }, sentry: { use: sentry, secret: key-of-sentry } }\n"
    + GatewayFixture.rows

  private struct Post {
    var path: String
    var body: String
    var pressure: Int
    var token: String?

    static let all = [
      Post(path: "/hooks/chat/key-of-chat", body: #"{"text":"hello"}"#, pressure: 429),
      Post(
        path: "/hooks/am", body: #"{"version":"4","alerts":[{"status":"firing","fingerprint":"f"}]}"#, pressure: 503, token: "key-of-am"),
      Post(path: "/v1/events", body: #"{"type":"a.b"}"#, pressure: 503, token: "t0ken-of-shop"),
    ]
  }

  private func send(_ post: Post, _ port: Int) async -> Int? {
    var headers = [Request.Header("Content-Type", "application/json")]
    if let token = post.token { headers.append(Request.Header("Authorization", "Bearer \(token)")) }
    let request = Request("POST", "http://127.0.0.1:\(port)\(post.path)", headers: headers, body: Array(post.body.utf8))
    guard case .response(let response) = await Gateway.engine.send(request) else { return nil }
    #expect(response.status < 300 || response.retryAfter != nil, "\(post.path): a no says when to come again")
    return response.status
  }

  /// A webhook of Sentry's, whose sender goes after a second.
  private func sentry(_ id: String, _ port: Int, size: Int = 1) async throws -> (status: Int?, took: Duration) {
    let body = Array(#"{"action":"created","data":{"issue":{"id":"7","title":"\#(String(repeating: "x", count: size))"}}}"#.utf8)
    let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array("key-of-sentry".utf8)))
    let headers = [
      Request.Header("Content-Type", "application/json"), Request.Header("Sentry-Hook-Resource", "issue"), Request.Header("Request-ID", id),
      Request.Header("Sentry-Hook-Signature", code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()),
    ]
    let start = ContinuousClock.now
    let outcome = await Gateway.engine.send(Request("POST", "http://127.0.0.1:\(port)/hooks/sentry", headers: headers, body: body))
    guard case .response(let response) = outcome else { return (nil, ContinuousClock.now - start) }
    #expect(response.status < 300 || response.retryAfter != nil, "a no says when to come again")
    return (response.status, ContinuousClock.now - start)
  }

  private func get(_ path: String, _ port: Int) async -> Int? {
    guard case .response(let response) = await Gateway.engine.send(Request("GET", "http://127.0.0.1:\(port)\(path)")) else { return nil }
    return response.status
  }

  /// Runs a gateway whose first commit stays in the writer's hands until `go`.
  private func stuck(
    _ options: Ledger.Options,
    _ body: (_ fixture: GatewayFixture, _ parts: GatewayParts, _ port: Int, _ go: @Sendable () -> Void) async throws -> Void
  ) async throws {
    let fixture = try GatewayFixture(Self.yaml)
    let disk = DispatchSemaphore(value: 0)
    let isFirst = Guarded(true)
    let hold: @Sendable (Committed) -> Void = { _ in
      let stays = isFirst.withLock { first in
        defer { first = false }
        return first
      }
      if stays { disk.wait() }
    }
    try await fixture.run(options, hold: hold) { parts in
      let configuration = try #require(Gateway.load(fixture.path).configuration)
      let site = Site(
        settings: SiteSettings(configuration, socket: nil), acceptor: parts.acceptor, insight: parts.insight, hands: parts.hands,
        visits: parts.visits, logger: fixture.logger, now: fixture.wall)
      let opened = AsyncStream<Int>.makeStream()
      let running = Task { try await site.run { opened.continuation.yield($0) } }
      for await port in opened.stream {
        do { try await body(fixture, parts, port) { disk.signal() } } catch {
          disk.signal()
          throw error
        }
        break
      }
      running.cancel()
      _ = await running.result
    }
  }

  /// The quickest of a few: on a machine that is busy each may be late for another reason.
  private func refusals(_ port: Int) async {
    for post in Post.all {
      var quickest = Duration.seconds(60)
      for _ in 0..<40 where quickest >= .milliseconds(100) {
        let start = ContinuousClock.now
        let status = await send(post, port)
        quickest = min(quickest, ContinuousClock.now - start)
        #expect(status == post.pressure, "\(post.path): \(status ?? 0)")
      }
      #expect(quickest < .milliseconds(100), "\(post.path): \(quickest)")
    }
    #expect(await get("/healthz", port) == 200, "who asks for something else is not held up")
  }

  @Test func whoComesBehindAFullQueueIsRefusedAtOnce() async throws {
    try await stuck(Ledger.Options(freeFraction: { 1 }, maximumQueued: 1)) { fixture, parts, port, go in
      async let first = send(Post.all[2], port)
      #expect(await eventually { !fixture.heard.withLock { $0.isEmpty } })
      async let second = send(Post.all[2], port)
      #expect(await eventually { await parts.ledger.counts().queued == 1 })
      await refusals(port)
      go()
      let answers = await [first, second]
      #expect(answers == [202, 202])
      #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).count == 2, "a no means that nothing is kept")
      #expect(await send(Post.all[0], port) == 200)
    }
  }

  /// The first to come is in the writer's hands, and the second behind it, before anybody knows that the disk stands still. Who waits a
  /// second hears a no within it, and what was kept all the same counts once when it comes again. The others wait as ever.
  @Test(arguments: [1, 40_000]) func whoseSenderGoesIsAnsweredBefore(size: Int) async throws {
    try await stuck(Ledger.Options(freeFraction: { 1 })) { fixture, parts, port, go in
      async let patient = send(Post.all[2], port)
      var quickest = Duration.seconds(60)
      for id in ["a", "b", "c"] {
        let answer = try await sentry(id, port, size: size)
        #expect(answer.status == 503, "\(id)")
        quickest = min(quickest, answer.took)
      }
      // A loaded machine takes some of its own.
      #expect(quickest < .milliseconds(1_500), "\(quickest)")
      #expect(fixture.heard.withLock { $0.count } == 1, "the writer has something in its hands all the time")
      go()
      #expect(await patient == 202)
      for id in ["a", "b", "c"] { #expect(try await (200..<300).contains(sentry(id, port, size: size).status ?? 0)) }
      #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).count == 4, "each counts once")
    }
  }

  /// There is room for thousands, and the first has waited longer than the least patient sender does.
  @Test func whoComesBehindASlowDiskIsRefusedAtOnce() async throws {
    try await stuck(Ledger.Options(freeFraction: { 1 })) { fixture, parts, port, go in
      async let first = send(Post.all[2], port)
      #expect(await eventually { !fixture.heard.withLock { $0.isEmpty } })
      fixture.advance(.milliseconds(900))
      async let second = send(Post.all[2], port)
      #expect(await eventually { await parts.ledger.counts().queued == 1 })
      fixture.advance(.milliseconds(101))
      await refusals(port)
      go()
      let answers = await [first, second]
      #expect(answers == [202, 202])
      #expect(fixture.heard.withLock { $0 }.flatMap(\.arrivals).count == 2, "a no means that nothing is kept")
      #expect(await send(Post.all[1], port) == 202)
    }
  }
}
