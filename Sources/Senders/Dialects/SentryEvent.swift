import Bellhop

/// What a webhook of Sentry's tells. https://docs.sentry.io/integrations/integration-platform/webhooks/
struct SentryEvent {
  /// What kind of thing it is about: `issue`, `event_alert`, `metric_alert`, `error`, `comment`, `installation`.
  let resource: String
  let payload: JSON.Object

  private var action: String { payload.words("action") ?? "happened" }
  private var data: JSON.Object { payload["data"]?.object ?? [:] }
  /// The issue, error or event that it is about.
  private var object: JSON.Object {
    for key in ["issue", "event", "error", "metric_alert", "issue_alert"] { if let object = data[key]?.object { return object } }
    return [:]
  }

  private var project: String? {
    object.words("project.slug", "project_slug", "project_name") ?? data.words("project_slug", "project.slug")
      ?? data[path: "metric_alert.projects.0"]?.words ?? slugInAddress ?? object.words("project")
  }

  /// Events have only the number of their project, and its name in their address: `/api/0/projects/ORGANIZATION/PROJECT/events/…`.
  private var slugInAddress: String? {
    guard let pieces = object.words("url")?.split(separator: "/"), let index = pieces.firstIndex(of: "projects"), index + 2 < pieces.count
    else {
      return nil
    }
    return String(pieces[index + 2])
  }

  /// Where the life of a problem stands.
  private var standing: ProblemReport.Standing {
    switch (resource, action) {
    case ("issue", "created"), ("issue", "unresolved"), ("event_alert", _), ("issue_alert", _), ("metric_alert", "critical"),
      ("metric_alert", "warning"):
      .firing
    case ("issue", "assigned"), ("issue", "archived"), ("issue", "ignored"): .acknowledged
    case ("issue", "resolved"), ("metric_alert", "resolved"): .resolved
    default: .other(action)
    }
  }

  private var subject: String? {
    switch resource {
    case "metric_alert": data.words("metric_alert.id", "metric_alert.identifier").map { "metric_alert/\($0)" }
    case "issue": object.words("id")
    case "installation": data.words("installation.app.slug", "installation.uuid")
    default: object.words("issue_id", "groupID", "issue.id", "group_id") ?? data.words("issue_id") ?? object.words("event_id", "id")
    }
  }

  private var title: String? { data.words("description_title") ?? object.words("title", "metadata.title", "message", "culprit") }
  private var address: String? { data.words("web_url", "issue_url") ?? object.words("web_url", "permalink", "url") }

  private var severity: Severity? {
    switch resource {
    case "metric_alert": action == "resolved" ? nil : Severity(foreign: action) ?? .warning
    case "issue", "event_alert", "issue_alert", "error": Severity(foreign: object.words("level")) ?? .error
    default: nil
    }
  }

  func draft(id: String?, at now: Timestamp) -> Draft {
    var report = ProblemReport(
      tool: "sentry.\(resource)", standing: standing, key: subject, id: id, severity: severity,
      time: Timestamp(foreign: object["lastSeen"] ?? object["datetime"] ?? data["timestamp"], now: now), title: heading)
    report.details = details.compactMap { $0 }
    report.links = [("Sentry", address)]
    report.data = ["resource": .string(resource), "action": .string(action)]
    report.data.put("project", project)
    report.data.put("level", object.words("level"))
    report.data.put("rule", data.words("triggered_rule", "metric_alert.title", "metric_alert.alert_rule.name"))
    report.data.put("environment", object.words("environment") ?? data.words("metric_alert.alert_rule.environment"))
    report.data.put("short_id", object.words("shortId"))
    report.data.put("status", object.words("status"))
    report.data.put("actor", payload.words("actor.name"))
    report.data.put("url", address)
    var draft = report.draft()
    draft.keep(payload)
    return draft
  }

  // MARK: Words

  private var heading: String {
    switch resource {
    case "metric_alert": title ?? "Metric alert \(action)"
    case "issue", "event_alert", "issue_alert", "error": place(title ?? Wording.spoken(resource))
    default: place("\(resource.replacing("_", with: " ")) \(action)")
    }
  }

  private var details: [String?] {
    let who = payload.words("actor.name").map { "by \($0)" }
    switch resource {
    case "metric_alert": return [data.words("description_text")]
    case "issue": return [object.words("culprit"), standing == .firing ? nil : [action, who].compactMap { $0 }.joined(separator: " ")]
    case "event_alert", "issue_alert", "error":
      return [object.words("culprit", "location"), data.words("triggered_rule").map { "rule: \($0)" }]
    default: return [data.words("comment") ?? title, who]
    }
  }

  private func place(_ title: String) -> String {
    (object.words("shortId") ?? project).map { "\($0): \(title)" } ?? title
  }
}
