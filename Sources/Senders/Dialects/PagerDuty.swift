import Bellhop

extension Dialect {
  /// PagerDuty's Events API, version 2. https://developer.pagerduty.com/docs/events-api-v2-overview
  static let pagerduty = Dialect(
    name: "pagerduty", doc: "what posts to PagerDuty's Events API v2: trigger, acknowledge, resolve, and change events",
    notes: [
      "https://developer.pagerduty.com/docs/events-api-v2-overview",
      "Types are pagerduty.firing, pagerduty.acknowledged, pagerduty.resolved and pagerduty.change; the subject is the dedup_key.",
      "Clients that put /v2/enqueue behind an address themselves get it without; those that can be told only a server need host:.",
      "The same bytes within a minute are one event, as a client sends again what it had no answer to.",
    ],
    secret: "the routing_key", proof: "routing_key in the body", address: "/hooks/NAME/v2/enqueue",
    example:
      #"-H 'Content-Type: application/json' -d '{"routing_key": "SECRET", "event_action": "trigger", "dedup_key": "web-1/disk", "payload": {"summary": "The disk of web-1 is full", "source": "web-1", "severity": "critical"}}'"#,
    pressure: 429
  ) { _ in PagerDutyReceiver() }
}

/// PagerDuty's Events API.
struct PagerDutyReceiver: Receiver {
  func proof(of head: PostHead) -> Proof {
    .overBody { body, secrets, _ in
      guard let key = Self.object(body)?["routing_key"]?.string, !key.isEmpty else { return .missing("routing_key") }
      var isRight = false
      for secret in secrets where secret.isProved(by: key.utf8) { isRight = true }
      return isRight ? nil : .wrong
    }
  }

  private static func object(_ body: [UInt8]) -> JSON.Object? { try? JSON(parsing: Text.withoutMark(body)).object }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    guard let object = Self.object(body) else { return .failure(Rejection(status: 400, title: "the body is no JSON object")) }
    return .success([Self.report(object, body, head, now).draft()])
  }

  /// https://developer.pagerduty.com/docs/send-alert-event and https://developer.pagerduty.com/docs/send-change-event
  private static func report(_ object: JSON.Object, _ body: [UInt8], _ head: PostHead, _ now: Timestamp) -> ProblemReport {
    let payload = object["payload"]?.object ?? [:]
    let action = isChange(head) ? "change" : object["event_action"]?.words ?? "trigger"
    let made = MadeID.of(body, action, at: now)
    let key = action == "change" ? nil : object["dedup_key"]?.words ?? made
    let summary = payload["summary"]?.words
    var report = ProblemReport(
      tool: "pagerduty", standing: standing(action), key: key, title: summary ?? key ?? "A change without a summary")
    report.time = Timestamp(foreign: payload["timestamp"]?.string, now: now)
    // With a time of its own it is known again for longer.
    report.id = report.time == nil ? made : MadeID.digest([Array(action.utf8), body])
    report.severity = (payload["severity"]?.words).flatMap { Severity(foreign: $0) }
    report.details = [["source", "component", "group", "class"].compactMap { payload[$0]?.words }.joined(separator: " · ")]
    report.links = (object["links"]?.array ?? []).prefix(20).compactMap { link in
      (link["href"]?.string).map { (link["text"]?.words?.readableLine ?? "Link", $0) }
    }
    report.links.append((object["client"]?.words?.readableLine ?? "Client", object["client_url"]?.string))
    report.data = payload
    for word in ["client", "client_url", "links", "images"] { if let value = object[word], !value.isNull { report.data[word] = value } }
    if let key { report.data["dedup_key"] = .string(key) }
    return report
  }

  private static func isChange(_ head: PostHead) -> Bool { head.path.contains("change") }

  private static func standing(_ action: String) -> ProblemReport.Standing {
    switch action {
    case "trigger": .firing
    case "acknowledge": .acknowledged
    case "resolve": .resolved
    default: .other(action)
    }
  }

  /// Clients take only 202, and want the key back that stands for the problem from now on.
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept(let events):
      if Self.isChange(head) { return PostAnswer(202, ["status": "success", "message": "Change event processed"]) }
      let key = events.first?.event.data["dedup_key"] ?? .string(events.first?.event.subject ?? "")
      return PostAnswer(202, ["status": "success", "message": "Event processed", "dedup_key": key])
    case .refused(let refusal) where refusal.status == 429:
      return PostAnswer(429, ["status": "throttle exceeded", "message": .string(refusal.title), "errors": [.string(refusal.title)]])
    case .refused(let refusal):
      return PostAnswer(
        refusal.status, ["status": "invalid event", "message": "Event object is invalid", "errors": [.string(refusal.title)]])
    }
  }
}
