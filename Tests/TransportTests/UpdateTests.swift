import Bellhop
import Curl
import Foundation
import Loopback
import Testing

/// What changes an earlier message, of every kind that can.
@Suite struct UpdateTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  private static let engine = Engine()
  private static let able = Subject.all.filter { $0.name != "slack-url" && $0.name != "slack-urls" }
  static let byAnchor = able.filter { $0.kind(engine).updates == .byAnchor }
  static let byKey = able.filter { $0.kind(engine).updates == .byKey }

  private static func message(_ id: String, subject: String, text: String = "The shop is up.") -> Message {
    let event = Event(
      id: "ev-\(id)", sender: "shop", source: "shop", type: "server.up", subject: subject, severity: .info, time: Samples.time, text: text)
    var message = Message(id: id, event: event, role: "devops", alert: .quiet)
    message.title = Text(literal: "Resolved")
    return message
  }

  private static func target(_ subject: Subject) -> Target {
    var values = subject.target.values
    values["update_by"] = "subject"
    // A key that the target names comes first.
    for key in ["key", "alias", "entity"] where subject.name != "splunk-oncall" || key != "key" { values[key] = nil }
    return Target(values)
  }

  private static func sent(_ request: Recorded) -> String {
    var text = "\(request.method) \(request.path)\n"
    for header in request.headers
    where !["host", "content-length", "user-agent", "accept", "accept-encoding"].contains(header.name.lowercased()) {
      text += "\(header.name): \(header.value)\n"
    }
    return text + "\n\(request.text)\n"
  }

  @Test func someCan() {
    #expect(
      Set(Self.byAnchor.map(\.name)) == [
        "slack-token", "discord", "telegram", "matrix", "mattermost-bot", "rocket-chat-bot", "webex", "zulip",
      ])
    #expect(
      Set(Self.byKey.map(\.name)) == [
        "bark", "home-assistant", "ilert", "jira-ops", "opsgenie", "pagerduty", "splunk-oncall", "zenduty",
      ])
    for subject in Self.byAnchor + Self.byKey { #expect(subject.kind(Self.engine).target.contains { $0.name == "update_by" }) }
    for subject in Subject.all where subject.kind(Self.engine).updates == .never {
      #expect(!subject.kind(Self.engine).target.contains { $0.name == "update_by" })
    }
  }

  /// The first message and its change, as the vendor gets them; `BELLHOP_RECORD=1` writes them anew.
  @Test(arguments: byAnchor) func theEarlierMessageIsNamed(_ subject: Subject) async throws {
    let engine = Engine()
    let accepts = try #require(subject.accepts)
    let server = try LoopbackServer.start { _ in accepts }
    defer { server.stop() }
    let transport = subject.transport(server.url, engine)
    let first = await transport.send(Self.message("m-1", subject: "web-1"), to: Self.target(subject), Attempt(at: Samples.time))
    guard case .delivered(let receipt) = first else {
      Issue.record("\(first)")
      return
    }
    let anchor = try #require(receipt.anchor ?? receipt.id)
    let change = Attempt(at: Samples.time, changes: anchor)
    let second = await transport.send(Self.message("m-2", subject: "web-1"), to: Self.target(subject), change)
    await engine.close()
    #expect(second.word == "delivered" && server.requests.count == 2)
    #expect(
      server.requests[0].path != server.requests[1].path || server.requests[0].method != server.requests[1].method
        || subject.name == "matrix")
    let name = anchor.split(separator: "/").last.map(String.init) ?? anchor
    #expect(server.requests[1].text.contains(name) || server.requests[1].path.contains(name), "\(name) is not named")
    let file = URL(filePath: "\(Self.root)/Tests/TransportTests/Golden/\(subject.name)-update.txt")
    let text = Self.sent(server.requests[1])
    if ProcessInfo.processInfo.environment["BELLHOP_RECORD"] != nil { try text.write(to: file, atomically: true, encoding: .utf8) }
    #expect(try text == String(contentsOf: file, encoding: .utf8))
  }

  /// A vendor that knows alerts by a key is given the same one each time, and another one for another value.
  @Test(arguments: byKey) func theKeyIsTheValue(_ subject: Subject) async throws {
    let engine = Engine()
    let accepts = try #require(subject.accepts)
    let server = try LoopbackServer.start { _ in accepts }
    defer { server.stop() }
    let transport = subject.transport(server.url, engine)
    for (id, about) in [("m-1", "web-1"), ("m-2", "web-1"), ("m-3", "web-2")] {
      // The same words each time: only the id and the subject tell them apart.
      _ = await transport.send(Self.message(id, subject: about), to: Self.target(subject), Attempt(at: Samples.time))
    }
    var values = subject.target.values
    for key in ["key", "alias", "entity"] where subject.name != "splunk-oncall" || key != "key" { values[key] = nil }
    _ = await transport.send(Self.message("m-4", subject: "web-1"), to: Target(values), Attempt(at: Samples.time))
    await engine.close()
    let texts = server.requests.map(\.text)
    #expect(texts.count == 4 && texts[0] == texts[1] && texts[0] != texts[2])
    #expect(!texts[0].contains("m-1") && texts[3].contains("m-4"), "without update_by each message is one of its own")
  }

  /// Who pages people is told that somebody is at it, under the key of the alert.
  @Test(arguments: [
    ("pagerduty", #""event_action":"acknowledge""#), ("zenduty", #""alert_type":"acknowledged""#),
    ("splunk-oncall", #""message_type":"ACKNOWLEDGEMENT""#), ("ilert", #""eventType":"ACCEPT""#),
  ])
  func anAnswerAcknowledgesTheAlert(name: String, word: String) async throws {
    let subject = try #require(Subject.all.first { $0.name == name })
    let engine = Engine()
    let accepts = try #require(subject.accepts)
    let server = try LoopbackServer.start { _ in accepts }
    defer { server.stop() }
    var answer = Self.message("m-2", subject: "web-1")
    answer.event.sender = Event.gateway
    answer.event.type = "bellhop.acknowledged"
    for message in [Self.message("m-1", subject: "web-1"), answer] {
      _ = await subject.transport(server.url, engine).send(message, to: Self.target(subject), Attempt(at: Samples.time))
    }
    await engine.close()
    let texts = server.requests.map(\.text)
    #expect(texts.count == 2 && !texts[0].contains(word) && texts[1].contains(word), "\(texts)")
    let key = #/"(dedup_key|entity_id|alertKey)":"([^"]*)"/#
    #expect(texts[0].firstMatch(of: key)?.2 == texts[1].firstMatch(of: key)?.2)
  }

  /// Each vendor's word for a message that is gone leads to a new one: it is a refusal of the message, not of us.
  @Test(arguments: [
    ("slack-token", 200, #"{"ok":false,"error":"message_not_found"}"#), ("slack-token", 200, #"{"ok":false,"error":"edit_window_closed"}"#),
    ("slack-token", 200, #"{"ok":false,"error":"cant_update_message"}"#), ("discord", 404, #"{"message":"Unknown Message","code":10008}"#),
    ("telegram", 400, #"{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}"#),
    ("telegram", 400, #"{"ok":false,"error_code":400,"description":"Bad Request: message can't be edited"}"#),
    ("mattermost-bot", 404, #"{"id":"app.post.get.app_error","message":"Unable to get the post.","status_code":404}"#),
    ("rocket-chat-bot", 400, #"{"success":false,"error":"No message found with the id of \"77\"."}"#),
    ("webex", 400, #"{"message":"The edit limit of the message has been reached."}"#), ("webex", 404, #"{"message":"Could not find it."}"#),
    ("zulip", 400, #"{"code":"BAD_REQUEST","msg":"Invalid message(s)","result":"error"}"#),
  ])
  func whereItIsGone(name: String, status: Int, body: String) async throws {
    let subject = try #require(Subject.all.first { $0.name == name })
    let engine = Engine()
    let server = try LoopbackServer.start { _ in .answer(status, body: body) }
    defer { server.stop() }
    let attempt = Attempt(at: Samples.time, changes: name == "slack-token" ? "C1/15.2" : "77")
    let outcome = await subject.transport(server.url, engine).send(Self.message("m-2", subject: "web-1"), to: Self.target(subject), attempt)
    await engine.close()
    guard case .refused(let fault) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(fault.kind == .rejected || fault.kind == .unknownTarget, "\(fault)")
  }

  /// Nothing new to say is no failure.
  @Test func whatSaysTheSameIsDelivered() async throws {
    let subject = try #require(Subject.all.first { $0.name == "telegram" })
    let engine = Engine()
    let server = try LoopbackServer.start { _ in
      .answer(400, body: #"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}"#)
    }
    defer { server.stop() }
    let attempt = Attempt(at: Samples.time, changes: "77")
    let outcome = await subject.transport(server.url, engine).send(Self.message("m-2", subject: "web-1"), to: Self.target(subject), attempt)
    await engine.close()
    #expect(outcome.word == "delivered")
  }

  /// Webhooks of Slack's cannot.
  @Test func whatCannotIsRefused() throws {
    let kind = Subject.slackURL.kind(Self.engine)
    let values = Subject.slackURL.values("http://127.0.0.1", Self.engine)
    let mistakes = kind.checkTarget(Target(["update_by": "subject"]), values).filter { $0.path == ["update_by"] }
    #expect(mistakes.count == 1 && mistakes.allSatisfy { !$0.isWarning })
  }
}
