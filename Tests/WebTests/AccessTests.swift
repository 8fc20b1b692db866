import Bellhop
import Senders
import Testing

@testable import Web

@Suite struct AccessTests {
  static let senders = [Sender(name: "shop", secrets: [Secret("new"), Secret("old")]), Sender(name: "app", secrets: [Secret("app")])]

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST:80", true), ("127.0.0.1:8484", true), ("127.1.2.3", true), ("[::1]:8484", true), ("a.localhost", true),
    ("127.0.0.1.evil.com", false), ("evil.com", false), ("localhost.evil.com", false), ("notlocalhost", false), ("127.0.0.1:80x", false),
    ("127.0.0.256", false), ("[::1", false), ("", false), ("0.0.0.0", false), ("127.0.0", false), ("127.0.0.1@evil.com", false),
    ("127.0.0.1.", false), ("127.0.0.1.1", false), ("128.0.0.1", false), ("127..0.1", false), ("127.0.0.0001", false),
    ("127.255.255.255:1", true),
    ("localhost:", true), ("[::2]", false), ("10.0.0.1", false),
  ])
  func hosts(host: String, isLoopback: Bool) { #expect(Loopback.isHost(host) == isLoopback) }

  @Test(arguments: [
    ("Bearer new", "new"), ("bearer  new old", "new old"), ("BEARER new", "new"), ("Bearer new ", "new "), ("Bearer ", nil),
    ("Bearer", nil),
    ("Bearer\u{0}new", nil), ("Basic new", nil), ("", nil), (nil, nil),
  ])
  func tokens(header: String?, token: String?) { #expect(Access.bearer(header) == token.map { Array($0.utf8) }) }

  @Test func withoutSendersOnlyThisMachineMayPost() async throws {
    try await withSite { running in
      let statuses = try await onThread {
        try [
          ["Host": "localhost:8484"], ["Host": "evil.com"], ["Host": "localhost", "Origin": "https://evil.com"],
          ["Host": "localhost", "Origin": "null"], ["Host": "localhost", "Origin": "http://localhost:3000"], ["Host": "evil.com:127.0.0.1"],
          ["Host": "localhost", "X-Forwarded-For": "1.2.3.4"], ["Host": "127.0.0.1", "Via": "1.1 proxy"],
        ].map { try Wire(port: running.port).post(#"{"text":"a"}"#, $0)?.status }
      }
      #expect(statuses == [202, 403, 403, 403, 202, 403, 403, 403])
      #expect(running.desk.events.count == 2)
    }
  }

  /// Whatever proxies add to tell of the client behind them makes a request foreign.
  @Test(arguments: [
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "X-Forwarded-Port", "x-forwarded-anything",
    "Forwarded",
    "Via", "X-Real-IP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "Fastly-Client-IP",
    "X-Original-Forwarded-For", "X-Envoy-External-Address", "X-Azure-ClientIP", "Fly-Client-IP",
  ])
  func proxies(header: String) async throws {
    try await withSite { running in
      let statuses = try await onThread {
        let wire = try Wire(port: running.port)
        return [try wire.post(#"{"text":"a"}"#, [header: "1"])?.status, try wire.ask("GET", "/v1/events", [header: "1"])?.status]
      }
      #expect(statuses == [403, 401])
    }
  }

  /// A browser sends no Origin with every request that a page causes, but says what kind of page it was.
  /// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
  @Test func pagesOfOthers() async throws {
    try await withSite(SiteSettings(readers: readers(ReaderKey(Secret("r1"))))) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let mine = "http://localhost:3000"
        for (headers, status) in [
          (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Sec-Fetch-Site": "Cross-Site"], 403),
          (["Sec-Fetch-Site": "cross-site", "Origin": mine], 403), (["Sec-Fetch-Site": "same-site", "Origin": mine], 200),
          (["Sec-Fetch-Site": "same-site", "Origin": "https://evil.com"], 403), (["Sec-Fetch-Site": "same-origin"], 200),
          (["Sec-Fetch-Site": "none"], 200), (["Sec-Fetch-Site": "cross-site", "Authorization": "Bearer r1"], 200),
        ] {
          #expect(try wire.ask("GET", "/v1/events", headers)?.status == status, "\(headers)")
          if headers["Authorization"] == nil { #expect(try wire.post(#"{"text":"a"}"#, headers)?.status == (status == 200 ? 202 : 403)) }
        }
      }
    }
  }

  @Test func tokens() async throws {
    try await withSite(SiteSettings(senders: Self.senders)) { running in
      let statuses = try await onThread {
        try ["Bearer new", "bearer old", "Bearer app", "Bearer ne", "Bearer newnew", "Bearer", "Basic new", "Bearer \u{7F}"].map {
          try Wire(port: running.port).post(#"{"text":"a"}"#, ["Authorization": $0, "Host": "any.example.com"])?.status
        }
      }
      #expect(statuses.prefix(7) == [202, 202, 202, 401, 401, 401, 401] && [400, 401].contains(statuses[7]))
      #expect(running.desk.events.map(\.sender) == ["shop", "shop", "app"])

      running.site.adopt(SiteSettings(senders: [Sender(name: "shop", secrets: [Secret("newer")])]))
      let after = try await onThread {
        try ["Bearer new", "Bearer newer"].map { try Wire(port: running.port).post(#"{"text":"a"}"#, ["Authorization": $0])?.status }
      }
      #expect(after == [401, 202])
    }
  }

  @Test func strangersAreRefusedBeforeTheBodyIsRead() async throws {
    try await withSite(SiteSettings(senders: Self.senders)) { running in
      let answer = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
        let answer = try wire.answer()
        #expect(try wire.rest() == "")
        return answer
      }
      #expect(answer?.status == 401 && answer?.headers["connection"] == "close")
      #expect(answer?.headers["www-authenticate"] == "Bearer realm=\"bellhop\"")
    }
  }

  @Test func readersOutsideNeedAToken() async throws {
    let settings = SiteSettings(host: "0.0.0.0", senders: Self.senders, readers: readers(ReaderKey(Secret("r1")), ReaderKey(Secret("r2"))))
    try await withSite(settings) { running in
      let statuses = try await onThread {
        let wire = try Wire(port: running.port)
        return try [nil, "Bearer r2", "Bearer new", "Bearer x"].map { token in
          try wire.ask("GET", "/v1/events", token.map { ["Authorization": $0] } ?? [:])?.status
        } + ["/healthz", "/metrics", "/v1/lanes"].map { try wire.ask("GET", $0)?.status }
      }
      #expect(statuses == [401, 200, 401, 401, 200, 401, 401])
    }
  }

  @Test func readersOnThisMachineNeedNone() async throws {
    try await withSite(SiteSettings(readers: readers(ReaderKey(Secret("r1"))))) { running in
      let statuses = try await onThread {
        let wire = try Wire(port: running.port)
        return try [
          [:], ["Host": "evil.com"], ["Origin": "https://evil.com"], ["X-Forwarded-For": "1.2.3.4"],
          ["X-Forwarded-For": "1.2.3.4", "Authorization": "Bearer r1"], ["Host": "bellhop.example.com", "Authorization": "Bearer r1"],
        ].map { try wire.ask("GET", "/v1/deliveries", $0)?.status }
      }
      #expect(statuses == [200, 403, 403, 401, 200, 200])
    }
  }

  /// nginx by default passes on `Host: 127.0.0.1` and nothing that tells of the client: where others are expected, this machine's address proves
  /// nothing.
  @Test(arguments: [
    SiteSettings(senders: senders, readers: readers(ReaderKey(Secret("r1")))),
    SiteSettings(readers: readers(ReaderKey(Secret("r1"))), hasPublicName: true),
  ])
  func whereOthersAreExpectedReadersNeedAToken(settings: SiteSettings) async throws {
    try await withSocket(settings) { running, path in
      let statuses = try await onThread {
        let wire = try Wire(port: running.port)
        return try ["/v1/events", "/v1/deliveries", "/v1/lanes", "/metrics", "/healthz"].flatMap { route in
          try [wire.ask("GET", route)?.status, wire.ask("GET", route, ["Authorization": "Bearer r1"])?.status]
        } + [Wire(path: path).ask("GET", "/v1/events")?.status]
      }
      #expect(statuses == [401, 200, 401, 200, 401, 200, 401, 200, 200, 200, 200])
    }
  }

  @Test func aListenerForAllWithoutSendersTakesNothing() async throws {
    try await withSite(SiteSettings(host: "0.0.0.0")) { running in
      let answer = try await onThread { try Wire(port: running.port).post(#"{"text":"a"}"#) }
      #expect(answer?.status == 403 && running.desk.events.isEmpty)
    }
  }

  @Test func whatHasExpiredIsToldSo() async throws {
    let past = wallClock() - .seconds(60)
    let future = wallClock() + .seconds(600)
    let settings = SiteSettings(
      senders: [
        Sender(
          name: "shop", secrets: [Secret("old"), Secret("soon"), Secret("new")], expiries: [Secret("old"): past, Secret("soon"): future]),
        Sender(
          name: "chat", dialect: try #require(Dialect.named("slack")), secrets: [Secret("oldkey")], expiries: [Secret("oldkey"): past]),
      ], readers: readers(ReaderKey(Secret("read-old"), expires: past), ReaderKey(Secret("read-soon"), expires: future)))
    try await withSite(settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let old = try #require(try wire.post(#"{"text":"a"}"#, ["Authorization": "Bearer old"]))
        #expect(old.status == 401 && old.body.contains("the token expired at \(past.rfc3339)"), "\(old.body)")
        for token in ["soon", "new"] { #expect(try wire.post(#"{"text":"a"}"#, ["Authorization": "Bearer \(token)"])?.status == 202) }
        let reader = try #require(try wire.ask("GET", "/v1/events", ["Authorization": "Bearer read-old"]))
        #expect(reader.status == 401 && reader.body.contains("expired"), "\(reader.body)")
        #expect(try wire.ask("GET", "/v1/events", ["Authorization": "Bearer read-soon"])?.status == 200)
        // Addresses that all of a dialect share know whose it was.
        for path in ["/hooks/chat/oldkey", "/services/T/B/oldkey"] {
          #expect(try wire.ask("POST", path, [:], #"{"text":"a"}"#)?.status == wire.ask("POST", path + "x", [:], "{}")?.status)
        }
      }
      #expect(!running.desk.state.withLock { $0.unproved }.contains("other"), "what was right once is no guess")
    }
  }
}
