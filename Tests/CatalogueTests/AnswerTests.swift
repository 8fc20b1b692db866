import Bellhop
import Curl
import Testing

@testable import Catalogue

/// What pages make of answers, beyond the examples that each holds itself.
@Suite struct AnswerTests {
  private let now = Timestamp(seconds: 1_700_000_000)

  private func outcome(
    _ name: String, _ status: Int, _ body: String, headers: [String: String] = [:], after: Duration? = nil
  ) throws -> Outcome {
    let page = try #require(Catalogue.pages.first { $0.name == name })
    let response = Response(
      status: status, headers: headers.map { .init($0.key, $0.value) }, body: Array(body.utf8), retryAfter: after)
    return page.answer.outcome(of: .response(response), secrets: [], at: now)
  }

  private func wait(_ outcome: Outcome) -> Duration? { if case .postponed(_, let wait) = outcome { wait } else { nil } }

  @Test func theWordOnWaitingCountsWhereverAMessageIsPostponed() throws {
    let body = #"{"messages":[{"status":"5"}]}"#
    #expect(wait(try outcome("vonage", 200, body, after: .seconds(6))) == .seconds(6))
    #expect(wait(try outcome("pagerduty", 500, "", after: .seconds(6))) == .seconds(6))
    #expect(wait(try outcome("webex", 423, "{}", after: .seconds(3))) == .seconds(3))
    #expect(wait(try outcome("discord", 503, #"{"retry_after":2.5}"#)) == .milliseconds(2_500))
  }

  @Test func aMomentIsAWaitFromNowOn() throws {
    let limited = #"{"message":"API rate limit exceeded"}"#
    let reset = ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000090"]
    #expect(wait(try outcome("github-issue", 403, limited, headers: reset)) == .seconds(90))
    #expect(wait(try outcome("github-issue", 403, limited, headers: reset, after: .seconds(7))) == .seconds(7))
    #expect(wait(try outcome("github-issue", 403, limited, headers: reset.merging(["X-RateLimit-Remaining": "9"]) { $1 })) == nil)
    #expect(wait(try outcome("github-issue", 403, limited, headers: reset.merging(["X-RateLimit-Reset": "1699999999"]) { $1 })) == .zero)
    // Nobody means a month.
    #expect(wait(try outcome("github-issue", 403, limited, headers: reset.merging(["X-RateLimit-Reset": "1702592000"]) { $1 })) == nil)
  }

  @Test func aByteOrderMarkHidesNoDelivery() throws {
    #expect(try outcome("discord", 200, "\u{FEFF}{\"id\":\"77\"}") == .delivered(Receipt(id: "77", note: "200 77")))
    #expect(try outcome("discord", 200, "\u{1F}\u{8B}gzip").word == "unclear")
  }

  @Test func aHintSaysWhatTheAnswerDid() throws {
    let body = #"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-1001234567890}}"#
    #expect(try outcome("telegram", 400, body).fault?.line.hasSuffix("write its new id, -1001234567890") == true)
  }

  @Test(arguments: Catalogue.pages.map(\.name)) func noRuleOfAPageIsNeverMet(_ name: String) throws {
    let (_, _, mistakes) = Catalogue.read(try #require(Catalogue.source(of: name)), Engine())
    #expect(mistakes.isEmpty)
  }
}
