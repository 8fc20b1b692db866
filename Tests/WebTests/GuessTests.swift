import Bellhop
import Logging
import Senders
import Testing

@testable import Web

/// Wrong tokens, keys and signatures over real sockets.
@Suite struct GuessTests {
  private static let senders = [
    Sender(name: "shop", secrets: [Secret("right-of-shop")]),
    Sender(name: "chat", dialect: Dialect.named("slack") ?? .api, secrets: [Secret("right-of-chat")]),
    Sender(name: "code", dialect: Dialect.named("github") ?? .api, secrets: [Secret("right-of-code")]),
  ]
  private static let settings = SiteSettings(senders: senders, readers: readers(ReaderKey(Secret("right-of-reader"))))
  private static let right = ["Authorization": "Bearer right-of-shop"]
  private static let event = #"{"text":"a"}"#

  /// Brings so many wrong tokens that the next must wait.
  private static func tire(_ wire: Wire, _ headers: [String: String] = [:]) throws {
    for _ in 0..<20 { _ = try wire.post(event, headers.merging(["Authorization": "Bearer n33dle-of-nobody"]) { $1 }) }
  }

  @Test func whoIsRightIsServedAsEver() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for _ in 0..<20 { #expect(try wire.post(Self.event, ["Authorization": "Bearer wrong"])?.status == 401) }
        let slow = try #require(try wire.post(Self.event, ["Authorization": "Bearer wrong"]))
        #expect(slow.status == 429 && slow.headers["retry-after"] == "1" && slow.body.contains("the token belongs to no sender"))
        #expect(slow.headers["www-authenticate"] == nil)
        #expect(try wire.post(Self.event)?.status == 429, "nothing proved")
        #expect(try wire.ask("GET", "/v1/events", ["Authorization": "Bearer wrong"])?.status == 429)
        #expect(try wire.ask("GET", "/v1/remotes/pi", ["Authorization": "Bearer wrong"])?.status == 429)
        #expect(try wire.ask("GET", "/events/1")?.status == 401, "a browser must ask for the password")
        #expect(try wire.post(Self.event, Self.right)?.status == 202)
        #expect(try wire.ask("GET", "/v1/events", ["Authorization": "Bearer right-of-reader"])?.status == 200)
        #expect(try wire.ask("POST", "/hooks/chat/right-of-chat", [:], Self.event)?.body == "ok")
        #expect(try wire.ask("GET", "/healthz")?.status == 200)
      }
      #expect(running.desk.state.withLock { $0.unproved }.contains("events slowed"))
    }
  }

  /// Every way in counts, and each says in its own words that one must wait.
  @Test func everyWayInCounts() async throws {
    let ways: [(String, String, [String: String], Int)] = [
      ("POST", "/hooks/chat/wrong", [:], 429), ("POST", "/services/T/B/wrong", [:], 429), ("POST", "/hooks/nobody/x", [:], 429),
      ("POST", "/hooks/code", ["X-Hub-Signature-256": "sha256=" + String(repeating: "0", count: 64), "X-GitHub-Event": "ping"], 503),
      ("GET", "/v1/lanes", ["Authorization": "Bearer wrong"], 429), ("GET", "/v1/remotes/pi", ["Authorization": "Bearer wrong"], 429),
      ("GET", "/events/1", ["Authorization": "Basic YW5uYTp3cm9uZw=="], 429),
    ]
    for (method, path, headers, status) in ways {
      try await withSite(Self.settings) { running in
        let answers = try await onThread {
          let wire = try Wire(port: running.port)
          return try (0..<21).map { _ in try wire.ask(method, path, headers, method == "POST" ? Self.event : nil) }
        }
        #expect(answers.dropLast().allSatisfy { $0?.status != 429 && $0?.status != 503 && ($0?.status ?? 0) >= 400 }, "\(path)")
        #expect(
          answers.last??.status == status && answers.last??.headers["retry-after"] == "1", "\(path): \(String(describing: answers.last))")
      }
    }
  }

  /// Who is named by a proxy of ours waits; a stranger cannot name another.
  @Test func proxiesTellWhoItIs() async throws {
    for (proxies, other) in [(["127.0.0.0/8"], 401), ([], 429)] {
      var settings = Self.settings
      settings.proxies = TrustedProxies(proxies)
      try await withSite(settings) { running in
        try await onThread {
          let wire = try Wire(port: running.port)
          try Self.tire(wire, ["X-Forwarded-For": "203.0.113.9, 198.51.100.1"])
          func ask(_ headers: [String: String]) throws -> Int? {
            try wire.post(Self.event, headers.merging(["Authorization": "Bearer wrong"]) { $1 })?.status
          }
          #expect(try ask(["X-Forwarded-For": "203.0.113.9, 198.51.100.1"]) == 429)
          #expect(try ask(["X-Forwarded-For": "203.0.113.9, 198.51.100.2"]) == other)
          #expect(try ask(["Forwarded": "for=198.51.100.3;proto=https"]) == other)
          #expect(try ask(["Forwarded": "for=203.0.113.9, for=\"198.51.100.1:4711\""]) == 429)
          // Whom a proxy passes on is never one of this machine's.
          #expect(try ask([:]) == other)
        }
      }
    }
  }

  @Test func theLogCountsAndHasNoToken() async throws {
    let lines = Guarded<[String]>([])
    let logger = Logger(label: "guesses") { _ in LineCollector(lines: lines) }
    var settings = Self.settings
    settings.port = 0
    let site = Site(settings: settings, desk: FakeDesk(), logger: logger, now: wallClock)
    let opened = AsyncStream<Int>.makeStream()
    let running = Task { try await site.run { opened.continuation.yield($0) } }
    var ports = opened.stream.makeAsyncIterator()
    let port = try #require(await ports.next())
    try await onThread { try Self.tire(try Wire(port: port)) }
    running.cancel()
    try await running.value
    let told = lines.withLock { $0 }
    #expect(told == ["wrong tokens, keys or signatures count=1 from=127.0.0.1"])
    #expect(!told.joined().contains("n33dle"))
  }
}

/// Lines with their metadata in order.
private struct LineCollector: LogHandler {
  let lines: Guarded<[String]>
  var metadata = Logger.Metadata()
  var logLevel = Logger.Level.info
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  func log(event: LogEvent) {
    let rest = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
    lines.withLock { $0.append(event.message.description + rest.joined()) }
  }
}
