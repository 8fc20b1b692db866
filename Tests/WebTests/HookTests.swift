import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// Posts to a sender's own address, over a real socket.
@Suite struct HookTests {
  static let chat = Sender(
    name: "chat", dialect: Dialect.named("slack") ?? .api, secrets: [Secret("key-1"), Secret("key-0")], rate: Rate(3, per: .seconds(3_600)),
    hosts: ["hooks.example.com"])
  static let settings = SiteSettings(senders: [Sender(name: "shop", secrets: [Secret("shop-token")]), chat])

  private func said(_ wire: Wire, _ path: String, _ body: String = #"{"text":"hello"}"#, _ headers: [String: String] = [:]) throws -> String
  {
    var all = ["Host": "localhost", "Content-Type": "application/json", "Content-Length": String(body.utf8.count)]
    for (name, value) in headers { all[name] = value }
    wire.send("POST \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + body)
    guard let answer = try wire.answer() else { return "nothing" }
    return "\(answer.status) \(answer.body)"
  }

  @Test func addresses() async throws {
    var settings = Self.settings
    settings.senders[1] = Sender(name: "chat", dialect: Self.chat.dialect, secrets: Self.chat.secrets, hosts: Self.chat.hosts)
    try await withSite(settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for path in ["/hooks/chat/key-1", "/hooks/chat/key-0", "/services/T1/B1/key-1", "/hooks/%63hat/key-1?wait=true"] {
          #expect(try self.said(wire, path) == "200 ok", "\(path)")
        }
        #expect(try self.said(wire, "/anything/key-1", #"{"text":"hello"}"#, ["Host": "Hooks.Example.com:443"]) == "200 ok")
        #expect(try self.said(wire, "/v1/events", #"{"text":"hello"}"#, ["Host": "hooks.example.com"]) == "403 invalid_token")
        for path in ["/hooks/chat/key-2", "/hooks/chat", "/hooks/chat/", "/services/T1/B1/key-2", "/services"] {
          #expect(try self.said(wire, path) == "403 invalid_token", "\(path)")
        }
        for path in ["/hooks", "/hooks/nobody/key-1", "/hooks/shop/shop-token"] {
          #expect(try self.said(wire, path).hasPrefix(#"403 {"type":"about:blank","title":"no sender has this address""#), "\(path)")
        }
        // The key of a webhook is no token, and a token no key.
        let bearer = ["Authorization": "Bearer key-1"]
        #expect(try self.said(wire, "/v1/events", #"{"text":"hello"}"#, bearer).hasPrefix("401"))
      }
      #expect(running.desk.events.map(\.sender) == Array(repeating: "chat", count: 5))
      #expect(
        running.desk.refusals.filter { $0.hasPrefix("slack") }.count == 6 && running.desk.refusals.filter { $0 == "hooks 403" }.count == 3)
    }
  }

  /// The command line asks for localhost through the socket: a sender that has that name has it outside only.
  @Test func theSocketIsTheGatewaysOwn() async throws {
    var settings = Self.settings
    settings.senders[1] = Sender(name: "chat", dialect: Self.chat.dialect, secrets: Self.chat.secrets, hosts: ["localhost"])
    try await withSocket(settings) { running, socket in
      try await onThread {
        let inside = try Wire(path: socket)
        #expect(try inside.ask("GET", "/healthz")?.body == #"{"status":"ok"}"#)
        let outside = try Wire(port: running.port)
        #expect(try outside.ask("GET", "/healthz")?.status == 405)
      }
    }
  }

  @Test func refusalsAreInTheDialectsWords() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        #expect(try self.said(wire, "/hooks/chat/key-1", "{") == "400 invalid_payload")
        #expect(try self.said(wire, "/hooks/chat/key-1", "{}") == "400 no_text")
        #expect(try self.said(wire, "/hooks/chat/key-1", "x", ["Content-Encoding": "gzip"]) == "400 invalid_payload")
        let large = #"{"text":""# + String(repeating: "x", count: 1 << 20) + #""}"#
        #expect(try self.said(try Wire(port: running.port), "/hooks/chat/key-1", large).hasPrefix("413"))
        wire.send("GET /hooks/chat/key-1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let get = try #require(try wire.answer())
        #expect(get.status == 405 && get.headers["allow"] == "POST")
        for _ in 0..<3 { #expect(try self.said(wire, "/hooks/chat/key-1") == "200 ok") }
        #expect(try self.said(wire, "/hooks/chat/key-1") == "429 rate_limited", "above its rate")
      }
      #expect(running.desk.events.count == 3, "nothing of a refused post is kept")
    }
  }

  /// What the store has no room for is told in the word that its senders try again after.
  @Test func pressureHasTheDialectsWord() async throws {
    var settings = Self.settings
    settings.senders[1] = Sender(name: "chat", dialect: Self.chat.dialect, secrets: Self.chat.secrets)
    try await withSite(settings) { running in
      running.desk.set { $0.fault = .full("x") }
      try await onThread {
        let wire = try Wire(port: running.port)
        let body = #"{"text":"hello"}"#
        wire.send("POST /hooks/chat/key-1 HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let answer = try #require(try wire.answer())
        #expect(answer.status == 429 && answer.body == "rate_limited" && answer.headers["retry-after"] == "30")
      }
      #expect(running.desk.refusals == ["slack 429"])
    }
  }

  /// A key in the address is looked at before the body: a stranger's is not read.
  @Test func proofComesBeforeTheBody() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("POST /hooks/chat/wrong HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n")
        #expect(try wire.answer()?.status == 403)
      }
    }
  }
}
