import Bellhop
import Foundation
import Testing

@testable import Senders

/// What the dialects of monitoring tools let in: one table, an expectation each.
@Suite struct MonitoringProofTests {
  private static let group = AlertmanagerDialectTests.group([AlertmanagerDialectTests.alert()])
  private static let pager = PagerDutyDialectTests.body()

  private static func header(_ scheme: String, _ secret: String = "s3cret-of-shop", _ path: [String] = []) -> PostHead {
    PostHead(path: path, headers: [.init("authorization", "\(scheme) \(secret)"), .init("content-type", "application/json")])
  }
  private static func twice(_ scheme: String) -> PostHead {
    PostHead(headers: [.init("authorization", "\(scheme) s3cret-of-shop"), .init("authorization", "\(scheme) s3cret-of-shop")])
  }
  /// `prometheus:s3cret-of-shop`
  private static let basic = "cHJvbWV0aGV1czpzM2NyZXQtb2Ytc2hvcA=="

  /// Name of the dialect, what is tried, the head, the body, what comes of it.
  static let cases: [(String, String, PostHead, String, String)] =
    ["alertmanager", "grafana", "kuma", "datadog"].flatMap { name -> [(String, String, PostHead, String, String)] in
      let body = name == "kuma" ? KumaDialectTests.body("0") : group
      return [
        (name, "bearer", header("Bearer"), body, "1 kept"), (name, "basic", header("Basic", basic), body, "1 kept"),
        (name, "key", PostHead(path: ["s3cret-of-shop"]), body, "1 kept"),
        (name, "rotated", PostHead(path: ["s3cret-of-before"]), body, "1 kept"),
        (name, "wrong key", PostHead(path: ["s3cret"]), body, "401"), (name, "wrong token", header("Bearer", "x"), body, "401"),
        (name, "another scheme", header("GenieKey"), body, "401"), (name, "nothing", PostHead(), body, "401"),
        (name, "header twice", twice("Bearer"), body, "401"),
        (name, "truncated", header("Bearer"), String(body.dropLast(9)), name == "kuma" ? "1 kept" : "400"),
        (name, "no object", header("Bearer"), "[1]", name == "kuma" ? "1 kept" : "422"),
        (name, "wrong content type", PostHead(path: ["s3cret-of-shop"], headers: [.init("content-type", "text/plain")]), body, "1 kept"),
        (name, "empty", header("Bearer"), "{}", "1 kept"),
      ]
    } + [
      ("opsgenie", "key", header("GenieKey"), OpsgenieDialectTests.create, "1 kept"),
      ("opsgenie", "rotated", header("GenieKey", "s3cret-of-before"), OpsgenieDialectTests.create, "1 kept"),
      ("opsgenie", "any case", header("geniekey"), OpsgenieDialectTests.create, "1 kept"),
      ("opsgenie", "wrong", header("GenieKey", "x"), OpsgenieDialectTests.create, "401"),
      ("opsgenie", "bearer", header("Bearer"), OpsgenieDialectTests.create, "401"),
      ("opsgenie", "nothing", PostHead(path: ["v2", "alerts", "s3cret-of-shop"]), OpsgenieDialectTests.create, "401"),
      ("opsgenie", "header twice", twice("GenieKey"), OpsgenieDialectTests.create, "401"),
      ("opsgenie", "truncated", header("GenieKey"), "{", "400"), ("opsgenie", "empty", header("GenieKey"), "{}", "1 kept"),
      (
        "opsgenie", "wrong content type",
        PostHead(headers: [.init("authorization", "GenieKey s3cret-of-shop"), .init("content-type", "text/plain")]),
        OpsgenieDialectTests.create, "1 kept"
      ),
      ("pagerduty", "key", PagerDutyDialectTests.head, pager, "1 kept"),
      ("pagerduty", "rotated", PostHead(), pager.replacing("of-shop", with: "of-before"), "1 kept"),
      ("pagerduty", "wrong", PostHead(), pager.replacing("of-shop", with: "of-chop"), "401"),
      ("pagerduty", "nothing", PostHead(), #"{"event_action":"trigger"}"#, "401"),
      ("pagerduty", "no text", PostHead(), #"{"routing_key":["s3cret-of-shop"]}"#, "401"),
      ("pagerduty", "empty key", PostHead(), #"{"routing_key":""}"#, "401"),
      ("pagerduty", "key in the head", header("Bearer", "s3cret-of-shop", ["s3cret-of-shop"]), #"{"event_action":"trigger"}"#, "401"),
      ("pagerduty", "truncated", PostHead(), String(pager.dropLast(1)), "401"),
      ("pagerduty", "wrong content type", PostHead(headers: [.init("content-type", "text/plain")]), pager, "1 kept"),
    ]

  @Test func theTable() throws {
    for (name, what, head, body, expected) in Self.cases {
      #expect(try Knocker(name).knock(Array(body.utf8), head) == expected, "\(name): \(what)")
    }
  }

  /// The table in the docs names tests that are there.
  @Test func whatProvesItIsThere() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let page = try String(contentsOf: root.appending(path: "docs/senders.md"), encoding: .utf8)
    let table = try #require(page.components(separatedBy: "proved by which test").last)
    let named = Set(table.matches(of: /`([A-Z][A-Za-z]+(?:Tests|Journeys))(?:\.[a-zA-Z]+)?`/).map { String($0.1) })
    #expect(named.count > 8)
    var suites: Set<String> = []
    for room in ["SendersTests", "WebTests", "JourneyTests"] {
      let folder = root.appending(path: "Tests/\(room)").path(percentEncoded: false)
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
        let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        suites.formUnion(text.matches(of: /struct ([A-Z][A-Za-z]+)/).map { String($0.1) })
      }
    }
    #expect(named.subtracting(suites).isEmpty, "\(named.subtracting(suites))")
  }

  /// The same post again makes the same ids, whatever the dialect.
  @Test func aRepeatIsKnown() throws {
    for (name, what, head, body, expected) in Self.cases where ["key", "bearer"].contains(what) && expected == "1 kept" {
      if name == "datadog" { continue }
      let knocker = try Knocker(name)
      let ids = try [noon, noon + .seconds(5)].map { try knocker.events(body, head, at: $0).map(\.id) }
      #expect(ids[0] == ids[1], "\(name)")
    }
  }
}
