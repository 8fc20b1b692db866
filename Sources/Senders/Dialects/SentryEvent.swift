import Bellhop

/// What a webhook of Sentry's tells. https://docs.sentry.io/integrations/integration-platform/webhooks/
struct SentryEvent {
  /// What kind of thing it is about: `issue`, `event_alert`, `metric_alert`, `error`, `comment`, `installation`.
  let resource: String
  let payload: JSON.Object

  private var action: String { payload.word("action") ?? "happened" }
  private var data: JSON.Object { payload["data"]?.object ?? [:] }
  /// The issue, error or event that it is about.
  private var object: JSON.Object {
    for key in ["issue", "event", "error", "metric_alert", "issue_alert"] { if let object = data[key]?.object { return object } }
    return [:]
  }

  private var project: String? {
    object.word("project.slug", "project_slug", "project_name") ?? data.word("project_slug", "project.slug")
      ?? data[path: "metric_alert.projects.0"]?.word ?? slugInAddress ?? object.word("project")
  }

  /// Events have only the number of their project, and its name in their address: `/api/0/projects/ORGANIZATION/PROJECT/events/…`.
  private var slugInAddress: String? {
    guard let pieces = object.word("url")?.split(separator: "/"), let index = pieces.firstIndex(of: "projects"), index + 2 < pieces.count
    else {
      return nil
    }
    return String(pieces[index + 2])
  }

  /// Where the life of a problem stands, in the words that all senders share.
  private var stage: String {
    switch (resource, action) {
    case ("issue", "created"), ("issue", "unresolved"), ("event_alert", _), ("issue_alert", _), ("metric_alert", "critical"),
      ("metric_alert", "warning"):
      "firing"
    case ("issue", "assigned"), ("issue", "archived"), ("issue", "ignored"): "acknowledged"
    case ("issue", "resolved"), ("metric_alert", "resolved"): "resolved"
    default: action
    }
  }

  private var subject: String? {
    switch resource {
    case "metric_alert": data.word("metric_alert.id", "metric_alert.identifier").map { "metric_alert/\($0)" }
    case "issue": object.word("id")
    case "installation": data.word("installation.app.slug", "installation.uuid")
    default: object.word("issue_id", "groupID", "issue.id", "group_id") ?? data.word("issue_id") ?? object.word("event_id", "id")
    }
  }

  private var title: String? { data.word("description_title") ?? object.word("title", "metadata.title", "message", "culprit") }
  private var address: String? { data.word("web_url", "issue_url") ?? object.word("web_url", "permalink", "url") }

  private var severity: Severity? {
    if stage == "resolved" { return .info }
    switch resource {
    case "metric_alert": return Severity(vendor: action) ?? .warning
    case "issue", "event_alert", "issue_alert", "error": return Severity(vendor: object.word("level")) ?? .error
    default: return nil
    }
  }

  func draft(at now: Timestamp) -> Draft {
    var draft = Draft(type: "sentry.\(resource).\(stage)", subject: subject)
    draft.severity = severity
    draft.time = Timestamp(vendor: object["lastSeen"] ?? object["datetime"] ?? data["timestamp"], now: now)
    draft.data.put("resource", resource)
    draft.data.put("action", action)
    draft.data.put("project", project)
    draft.data.put("level", object.word("level"))
    draft.data.put("rule", data.word("triggered_rule", "metric_alert.title", "metric_alert.alert_rule.name"))
    draft.data.put("environment", object.word("environment") ?? data.word("metric_alert.alert_rule.environment"))
    draft.data.put("short_id", object.word("shortId"))
    draft.data.put("status", object.word("status"))
    draft.data.put("actor", payload.word("actor.name"))
    draft.data.put("url", address)
    draft.keep(payload)
    draft.say(wording)
    return draft
  }

  private var wording: Wording {
    let who = payload.word("actor.name").map { "by \($0)" }
    switch resource {
    case "metric_alert":
      return Wording(title: title ?? "Metric alert \(action)", lines: [data.word("description_text")], link: ("Sentry", address))
    case "event_alert", "issue_alert", "error":
      let rule = data.word("triggered_rule").map { "rule: \($0)" }
      return Wording(
        title: place(title ?? Wording.spoken(resource)), rest: object.word("culprit", "location"), lines: [rule], link: ("Sentry", address))
    case "issue":
      let rest = [object.word("shortId"), action == "created" ? nil : action].compactMap { $0 }.joined(separator: " ")
      return Wording(
        title: place(title ?? "an issue"), rest: rest, lines: [object.word("culprit"), action == "created" ? nil : who],
        link: ("Sentry", address))
    default:
      let rest = data.word("comment") ?? title
      return Wording(title: place("\(resource.replacing("_", with: " ")) \(action)"), rest: rest, lines: [who], link: ("Sentry", address))
    }
  }

  private func place(_ title: String) -> String { project.map { "\($0): \(title)" } ?? title }
}
