import Bellhop
import Testing

@testable import Senders

@Suite struct KumaDialectTests {
  static func body(_ status: String, _ time: String = "2026-11-24 11:59:00.123") -> String {
    #"{"heartbeat":{"monitorID":3,"status":\#(status),"time":"\#(time)","msg":"connection refused","ping":null,"important":true},"monitor":{"id":3,"name":"Shop","url":"https://shop.example.com","basic_auth_pass":"n33dle","headers":"{\"Authorization\":\"Bearer n33dle\"}","tags":[{"name":"team","value":"a"}]},"msg":"[Shop] [🔴 Down] connection refused"}"#
  }

  @Test(arguments: [
    ("0", "kuma.firing", "error"), ("1", "kuma.resolved", "info"), ("2", "kuma.pending", "notice"), ("3", "kuma.maintenance", "info"),
    (#""0""#, "kuma.firing", "error"), ("null", "kuma.message", "info"), ("9", "kuma.message", "info"),
  ])
  func states(status: String, type: String, severity: String) throws {
    let event = try Knocker("kuma").event(Self.body(status))
    #expect(event.type == type && event.severity.word == severity && event.subject == "Shop #3")
    #expect(event.text == "[Shop] [🔴 Down] connection refused\nShop (https://shop.example.com)")
    #expect(event.time == Timestamp(rfc3339: "2026-11-24T11:59:00.123Z"))
    #expect(event.value(at: "data.monitor.tags.0.value") == "a" && event.value(at: "data.heartbeat.monitorID") == 3)
    #expect(!JSON.object(event.json).text.contains("n33dle"), "how it is checked is nobody's business")
  }

  @Test func formsOfABody() throws {
    let knocker = try Knocker("kuma")
    let json = Self.body("0")
    let plain = try knocker.event(json)
    let parts =
      "----b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{}\r\n----b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n\(json)\r\n----b--\r\n"
    func event(_ body: String, _ type: String) throws -> Event {
      try knocker.event(body, PostHead(path: ["s3cret-of-shop"], headers: [.init("content-type", type)]))
    }
    #expect(try event(parts, "multipart/form-data; boundary=--b") == plain)
    #expect(try event(parts, #"multipart/form-data; charset=utf-8; Boundary="--b""#) == plain)
    #expect(try event("data=" + json.percentEncoded(), "application/x-www-form-urlencoded") == plain)
    #expect(try event(json, "application/x-www-form-urlencoded") == plain)
    let get = PostHead(
      method: "GET", path: ["s3cret-of-shop"],
      query: [
        .init("msg", "[Shop] [🔴 Down] connection refused"), .init("heartbeat", JSON(json)["heartbeat"]?.text ?? ""),
        .init("monitor", JSON(json)["monitor"]?.text ?? ""),
      ])
    #expect(try knocker.event("", get) == plain)
    #expect(try event("Shop is down", "text/plain").text == "Shop is down")
    for body in ["----b\r\n\r\n", "----b", "--x", "----b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{"] {
      #expect(throws: Never.self, "\(body)") { try event(body, "multipart/form-data; boundary=--b") }
    }
  }

  /// A form that never ends is looked through once.
  @Test func aFormOfNothing() throws {
    let knocker = try Knocker("kuma")
    let clock = ContinuousClock()
    for (body, boundary) in [
      (String(repeating: "-", count: 300_000), String(repeating: "-", count: 68) + "x"), (String(repeating: "--b\r\n", count: 60_000), "b"),
      (String(repeating: "\r\n\r", count: 100_000), "b"),
    ] {
      let head = PostHead(path: ["s3cret-of-shop"], headers: [.init("content-type", "multipart/form-data; boundary=\(boundary)")])
      let time = clock.measure { _ = knocker.receive(body, head) }
      #expect(time < .seconds(60), "\(boundary): \(time)")
    }
  }

  /// Tests and notices about certificates have no heartbeat.
  @Test func nothingButWords() throws {
    let knocker = try Knocker("kuma")
    let test = try knocker.event(#"{"heartbeat":null,"monitor":null,"msg":"My Notification Testing"}"#)
    #expect(test.type == "kuma.message" && test.severity == .info && test.text == "My Notification Testing" && test.subject == nil)
    let expiry = try knocker.event(
      #"{"heartbeat":null,"monitor":null,"msg":"[Shop][https://shop.example.com] server certificate will expire in 7 days"}"#)
    #expect(expiry.type == "kuma.message" && expiry.severity == .warning)
  }

  @Test func idsTellChecksApart() throws {
    let knocker = try Knocker("kuma")
    let first = try knocker.event(Self.body("0")).id
    #expect(try knocker.event(Self.body("0"), at: noon + .seconds(3_600)).id == first)
    #expect(try knocker.event(Self.body("1")).id != first && knocker.event(Self.body("0", "2026-11-24 12:00:00")).id != first)
  }
}

extension JSON {
  fileprivate init(_ text: String) { self = (try? JSON(parsing: text)) ?? .null }
}
