import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// The exchanges of a browser, byte for byte, over a real socket.
@Suite struct BrowserTests {
  static func sender(rate: Rate? = nil, visitors: Rate? = Rate(30, per: .seconds(3_600)), proxies: [String] = []) -> Sender {
    var values = Values([
      "key": .list([.string("pk_live_1")]), "origins": .list([.string("https://shop.example.com")]), "types": .list([.string("ui.*")]),
      "severity": .string("warning"), "proxies": .list(proxies.map { .string($0) }),
    ])
    values.entries["visitor_rate"] = visitors.map { .rate($0) }
    return Sender(name: "website", dialect: Dialect.named("browser") ?? .api, rate: rate, values: values)
  }

  /// Another one's, so that a refusal could tell of it.
  static let other = Sender(
    name: "intranet", dialect: Dialect.named("browser") ?? .api,
    values: Values(["key": .list([.string("pk_inner")]), "origins": .list([.string("https://inner.example.com")])]))

  static let shop = "https://shop.example.com"

  private func ask(
    _ port: Int, _ method: String, _ body: String? = nil, _ headers: [String: String] = [:], path: String = "/browser/pk_live_1",
    origin: String? = shop
  ) async throws -> Wire.Answer {
    try await onThread {
      var all = headers
      all["Origin"] = origin
      return try #require(try Wire(port: port).ask(method, path, all, body))
    }
  }

  @Test func aFetchOfJSONAsksBefore() async throws {
    try await withSite(SiteSettings(senders: [Self.other, Self.sender()])) { running in
      for path in ["/browser/pk_live_1", "/hooks/website/pk_live_1"] {
        let asked = ["Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"]
        let preflight = try await ask(running.port, "OPTIONS", nil, asked, path: path)
        #expect(preflight.status == 204 && preflight.headers["access-control-allow-origin"] == Self.shop)
        #expect(preflight.headers["access-control-allow-methods"] == "POST" && preflight.headers["access-control-max-age"] == "7200")
        #expect(preflight.headers["access-control-allow-headers"] == "Content-Type" && preflight.headers["vary"] == "Origin")
        #expect(preflight.headers["content-length"] == nil)
        let post = try await ask(running.port, "POST", #"{"type":"ui.hello"}"#, ["Content-Type": "application/json"], path: path)
        #expect(post.status == 204 && post.headers["access-control-allow-origin"] == Self.shop && post.headers["vary"] == "Origin")
      }
      #expect(running.desk.events.map(\.type) == ["ui.hello", "ui.hello"])
      #expect(running.desk.events.allSatisfy { $0.sender == "website" && $0.source == Self.shop })
    }
  }

  @Test func aKeyThatHasEndedIsToldSo() async throws {
    var values = Self.sender().values
    let end = wallClock() - .seconds(60)
    values.entries["key"] = .list([.dated(.string("pk_live_1"), until: end), .string("pk_live_2")])
    let sender = Sender(name: "website", dialect: Dialect.named("browser") ?? .api, values: values)
    try await withSite(SiteSettings(senders: [sender])) { running in
      let old = try await ask(running.port, "POST", #"{"type":"ui.a"}"#)
      #expect(old.status == 403 && old.body.contains("expired at \(end.rfc3339)"), "\(old.body)")
      #expect(old.headers["access-control-allow-origin"] == Self.shop)
      #expect(try await ask(running.port, "POST", #"{"type":"ui.a"}"#, path: "/browser/pk_live_2").status == 204)
      let stranger = try await ask(running.port, "POST", "{}", origin: "https://evil.example")
      #expect(stranger.status == 403 && !stranger.body.contains("expired"))
    }
  }

  @Test func aBeaconAsksNothing() async throws {
    try await withSite(SiteSettings(senders: [Self.sender()])) { running in
      for body in [#"[{"type":"ui.a"},{"type":"ui.b"}]"#, "gone", ""] {
        let answer = try await ask(running.port, "POST", body, ["Content-Type": "text/plain;charset=UTF-8"])
        #expect(answer.status == 204 && answer.body.isEmpty)
      }
      #expect(running.desk.events.map(\.type) == ["ui.a", "ui.b", "ui.message"])
    }
  }

  /// Nobody learns from a no which keys, pages or types there are.
  @Test func strangersAreRefusedAlike() async throws {
    try await withSite(SiteSettings(senders: [Self.other, Self.sender()])) { running in
      var bodies: Set<String> = []
      for (path, origin) in [
        ("/browser/pk_live_1", "https://evil.example"), ("/browser/pk_live_1", "https://inner.example.com"), ("/browser/pk_live_1", nil),
        ("/browser/pk_live_1", "null"), ("/browser/nobodys", Self.shop), ("/browser/pk_inner", Self.shop), ("/browser", Self.shop),
        ("/hooks/website/pk_inner", Self.shop), ("/hooks/website/pk_live_1", "https://inner.example.com"),
      ] {
        for method in ["POST", "OPTIONS"] {
          let answer = try await ask(running.port, method, method == "POST" ? "{}" : nil, path: path, origin: origin)
          #expect(answer.status == 403, "\(method) \(path) from \(origin ?? "nowhere")")
          #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control") } && answer.headers["vary"] == "Origin")
          bodies.insert(answer.body)
        }
      }
      #expect(bodies.count == 1, "\(bodies)")
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test func pagesSeeWhyNot() async throws {
    try await withSite(SiteSettings(senders: [Self.sender()])) { running in
      let large = #"{"type":"ui.a","data":{"a":""# + String(repeating: "x", count: 16_384) + #""}}"#
      for (method, body, status) in [
        ("POST", "{", 400), ("POST", #"{"type":"order.paid"}"#, 422), ("POST", large, 413), ("GET", nil, 405), ("PUT", "{}", 405),
      ] as [(String, String?, Int)] {
        let answer = try await ask(running.port, method, body, ["Content-Type": "application/json"])
        #expect(answer.status == status && answer.headers["access-control-allow-origin"] == Self.shop, "\(method) \(status): \(answer)")
        #expect(answer.headers["content-type"] == "application/problem+json")
      }
      running.desk.set { $0.fault = .full("x") }
      let full = try await ask(running.port, "POST", "gone", ["Content-Type": "text/plain"])
      #expect(full.status == 429 && full.headers["retry-after"] == "30" && full.headers["access-control-allow-origin"] == Self.shop)
      #expect(full.headers["access-control-expose-headers"] == "Retry-After")
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test func aVisitorHasARateOfItsOwn() async throws {
    let sender = Self.sender(rate: Rate(5, per: .seconds(3_600)), visitors: Rate(2, per: .seconds(3_600)), proxies: ["127.0.0.1"])
    try await withSite(SiteSettings(senders: [sender])) { running in
      func post(_ visitor: String, _ body: String = "{}") async throws -> Wire.Answer {
        try await ask(running.port, "POST", body, ["Content-Type": "text/plain", "X-Forwarded-For": visitor])
      }
      #expect(try await post("198.51.100.1", "[{},{}]").status == 204)
      let above = try await post("198.51.100.1")
      #expect(above.status == 429 && above.body.contains("this visitor is above its rate of 2/h") && above.headers["retry-after"] != nil)
      #expect(try await post("203.0.113.9, 198.51.100.1").status == 429, "who invents a header is still the same")
      for visitor in ["198.51.100.2", "198.51.100.3", "2001:db8::1"] { #expect(try await post(visitor).status == 204) }
      let all = try await post("198.51.100.4")
      #expect(all.status == 429 && all.body.contains("the sender is above its rate of 5/h"))
      #expect(running.desk.events.count == 5)
    }
  }

  /// Without a word about proxies, who connects is the visitor, whatever is written.
  @Test func nobodyIsBelievedWhoWasNotNamed() async throws {
    try await withSite(SiteSettings(senders: [Self.sender(visitors: Rate(1, per: .seconds(3_600)))])) { running in
      for (visitor, status) in [("198.51.100.1", 204), ("198.51.100.2", 429)] {
        let answer = try await ask(running.port, "POST", "{}", ["Content-Type": "text/plain", "X-Forwarded-For": visitor])
        #expect(answer.status == status)
      }
    }
  }

  @Test func fewVisitorsAreForgottenAndNoneIsKeptForEver() {
    var table = VisitorTable()
    let rate = Rate(1, per: .seconds(60))
    func visitor(_ number: Int) -> VisitorAllowance { VisitorAllowance(address: PeerAddress(ipv4: UInt32(number)), rate: rate) }
    #expect(table.take(0, of: "a", visitor(1), at: .zero) == nil && table.count == 0, "looking is not remembered")
    #expect(table.take(1, of: "a", visitor(1), at: .zero) == nil)
    #expect(table.take(1, of: "a", visitor(1), at: .seconds(1)) == .seconds(59) && table.take(1, of: "b", visitor(1), at: .zero) == nil)
    for number in 2...VisitorTable.half { _ = table.take(1, of: "a", visitor(number), at: .zero) }
    #expect(table.take(0, of: "a", visitor(1), at: .seconds(1)) == .seconds(59), "the older half is remembered")
    for number in 1...(10 * VisitorTable.half) { _ = table.take(1, of: "c", visitor(number), at: .zero) }
    #expect(table.count <= 2 * VisitorTable.half)
    #expect(table.take(0, of: "a", visitor(1), at: .seconds(1)) == nil)
    let faster = VisitorAllowance(address: PeerAddress(ipv4: 1), rate: Rate(9, per: .seconds(1)))
    #expect(table.take(1, of: "c", faster, at: .zero) == nil, "a reload that changes the rate holds at once")
  }

  @Test func theScriptIsForEverybody() async throws {
    try await withSite(SiteSettings(senders: [Self.sender()])) { running in
      let first = try await ask(running.port, "GET", path: "/bellhop.js", origin: nil)
      #expect(first.status == 200 && first.headers["content-type"] == "text/javascript; charset=utf-8")
      #expect(first.headers["cache-control"] == "public, max-age=3600" && first.headers["x-content-type-options"] == "nosniff")
      #expect(first.headers["access-control-allow-origin"] == "*" && first.headers["cross-origin-resource-policy"] == "cross-origin")
      #expect(first.body.contains("sendBeacon") && !first.body.contains("//") && (1_000..<3_072).contains(first.body.utf8.count))
      let tag = try #require(first.headers["etag"])
      for value in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
        let again = try await ask(running.port, "GET", nil, ["If-None-Match": value], path: "/bellhop.js", origin: nil)
        #expect(again.status == 304 && again.headers["etag"] == tag && again.headers["content-length"] == nil, "\(value)")
      }
      #expect(try await ask(running.port, "GET", nil, ["If-None-Match": "\"x\""], path: "/bellhop.js", origin: nil).status == 200)
      let head = try await ask(running.port, "HEAD", path: "/bellhop.js", origin: nil)
      #expect(head.status == 200 && head.headers["content-length"] == String(first.body.utf8.count))
      let post = try await ask(running.port, "POST", "{}", path: "/bellhop.js", origin: nil)
      #expect(post.status == 405 && post.headers["allow"] == "GET, HEAD")
    }
  }
}
