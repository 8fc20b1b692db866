import Bellhop
import Curl
import Testing

@testable import Catalogue

/// The request that a page makes, seen without sending it.
@Suite struct TrialTests {
  private let message = Message(
    id: "m-1", event: Event(id: "e", sender: "s", source: "s", type: "a.b", time: Timestamp(seconds: 1), text: "disk full"))

  @Test(arguments: Catalogue.pages.map(\.name)) func nothingSecretIsShown(_ name: String) throws {
    let trial = Catalogue.trial(try #require(Catalogue.source(of: name)), message: message, at: Timestamp(seconds: 1))
    let (head, body) = try #require(trial.request)
    #expect(!(head + body).contains("n33dle") && head.contains("://") && "\(head)\n".contains("\nWebhook-Id: m-1\n"))
  }

  @Test func itIsTheRequest() throws {
    let trial = Catalogue.trial(
      try #require(Catalogue.source(of: "gotify")), settings: ["url": "http://127.0.0.1:8080/g"], message: message,
      at: Timestamp(seconds: 1))
    #expect(
      trial.request?.head == """
        POST http://127.0.0.1:8080/g/message
        Content-Type: application/json; charset=utf-8
        Webhook-Id: m-1
        X-Gotify-Key: •••
        """)
    #expect(trial.request?.body == #"{"message":"disk full","priority":5}"#)
    let telegram = Catalogue.trial(
      try #require(Catalogue.source(of: "telegram")), settings: ["token": "1:secret"], target: ["chat": "@ops"], message: message,
      at: Timestamp(seconds: 1))
    #expect(telegram.request?.head.hasPrefix("POST https://api.telegram.org/bot•••/sendMessage\n") == true)
    #expect(telegram.request?.body.contains(#""chat_id":"@ops""#) == true && telegram.request?.head.contains("secret") == false)
  }

  @Test func whatCannotBeIsTold() throws {
    let page = try #require(Catalogue.source(of: "gotify"))
    let unknown = Catalogue.trial(page, settings: ["tokn": "x"], message: message, at: Timestamp(seconds: 1))
    #expect(unknown.request == nil && unknown.problem?.contains("did you mean \"token\"?") == true)
    let broken = Catalogue.trial(Array("name: x".utf8), message: message, at: Timestamp(seconds: 1))
    #expect(broken.request == nil && !broken.mistakes.isEmpty)
    let climbing = Catalogue.trial(
      try #require(Catalogue.source(of: "github-issue")), target: ["owner": ".."], message: message, at: Timestamp(seconds: 1))
    #expect(climbing.request == nil && climbing.problem?.contains("leads out") == true)
    #expect(Catalogue.source(of: "nope") == nil)
  }
}
