import Bellhop
import Senders
import Testing

@testable import Web

/// Posts to a sender with a mapping, over a real socket: right ones, and those that nobody should send.
@Suite struct MappingHookTests {
  private static let sender = Sender(
    name: "ci", dialect: Dialect.named("json") ?? .api, secrets: [Secret("key-of-ci-new"), Secret("key-of-ci-old")],
    values: Values([
      "event": .map([.init("type", .string("build.{{status}}")), .init("id", .string("{{id}}"))]), "each": .string("items"),
      "proof": .list([.string("bearer"), .string("path"), .string("header X-Key")]),
    ]))

  private struct Try {
    var name: String
    var path = "/hooks/ci"
    var headers = "Authorization: Bearer key-of-ci-new\r\n"
    var method = "POST"
    var body = #"{"status":"ok","id":"a"}"#
    var status: Int
    var kept: Int
  }

  private static let tries: [Try] = [
    Try(name: "right", status: 202, kept: 1),
    Try(name: "a repeat", status: 202, kept: 1),
    Try(name: "the secret of before", headers: "x-key: key-of-ci-old\r\n", body: #"{"id":"b"}"#, status: 202, kept: 2),
    Try(name: "in the path", path: "/hooks/ci/key-of-ci-new", headers: "", body: #"{"id":"c"}"#, status: 202, kept: 3),
    Try(
      name: "a form", headers: "X-Key: key-of-ci-new\r\nContent-Type: application/x-www-form-urlencoded\r\n", body: "id=d", status: 202,
      kept: 4),
    Try(name: "PUT", method: "PUT", body: #"{"id":"e"}"#, status: 202, kept: 5),
    Try(name: "an empty list", body: #"{"items":[]}"#, status: 202, kept: 5),
    Try(name: "nothing", headers: "", status: 401, kept: 5),
    Try(name: "a wrong one", headers: "Authorization: Bearer key-of-ci\r\n", status: 401, kept: 5),
    Try(name: "a wrong path", path: "/hooks/ci/key-of-ci-", headers: "", status: 401, kept: 5),
    Try(name: "twice", headers: "X-Key: key-of-ci-new\r\nX-Key: key-of-ci-new\r\n", status: 401, kept: 5),
    Try(name: "in a query that proves nothing", path: "/hooks/ci?key=key-of-ci-new", headers: "", status: 401, kept: 5),
    Try(name: "broken off", body: #"{"status":"ok","#, status: 400, kept: 5),
    Try(name: "no text", headers: "X-Key: key-of-ci-new\r\nContent-Type: text/plain\r\n", body: "", status: 202, kept: 6),
    Try(name: "squeezed", headers: "X-Key: key-of-ci-new\r\nContent-Encoding: gzip\r\n", body: "x", status: 415, kept: 6),
    Try(name: "GET", method: "GET", body: "", status: 405, kept: 6),
    Try(
      name: "ten thousand", body: #"{"items":[\#((0..<10_000).map { #"{"id":"n\#($0)"}"# }.joined(separator: ","))]}"#, status: 202,
      kept: 1_007),
    Try(name: "too much", body: String(repeating: " ", count: 1 << 20) + "{}", status: 413, kept: 1_007),
  ]

  @Test func everyOne() async throws {
    try await withSite(SiteSettings(senders: [Self.sender])) { running in
      try await onThread {
        for one in Self.tries {
          let wire = try Wire(port: running.port)
          wire.send(
            "\(one.method) \(one.path) HTTP/1.1\r\nHost: a\r\n\(one.headers)Content-Length: \(one.body.utf8.count)\r\n\r\n\(one.body)")
          let answer = try wire.answer()
          #expect(answer?.status == one.status, "\(one.name): \(answer?.body ?? "nothing")")
          #expect(running.desk.events.count == one.kept, "\(one.name)")
        }
      }
    }
  }
}
