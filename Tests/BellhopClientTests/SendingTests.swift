import Bellhop
import BellhopClient
import Foundation
import Loopback
import Testing

/// Against servers that behave and servers that do not.
@Suite(.serialized) struct ClientSendingTests {
  private static let taken = Behaviour.answer(202, body: #"{"accepted":[]}"#)

  private func client(_ server: LoopbackServer, token: String? = nil, _ change: (inout ClientOptions) -> Void = { _ in }) throws
    -> BellhopClient
  {
    var options = ClientOptions()
    options.firstPause = .milliseconds(20)
    options.timeout = .seconds(1)
    change(&options)
    return try BellhopClient(url: server.url, token: token, options: options)
  }

  private func events(_ request: Recorded) throws -> [JSON] {
    try request.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  @Test func anEventAsTheGatewayReadsIt() async throws {
    let server = try LoopbackServer.start { _ in Self.taken }
    defer { server.stop() }
    let client = try client(server, token: "t0ken") { $0.source = "shop" }
    let before = Timestamp.now
    let id = try await client.send(
      type: "payment.failed", subject: "order 7", severity: .error, text: "Line\n\"two\" \u{1}é\\",
      data: ["a": 1, "b": [true, nil, 1.5], "c": ["d": "e"]])
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.path == "/v1/events" && request.header("authorization") == "Bearer t0ken")
    #expect(request.header("content-type") == "application/x-ndjson" && request.header("host") == "127.0.0.1:\(server.port)")
    let event = try #require(try events(request).first)
    #expect(event["id"]?.string == id && event["type"] == "payment.failed" && event["subject"] == "order 7" && event["source"] == "shop")
    #expect(event["severity"] == "error" && event["text"] == "Line\n\"two\" \u{1}é\\")
    #expect(event["data"] == ["a": 1, "b": [true, .null, 1.5], "c": ["d": "e"]])
    let time = try #require(event["time"]?.string.flatMap { Timestamp(rfc3339: $0) })
    #expect(time >= before - .milliseconds(1) && time <= .now)
    #expect(client.counts.sent == 1 && client.counts.waiting == 0 && client.counts.dropped == 0 && client.counts.refused == 0)
    await client.shutdown()
  }

  /// What comes while a request is under way goes out in the next one, in order, over one connection.
  @Test func manyGoTogether() async throws {
    let server = try LoopbackServer.start { $0.text.contains("first") ? .held(Self.taken) : Self.taken }
    defer { server.stop() }
    let client = try client(server) { $0.timeout = .seconds(30) }
    client.post(type: "first")
    await server.waitFor(1)
    let ids = (0..<250).map { client.post(type: "a", subject: "\($0)") }
    server.release()
    #expect(await client.shutdown(within: .seconds(20)) == 0)
    let batches = try server.requests.map(events)
    #expect(batches.map(\.count) == [1, 100, 100, 50])
    #expect(batches.dropFirst().flatMap { $0 }.map { $0["id"]?.string } == ids)
    #expect(server.connections == 1)
  }

  /// The same events again, with the same ids, and not before the gateway allows it.
  @Test(arguments: [429, 503]) func aWishToBeLeftAlone(status: Int) async throws {
    let count = Guarded(0)
    let server = try LoopbackServer.start { _ in
      count.withLock { $0 += 1 }
      return count.withLock { $0 } == 1 ? .answer(status, headers: ["Retry-After": "1"]) : Self.taken
    }
    defer { server.stop() }
    let client = try client(server)
    try await client.send(type: "a")
    let requests = server.requests
    #expect(requests.count == 2 && requests[0].body == requests[1].body)
    #expect(requests[1].at - requests[0].at >= .milliseconds(995))
    await client.shutdown()
  }

  @Test(arguments: ["drop", "half", "garbage", "headers", "flood", "close", "hang", "404", "500"]) func aServerInTrouble(kind: String)
    async throws
  {
    let count = Guarded(0)
    let server = try LoopbackServer.start { _ in
      count.withLock { $0 += 1 }
      guard count.withLock({ $0 }) <= 2 else { return Self.taken }
      return switch kind {
      case "drop": .dropAtOnce
      case "half": .dropMidAnswer
      case "garbage": .garbage
      case "headers": .endlessHeaders
      case "flood": .tooLong(3 << 20)
      case "close": .answerAndClose(503)
      case "hang": .hang
      case let status: .answer(Int(status) ?? 0)
      }
    }
    defer { server.stop() }
    let client = try client(server) { $0.timeout = .milliseconds(500) }
    let id = try await client.send(type: "a")
    #expect(try server.requests.allSatisfy { try events($0).map { $0["id"]?.string } == [id] })
    #expect(server.requests.count == 3 && client.counts.sent == 1 && client.counts.waiting == 0)
    await client.shutdown()
  }

  /// A connection that was kept and closed by the gateway costs no pause.
  @Test func aKeptConnectionMayBeClosed() async throws {
    let server = try LoopbackServer.start { _ in .answerAndClose(202) }
    defer { server.stop() }
    let client = try client(server) { $0.firstPause = .seconds(60) }
    for _ in 0..<5 { try await client.send(type: "a", within: .seconds(10)) }
    #expect(client.counts.sent == 5)
    await client.shutdown()
  }

  /// One that is no event is refused alone.
  @Test func oneBadOneDoesNotKeepTheOthersBack() async throws {
    let server = try LoopbackServer.start { request in
      if request.text.contains("\"first\"") { return .held(Self.taken) }
      return request.text.contains("\"bad\"") ? .answer(422, body: #"{"title":"no"}"#) : Self.taken
    }
    defer { server.stop() }
    let client = try client(server) { $0.timeout = .seconds(30) }
    client.post(type: "first")
    await server.waitFor(1)
    for type in ["a", "bad", "b"] { client.post(type: type) }
    server.release()
    #expect(await client.shutdown(within: .seconds(20)) == 0)
    #expect(client.counts.sent == 3 && client.counts.refused == 1)
    let alone = try server.requests.suffix(3).map { try events($0).map { $0["type"]?.plain } }
    #expect(alone == [["a"], ["bad"], ["b"]])
  }

  @Test func whoWaitsIsTold() async throws {
    let server = try LoopbackServer.start { $0.text.contains("bad") ? .answer(422, body: "because") : .hang }
    defer { server.stop() }
    let client = try client(server)
    await #expect(throws: BellhopClientError.refused(status: 422, "because")) { try await client.send(type: "bad") }
    await #expect(throws: BellhopClientError.timedOut) { try await client.send(type: "a", within: .milliseconds(100)) }
    let cancelled = Task { try await client.send(type: "b") }
    cancelled.cancel()
    await #expect(throws: BellhopClientError.cancelled) { try await cancelled.value }
    #expect(client.counts.waiting == 0 && client.counts.dropped == 2, "nobody waits for them any more")
    let waiting = Task { try await client.send(type: "c") }
    while client.counts.waiting == 0 { await Task.yield() }
    #expect(await client.shutdown(within: .milliseconds(50)) == 1)
    await #expect(throws: BellhopClientError.closed) { try await waiting.value }
    await #expect(throws: BellhopClientError.closed) { try await client.send(type: "d") }
    #expect(await client.shutdown() == 0)
  }

  /// An app that tells more than a gateway takes loses events, and neither memory nor time.
  @Test func whatWaitsIsBounded() async throws {
    let server = try LoopbackServer.start { _ in .hang }
    defer { server.stop() }
    let client = try client(server) {
      $0.maximumWaiting = 100
      $0.maximumBytes = 20_000
      $0.maximumEvent = 5_000
      $0.timeout = .seconds(60)
    }
    client.post(text: String(repeating: "x", count: 6_000))
    #expect(client.counts.dropped == 1 && client.counts.waiting == 0)
    await #expect(throws: BellhopClientError.tooLarge) { try await client.send(text: String(repeating: "x", count: 6_000)) }
    for _ in 0..<1_000 { client.post(type: "a") }
    #expect(client.counts.waiting == 100 && client.counts.dropped == 902)
    await #expect(throws: BellhopClientError.full) { try await client.send(type: "a") }
    let start = ContinuousClock.now
    #expect(await client.shutdown(within: .milliseconds(300)) == 100)
    #expect(ContinuousClock.now - start < .seconds(5))
    let wide = try self.client(server) { $0.maximumBytes = 20_000 }
    for _ in 0..<10 { wide.post(text: String(repeating: "x", count: 4_900)) }
    #expect(wide.counts.waiting == 3 && wide.counts.dropped == 7)
    await wide.shutdown(within: .zero)
  }

  /// Nobody there: posting goes on at once, and what waits goes out when somebody is.
  @Test func nobodyThere() async throws {
    let gone = try LoopbackServer.start { _ in Self.taken }
    gone.stop()
    let client = try client(gone)
    let start = ContinuousClock.now
    for _ in 0..<1_000 { client.post(type: "a") }
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(await client.shutdown(within: .milliseconds(200)) == 1_000)

    let path = NSTemporaryDirectory() + "bellhop-client-\(UInt32.random(in: 0...UInt32.max)).sock"
    var options = ClientOptions()
    options.firstPause = .milliseconds(20)
    let late = try BellhopClient(socket: path, options: options)
    let id = late.post(type: "a")
    try await Task.sleep(for: .milliseconds(100))
    let server = try LoopbackServer.start(unixSocket: path) { _ in Self.taken }
    defer { server.stop() }
    #expect(try await server.waitFor(1).map { try events($0).map { $0["id"]?.string } } == [[id]])
    #expect(await late.shutdown() == 0)
  }

  /// A client that is let go without a word leaves nothing behind.
  @Test func whoIsLetGoIsGone() async throws {
    let server = try LoopbackServer.start { _ in .hang }
    defer { server.stop() }
    var client: BellhopClient? = try client(server)
    weak let watched = client
    client?.post(type: "a")
    await server.waitFor(1)
    client = nil
    #expect(watched == nil)
  }

  /// By a name that its certificate is for; and nobody else's word is taken.
  @Test func overTLS() async throws {
    let folder = NSTemporaryDirectory() + "bellhop-client-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost 2>/dev/null
      exec python3 -c '
      import http.server, ssl
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              body = self.rfile.read(int(self.headers["content-length"]))
              open("body", "ab").write(body)
              self.send_response(202); self.send_header("content-length", "0"); self.end_headers()
          def log_message(self, *words): pass
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain("cert.pem", "key.pem")
      server.socket = context.wrap_socket(server.socket, server_side=True)
      open("port.new", "w").write(str(server.server_port))
      import os; os.rename("port.new", "port")
      server.serve_forever()'
      """
    let pid = try Tool.spawn("/bin/sh", ["-c", "cd \(folder) && \(script)"])
    defer {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    var port: String?
    for _ in 0..<1_000 where port == nil {
      port = try? String(contentsOfFile: "\(folder)/port", encoding: .utf8)
      try await Task.sleep(for: .milliseconds(20))
    }
    let number = try #require(port)
    var options = ClientOptions()
    options.certificates = "\(folder)/cert.pem"
    options.firstPause = .milliseconds(50)
    let client = try BellhopClient(url: "https://localhost:\(number)", options: options)
    try await client.send(type: "over.tls")
    #expect(try String(contentsOfFile: "\(folder)/body", encoding: .utf8).contains("over.tls"))
    await client.shutdown()
    for (url, certificates) in [("https://127.0.0.1:\(number)", options.certificates), ("https://localhost:\(number)", nil)] {
      var options = options
      options.certificates = certificates
      let wary = try BellhopClient(url: url, options: options)
      await #expect(throws: BellhopClientError.timedOut, "\(url)") { try await wary.send(type: "secret", within: .seconds(1)) }
      await wary.shutdown(within: .zero)
    }
    #expect(try !String(contentsOfFile: "\(folder)/body", encoding: .utf8).contains("secret"))
  }
}
