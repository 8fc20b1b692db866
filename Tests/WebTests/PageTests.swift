import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// The page that every message links to.
@Suite struct PageTests {
  private static let hostile = "<script>alert(1)</script>\"'&\u{202E}evil"

  private static let event = HistoryEvent(
    sequence: 3, received: RouteTests.time,
    event: Event(
      id: hostile, sender: "shop", source: hostile, type: "order.failed", subject: hostile, time: RouteTests.time, text: "why\n" + hostile,
      data: ["k": .string(hostile)]), fate: .planned, note: nil, deliveries: [RouteTests.delivery(7)])

  @Test func itShowsTheEventAsText() async throws {
    try await withSite { running in
      running.desk.set { $0.pages = [Self.event] }
      let page = try #require(try await onThread { try Wire(port: running.port).ask("GET", "/events/3") })
      #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      #expect(page.headers["content-security-policy"]?.contains("unsafe") == false)
      #expect(page.body.ranges(of: "<script").count == 1, "its own")
      #expect(!page.body.contains("\u{202E}"))
      #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;evil"))
      for word in [
        "order.failed", "why", "2026-11-24T12:00:00.000Z", "ops → money", ">dead</span>", ">postponed</span></td><td>timeout: late</td>",
      ] {
        #expect(page.body.contains(word), "\(word)")
      }
      let missing = try await onThread { try Wire(port: running.port).ask("GET", "/events/4") }
      #expect(missing?.status == 404)
      for path in ["/events/x", "/events/0", "/events/-1", "/events/3/4", "/events/"] {
        let answer = try await onThread { try Wire(port: running.port).ask("GET", path) }
        #expect(answer?.status == 404, "\(path)")
      }
    }
  }

  /// Where reading needs a token, a browser asks its user for it: any name, and the token for a password.
  @Test func aBrowserAsksForTheToken() async throws {
    try await withSite(SiteSettings(readers: readers(ReaderKey(Secret("a-reader's-token"))), hasPublicName: true)) { running in
      running.desk.set { $0.pages = [Self.event] }
      func ask(_ authorization: String?, _ path: String = "/events/3") async throws -> String {
        let answer = try await onThread {
          try Wire(port: running.port).ask("GET", path, authorization.map { ["Authorization": $0] } ?? [:])
        }
        return "\(answer?.status ?? 0) \(answer?.headers["www-authenticate"] ?? "")"
      }
      let asksForPassword = "401 Basic realm=\"bellhop\""
      let right = try await ask("Basic YW5uYTphLXJlYWRlcidzLXRva2Vu")
      #expect(right == "200 ", "anna:a-reader's-token")
      let odd: [String?] = [nil, "Basic YW5uYTp3cm9uZw==", "Basic", "Basic ", "Basic !!", "Basic YW5uYQ==", "Basic YW5uYTo="]
      for authorization in odd {
        let answer = try await ask(authorization)
        #expect(answer == asksForPassword, "\(authorization ?? "none")")
      }
      // Programs are told their own way.
      let program = try await ask(nil, "/v1/events/3")
      #expect(program == "401 Bearer realm=\"bellhop\"")
    }
  }
}
