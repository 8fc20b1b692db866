import Bellhop
import Senders
import Testing

@testable import Web

/// Acknowledging over HTTP: the page behind a link, and what operators post.
@Suite struct AckTests {
  @Test func openingALinkAcknowledgesNothing() async throws {
    try await withSite { running in
      let answers = try await onThread {
        try ["GET", "HEAD", "GET"].map { try Wire(port: running.port).ask($0, "/ack/good", ["Sec-Fetch-Site": "cross-site"]) }
      }
      #expect(answers.map { $0?.status } == [200, 200, 200] && answers[1]?.body == "")
      let page = try #require(answers[0])
      #expect(page.headers["content-type"] == "text/html; charset=utf-8" && page.headers["cache-control"] == "no-store")
      #expect(page.headers["x-robots-tag"]?.contains("noindex") == true && page.body.contains("noindex"))
      let policy = try #require(page.headers["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("form-action 'self'") && !policy.contains("script"))
      // With no-referrer a browser would say Origin: null of the form.
      #expect(page.headers["referrer-policy"] == "same-origin")
      #expect(page.body.contains("&lt;b&gt;down&lt;/b&gt;") && !page.body.contains("<b>"))
      #expect(page.body.split(separator: "<button").count == 2 && page.body.contains(#"value="p-good""#))
      #expect(running.desk.calls.isEmpty)
    }
  }

  @Test func onlyTheButtonOfThePageDoes() async throws {
    try await withSite { running in
      func press(_ body: String, _ headers: [String: String] = [:]) async throws -> Int? {
        try await onThread { try Wire(port: running.port).ask("POST", "/ack/good", headers, body)?.status }
      }
      // A prefetch or a scanner that posts knows no proof.
      for body in ["", "who=ann", "proof=", "proof=x&who=ann", "proof=p-good%", "{}"] {
        let status = try await press(body)
        #expect(status == 422, "\(body)")
      }
      // Pages of others may know it and still not press.
      for headers in [["Sec-Fetch-Site": "cross-site"], ["Origin": "https://evil.example.com"], ["Origin": "null"]] {
        let status = try await press("proof=p-good", headers)
        #expect(status == 403, "\(headers)")
      }
      #expect(running.desk.calls.isEmpty)
      let named = try await press("proof=p-good&who=+Ann%20Lee+", ["Sec-Fetch-Site": "same-origin", "Origin": "null"])
      let nameless = try await press("proof=p-good", ["Origin": "http://localhost"])
      #expect(named == 200 && nameless == 200)
      #expect(running.desk.calls == ["ack good Ann Lee", "ack good -"])
    }
  }

  @Test(arguments: [
    ("good", 200, "until somebody acknowledges it"), ("answered", 200, "Acknowledged by joe"), ("over", 200, "Nobody waits"),
    ("expired", 410, "was good until"), ("forged", 404, "no link"),
  ])
  func everyStandingHasItsPage(_ token: String, _ status: Int, _ words: String) async throws {
    try await withSite(SiteSettings(readers: readers(ReaderKey(Secret("s"))), hasPublicName: true)) { running in
      let page = try #require(try await onThread { try Wire(port: running.port).ask("GET", "/ack/\(token)") })
      #expect(page.status == status && page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.body.contains(words) && page.body.contains("<button>") == (token == "good"), "\(page.body)")
    }
  }

  @Test func operatorsSayWhichAndWho() async throws {
    try await withSocket { running, path in
      func post(_ body: String) async throws -> Wire.Answer? {
        try await onThread { try Wire(path: path).ask("POST", "/v1/acks", [:], body) }
      }
      #expect(try await post(#"{"event":5,"who":"ann"}"#)?.status == 200)
      #expect(try await post(#"{"event":"e-5","role":"ops","who":"ann"}"#)?.status == 200)
      #expect(running.desk.calls == ["ack 5 - ann", "ack e-5 ops ann"])
      for (body, field) in [
        (#"{"who":"ann"}"#, "/event"), (#"{"event":5}"#, "/who"), (#"{"event":5,"who":"a","x":1}"#, "/x"),
        (#"{"event":5,"who":"\#(String(repeating: "a", count: 201))"}"#, "/who"), (#"{"event":{},"who":"a"}"#, "/event"),
      ] {
        let answer = try await post(body)
        #expect(answer?.status == 422 && answer?.body.contains(#""field":"\#(field)""#) == true, "\(body) \(answer?.body ?? "")")
      }
      #expect(try await post(#"{"event":"gone","who":"ann"}"#)?.status == 404)
    }
  }
}
