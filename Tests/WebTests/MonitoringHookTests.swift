import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// What monitoring tools post, over a real socket.
@Suite struct MonitoringHookTests {
  private static func sender(_ name: String, _ dialect: String) -> Sender {
    Sender(name: name, dialect: Dialect.named(dialect) ?? .api, secrets: [Secret("key-of-\(name)")])
  }
  static let settings = SiteSettings(senders: [
    sender("am", "alertmanager"), sender("pd", "pagerduty"), sender("og", "opsgenie"), sender("up", "kuma"),
  ])

  private func ask(_ wire: Wire, _ method: String, _ path: String, _ body: String = "", _ headers: [String: String] = [:]) throws -> String
  {
    var all = ["Host": "localhost", "Content-Type": "application/json", "Content-Length": String(body.utf8.count)]
    for (name, value) in headers { all[name] = value }
    wire.send("\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + body)
    guard let answer = try wire.answer() else { return "nothing" }
    return "\(answer.status) \(answer.body)"
  }

  /// The key stands in the body, so that the body is read first; nothing of a stranger's is kept.
  @Test func aKeyInTheBody() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let body =
          #"{"routing_key":"key-of-pd","event_action":"trigger","dedup_key":"a","payload":{"summary":"x","source":"y","severity":"info"}}"#
        for path in ["/hooks/pd/v2/enqueue", "/hooks/pd"] {
          #expect(try self.ask(wire, "POST", path, body) == #"202 {"status":"success","message":"Event processed","dedup_key":"a"}"#)
        }
        #expect(
          try self.ask(wire, "POST", "/hooks/pd/v2/change/enqueue", body) == #"202 {"status":"success","message":"Change event processed"}"#
        )
        #expect(
          try self.ask(wire, "POST", "/hooks/pd", body.replacing("key-of-pd", with: "key-of-am")).hasPrefix(
            #"401 {"status":"invalid event""#))
        #expect(try self.ask(wire, "POST", "/hooks/pd", "{").hasPrefix("401"))
        #expect(try self.ask(wire, "POST", "/hooks/pd", body, ["Content-Encoding": "gzip"]).hasPrefix(#"415 {"status":"invalid event""#))
      }
      #expect(running.desk.events.map(\.type) == ["pagerduty.firing", "pagerduty.change"], "the same bytes are the same event")
    }
  }

  /// Opsgenie's own path, for tools that can be told a server only, and the methods that its clients use.
  @Test func aPathAtTheRoot() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let key = ["Authorization": "GenieKey key-of-og"]
        for (method, path) in [
          ("POST", "/v2/alerts"), ("POST", "/hooks/og/v2/alerts"), ("POST", "/v2/alerts/a%2Fb/acknowledge?identifierType=alias"),
          ("PUT", "/v2/alerts/a%2Fb/message?identifierType=alias"), ("POST", "/v2/alerts/a%2Fb/close?identifierType=alias"),
        ] {
          let said = try self.ask(wire, method, path, #"{"message":"x","alias":"a/b"}"#, key)
          #expect(said.hasPrefix(#"202 {"result":"Request will be processed","took":0.001,"requestId":""#), "\(path): \(said)")
        }
        #expect(try self.ask(wire, "DELETE", "/v2/alerts/a%2Fb", "", key).hasPrefix("202"))
        #expect(try self.ask(wire, "GET", "/v2/alerts/requests/1", "", key).hasPrefix(#"200 {"data":{"success":true"#))
        #expect(try self.ask(wire, "GET", "/v2/alerts", "", key).hasPrefix("405"))
        for path in ["/v2/alerts", "/v2/alerts/a/close", "/hooks/og/v2/alerts"] {
          #expect(
            try self.ask(wire, "POST", path, "{}", ["Authorization": "GenieKey key-of-am"]).hasPrefix(#"401 {"message":""#), "\(path)")
          #expect(try self.ask(wire, "POST", path, "{}").hasPrefix("401"), "\(path)")
        }
      }
      // The same alert again within a second is the same event, and behind it another one.
      var types: [String] = []
      for event in running.desk.events where types.last != event.type || event.type == "opsgenie.resolved" { types.append(event.type) }
      #expect(
        types
          == ["opsgenie.firing", "opsgenie.acknowledged", "opsgenie.message", "opsgenie.resolved", "opsgenie.resolved"])
      #expect(Set(running.desk.events.compactMap(\.subject)) == ["a/b"])
    }
  }

  /// More alerts than the API takes events, and more bytes than it takes of a body.
  @Test func aStormIsKept() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let alerts = (0..<4_000).map {
          #"{"status":"firing","labels":{"alertname":"A","n":"\#($0)"},"annotations":{"description":"\#(String(repeating: "x", count: 300))"},"startsAt":"2026-11-24T11:50:00Z","fingerprint":"\#($0)"}"#
        }
        let body = #"{"status":"firing","alerts":["# + alerts.joined(separator: ",") + "]}"
        #expect(body.utf8.count > 1 << 20)
        let wire = try Wire(port: running.port)
        wire.patience(60_000)
        let said = try self.ask(wire, "POST", "/hooks/am", body, ["Authorization": "Bearer key-of-am"])
        #expect(said == #"202 {"accepted":4000,"duplicates":0}"#, "\(said.prefix(200))")
        #expect(try self.ask(wire, "POST", "/hooks/am", String(body.dropLast()), ["Authorization": "Bearer key-of-am"]).hasPrefix("400"))
      }
      #expect(running.desk.events.count == 4_000, "and nothing of the half one")
    }
  }

  @Test func aGet() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        #expect(try self.ask(wire, "GET", "/hooks/up/key-of-up?msg=Shop%20is%20down").hasPrefix("202"))
        #expect(try self.ask(wire, "GET", "/hooks/up/key?msg=Shop%20is%20down").hasPrefix("401"))
      }
      #expect(running.desk.events.map(\.text) == ["Shop is down"])
    }
  }

  @Test func pressure() async throws {
    try await withSite(Self.settings) { running in
      running.desk.set { $0.fault = .full("x") }
      try await onThread {
        let wire = try Wire(port: running.port)
        let group = #"{"alerts":[{"status":"firing","labels":{"alertname":"A"}}]}"#
        #expect(try self.ask(wire, "POST", "/hooks/am/key-of-am", group).hasPrefix("503"))
        #expect(
          try self.ask(wire, "POST", "/hooks/pd", #"{"routing_key":"key-of-pd"}"#).hasPrefix(#"429 {"status":"throttle exceeded""#))
        #expect(try self.ask(wire, "POST", "/v2/alerts", "{}", ["Authorization": "GenieKey key-of-og"]).hasPrefix(#"429 {"message":""#))
      }
    }
  }
}
