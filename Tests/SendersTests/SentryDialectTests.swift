import Bellhop
import Testing

@testable import Senders

@Suite struct SentryDialectTests {
  private static func event(_ resource: String, _ body: String) throws -> Event {
    let bytes = Array(body.utf8)
    var head = SignedPosts.sentry.head(bytes)
    head.headers = head.headers.map { $0.name == "sentry-hook-resource" ? .init($0.name, resource) : $0 }
    return try #require(try SignedPosts.judge(SignedPosts.sentry.sender, bytes, head).get().first)
  }

  private static func issue(_ action: String) -> String {
    #"""
    {"action": "\#(action)", "installation": {"uuid": "24b3"}, "actor": {"type": "user", "id": 1, "name": "ada"},
     "data": {"issue": {"id": "1170820242", "shortId": "FRONT-END-1", "title": "ReferenceError: blooopy is not defined", "culprit": "?(runner)",
       "level": "fatal", "status": "unresolved", "lastSeen": "2026-11-24T11:58:00.000000Z", "project": {"id": "1", "name": "Front End", "slug": "front-end"},
       "web_url": "https://acme.sentry.io/issues/1170820242/"}}}
    """#
  }

  @Test(arguments: [
    ("created", "firing", "critical"), ("unresolved", "firing", "critical"), ("assigned", "acknowledged", "info"),
    ("archived", "acknowledged", "info"), ("ignored", "acknowledged", "info"), ("resolved", "resolved", "info"),
    ("merged", "merged", "critical"),
  ])
  func theLifeOfAnIssue(action: String, stage: String, severity: String) throws {
    let event = try Self.event("issue", Self.issue(action))
    #expect(event.type == "sentry.issue.\(stage)" && event.subject == "1170820242" && event.severity.word == severity && event.id == "a5b2")
    #expect(event.data["project"] == "front-end" && event.data["short_id"] == "FRONT-END-1" && event.data["action"] == .string(action))
    #expect(event.data["severity"] == "critical" && event.data["level"] == "fatal")
    #expect(event.time.rfc3339 == "2026-11-24T11:58:00.000Z")
    if action == "resolved" {
      #expect(
        event.text
          == "Resolved: FRONT-END-1: ReferenceError: blooopy is not defined\n?(runner)\nresolved by ada\nSentry (https://acme.sentry.io/issues/1170820242/)"
      )
    }
  }

  @Test func anAlertOfAnEvent() throws {
    let event = try Self.event(
      "event_alert",
      #"""
      {"action": "triggered", "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
       "data": {"triggered_rule": "Very Important Alert Rule!",
         "event": {"event_id": "e4874d664c3540c1a32eab185f12c5ab", "issue_id": "1170820242", "title": "ReferenceError: heck", "culprit": "?(runner)",
           "level": "error", "project": 1, "environment": "prod", "datetime": "2026-11-24T11:59:00.000000Z",
           "url": "https://sentry.io/api/0/projects/acme/front-end/events/e4874d664c3540c1a32eab185f12c5ab/",
           "web_url": "https://sentry.io/organizations/acme/issues/1170820242/events/e48/"}}}
      """#)
    #expect(event.type == "sentry.event_alert.firing" && event.subject == "1170820242" && event.severity == .error)
    #expect(
      event.data["rule"] == "Very Important Alert Rule!" && event.data["environment"] == "prod" && event.data["project"] == "front-end")
    #expect(
      event.text
        == "front-end: ReferenceError: heck\n?(runner)\nrule: Very Important Alert Rule!\nSentry (https://sentry.io/organizations/acme/issues/1170820242/events/e48/)"
    )
  }

  @Test(arguments: [
    ("critical", "firing", Severity.critical), ("warning", "firing", .warning), ("resolved", "resolved", .info),
  ])
  func anAlertOfAMetric(action: String, stage: String, severity: Severity) throws {
    let event = try Self.event(
      "metric_alert",
      #"""
      {"action": "\#(action)", "data": {"description_text": "1000 events in the last 10 minutes", "description_title": "Too many errors",
       "metric_alert": {"id": "123", "identifier": "7", "title": "Many", "projects": ["front-end"], "alert_rule": {"name": "r"}},
       "web_url": "https://sentry.io/organizations/acme/alerts/rules/details/1/"}}
      """#)
    #expect(event.type == "sentry.metric_alert.\(stage)" && event.severity == severity && event.subject == "metric_alert/123")
    #expect(
      event.text
        == (action == "resolved" ? "Resolved: " : "")
        + "Too many errors\n1000 events in the last 10 minutes\nSentry (https://sentry.io/organizations/acme/alerts/rules/details/1/)")
    #expect(event.data["project"] == "front-end")
  }

  @Test func others() throws {
    let comment = try Self.event(
      "comment",
      #"{"action": "created", "data": {"comment": "adding a comment", "project_slug": "sentry", "comment_id": 1234, "issue_id": 100}, "actor": {"name": "colleen"}}"#
    )
    #expect(comment.type == "sentry.comment.created" && comment.subject == "100")
    #expect(comment.text == "sentry: comment created\nadding a comment\nby colleen")
    let installed = try Self.event(
      "installation", #"{"action": "created", "data": {"installation": {"app": {"slug": "bellhop"}, "uuid": "a8e5"}}}"#)
    #expect(installed.type == "sentry.installation.created" && installed.subject == "bellhop" && installed.severity == .info)
    let error = try Self.event(
      "error", #"{"action": "created", "data": {"error": {"event_id": "e1", "issue_id": 5, "title": "Oops", "level": "warning"}}}"#)
    #expect(error.type == "sentry.error.created" && error.subject == "5" && error.severity == .warning && error.text == "Oops")
    #expect(try Self.event("seer", "{}").type == "sentry.seer.happened")
  }

  @Test func theOlderPlugin() throws {
    let sender = Sender(name: "old", dialect: .sentryPlugin, secrets: [Secret("key-1")])
    let body = #"""
      {"id": "27379932", "project": "front-end", "project_name": "Front End", "project_slug": "front-end", "logger": null, "level": "warning",
       "culprit": "raven.scripts.runner in main", "message": "This is an example", "url": "https://sentry.io/acme/issues/27379932/",
       "triggering_rules": ["Send a notification"], "event": {"event_id": "2a5b", "title": "Exception: example", "timestamp": 1795521000}}
      """#
    let event = try #require(try SignedPosts.judge(sender, Array(body.utf8), PostHead(path: ["key-1"])).get().first)
    #expect(event.id == "2a5b" && event.type == "sentry.event_alert.firing" && event.subject == "27379932" && event.severity == .warning)
    #expect(
      event.text
        == "Front End: Exception: example\nraven.scripts.runner in main\nrule: Send a notification\nSentry (https://sentry.io/acme/issues/27379932/)"
    )
    #expect(event.time.seconds == 1_795_521_000 && event.data["rule"] == "Send a notification")
    for path in [["key-2"], [], ["key-1", "x"]] {
      #expect((try? SignedPosts.judge(sender, Array(body.utf8), PostHead(path: path)).get()) == nil, "\(path)")
    }
  }
}
