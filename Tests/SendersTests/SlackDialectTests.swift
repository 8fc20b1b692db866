import Bellhop
import Testing

@testable import Senders

@Suite struct SlackDialectTests {
  static func sender(_ rules: [[(String, String)]] = [], markup: String = "slack") -> Sender {
    DialectTests.sender(
      .slack,
      [
        "types": .list(rules.map { rule in .map(rule.map { Value.Entry($0.0, .string($0.1)) }) }), "markup": .string(markup),
      ])
  }

  static func receive(_ body: String, _ type: String = "application/json", _ sender: Sender = sender()) -> Result<[Event], PostRefusal> {
    sender.receive(Array(body.utf8), PostHead(path: ["s3cret-of-shop"], headers: [.init("content-type", type)]), at: noon)
  }

  static func event(_ body: String, _ type: String = "application/json", _ sender: Sender = sender()) throws -> Event {
    try #require(try receive(body, type, sender).get().first)
  }

  @Test func formsOfABody() throws {
    for (body, type) in [
      (#"{"text":"hello"}"#, "application/json"), (#"payload=%7B%22text%22%3A%22hello%22%7D"#, "application/x-www-form-urlencoded"),
      (#"{"text":"hello"}"#, "text/plain"), (#"{"text":"hello"}"#, "application/x-www-form-urlencoded"),
      (#"payload={"text":"hello"}"#, "application/x-www-form-urlencoded"),
      ("\u{FEFF}{\"text\":\"hello\"}", "application/json; charset=utf-8"),
      (#"token=x&payload=%7B%22text%22%3A%22hello%22%7D"#, "application/json"),
    ] {
      let event = try Self.event(body, type)
      #expect(event.text == "hello" && event.type == "message" && event.sender == "shop" && event.severity == .info, "\(body)")
    }
  }

  @Test(arguments: [
    ("", "invalid_payload"), ("{", "invalid_payload"), ("payload=", "invalid_payload"), ("{}", "no_text"), (#"{"text":""}"#, "no_text"),
    (#"{"text":"\u200b"}"#, "no_text"), ("[1]", "invalid_payload"),
  ])
  func refusals(body: String, word: String) {
    guard case .failure(let refusal) = Self.receive(body) else {
      Issue.record("\(body) was taken")
      return
    }
    #expect(Self.sender().answer(.refused(refusal), to: PostHead()) == PostAnswer(400, "text/plain; charset=utf-8", word))
  }

  @Test func answersToTheByte() {
    func answer(_ status: Int) -> PostAnswer? {
      Self.sender().answer(.refused(PostRefusal(status: status, title: "x")), to: PostHead())
    }
    #expect(Self.sender().answer(.kept([]), to: PostHead()) == PostAnswer(200, "text/plain; charset=utf-8", "ok"))
    #expect(answer(401) == PostAnswer(403, "text/plain; charset=utf-8", "invalid_token"))
    #expect(answer(503) == PostAnswer(429, "text/plain; charset=utf-8", "rate_limited"))
    #expect(answer(500) == PostAnswer(500, "text/plain; charset=utf-8", "rollup_error"))
  }

  @Test func proof() {
    func proof(_ path: [String], _ headers: [PostHead.Pair] = []) -> Sender.HeadProof {
      Self.sender().proof(of: PostHead(path: path, headers: headers), at: Timestamp(seconds: 0))
    }
    #expect(proof(["s3cret-of-shop"]) == .proven && proof(["s3cret-of-before"]) == .proven)
    #expect(proof(["T0", "B0", "s3cret-of-shop"]) == .proven && proof(["s3cret-of-shop", "slack"]) == .proven)
    #expect(proof([], [.init("authorization", "Bearer s3cret-of-shop")]) == .proven)
    #expect(proof(["s3cret-of-sho"]) == .refused(.wrong) && proof(["slack"]) == .refused(.missing("the key in the address")))
    let twice = [PostHead.Pair("authorization", "Bearer s3cret-of-shop"), .init("authorization", "Bearer x")]
    #expect(proof([], twice) == .refused(.missing("the key in the address")), "a header that stands twice proves nothing")
  }

  @Test func rulesSayWhatAMessageIs() throws {
    let sender = Self.sender([
      [("channel", "#signups*"), ("type", "user.registered")],
      [("text", "payment*failed"), ("type", "payment.failed"), ("severity", "error")],
      [("username", "deploybot"), ("severity", "notice")],
    ])
    func judged(_ body: String) throws -> String {
      let event = try Self.event(body, "application/json", sender)
      return "\(event.type) \(event.severity.word)"
    }
    #expect(try judged(##"{"channel":"#Signups-eu","text":"ada"}"##) == "user.registered info")
    #expect(try judged(#"{"text":"Payment of 3 EUR FAILED"}"#) == "payment.failed error")
    #expect(try judged(#"{"text":"failed payment"}"#) == "message info")
    #expect(try judged(#"{"text":"failed payment","username":"DeployBot"}"#) == "message notice")
    #expect(try judged(#"{"text":":x: all broken"}"#) == "message error")
    #expect(try judged(#"{"text":":warning: hm"}"#) == "message warning")
  }

  @Test func whoAndWhereStandInTheData() throws {
    let event = try Self.event(##"{"channel":"#a","username":"bot","text":"x","thread_ts":"1.2"}"##)
    #expect(event.data["channel"] == "#a" && event.data["username"] == "bot" && event.data["thread_ts"] == "1.2")
  }
}
