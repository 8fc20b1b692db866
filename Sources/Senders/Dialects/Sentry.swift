import Bellhop

extension Dialect {
  /// Sentry's internal integrations. https://docs.sentry.io/integrations/integration-platform/webhooks/
  static let sentry = Dialect(
    name: "sentry", doc: "Sentry's internal integrations: issues, errors, alerts, comments",
    notes: [
      "https://docs.sentry.io/integrations/integration-platform/webhooks/",
      "One life of problems: sentry.issue.firing (created, unresolved), .acknowledged (assigned, archived), .resolved; sentry.event_alert.firing;",
      "sentry.metric_alert.firing and .resolved. The subject of issues and of their alerts is the issue's id, of metric alerts",
      "metric_alert/ and its id. Others are sentry.<resource>.<action>: sentry.comment.created, sentry.installation.created.",
      "data has resource, action, project, level, rule, environment, short_id, status, url; data.payload is Sentry's own JSON.",
      "Sentry waits for 1 second. Its older plugin, which signs nothing, is `use: sentry-plugin`.",
    ],
    secret: "the integration's client secret", takesDigest: false, proof: "Sentry-Hook-Signature over the body",
    example:
      #"-H 'Content-Type: application/json' -H 'Sentry-Hook-Resource: issue' -d '{"action": "created"}' -H "Sentry-Hook-Signature: $(printf '{"action": "created"}' | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)""#,
    limit: 4 << 20, patience: .seconds(1)
  ) { _ in SentryReceiver() }

  /// The webhook plugin of before integrations. https://github.com/getsentry/sentry/blob/master/src/sentry/plugins/sentry_webhooks/plugin.py
  static let sentryPlugin = Dialect(
    name: "sentry-plugin", doc: "Sentry's older WebHooks plugin, which signs nothing: the key stands in the address",
    notes: [
      "https://docs.sentry.io/organization/integrations/legacy-webhooks/",
      "Each is a sentry.event_alert.firing whose subject is the issue's id, as of `use: sentry`; nothing tells that an issue is resolved.",
    ],
    secret: "the last piece of the address", proof: "the key in the address", address: "/hooks/NAME/SECRET",
    example: #"-H 'Content-Type: application/json' -d '{"id": "1", "message": "Oops", "level": "error"}'"#, limit: 4 << 20
  ) { _ in SentryPluginReceiver() }
}

/// Webhooks of an internal integration.
struct SentryReceiver: Receiver {
  func proof(of head: PostHead) -> Proof {
    guard let code = head.header("sentry-hook-signature") else { return .decided(.missing("the header Sentry-Hook-Signature")) }
    return BodySignature([code]).proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      let event = SentryEvent(resource: head.header("sentry-hook-resource") ?? "event", payload: payload)
      return [event.draft(id: head.header("request-id"), at: now)]
    }
  }
}

/// Posts of the older plugin.
struct SentryPluginReceiver: Receiver {
  func proof(of head: PostHead) -> Proof { .offered(head.path.last) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      let title = payload.words("event.title", "event.metadata.title", "message", "culprit") ?? "an issue"
      let rules = (payload["triggering_rules"]?.array ?? []).prefix(20).compactMap(\.string)
      var report = ProblemReport(
        tool: "sentry.event_alert", standing: .firing, key: payload.words("id"), id: payload.words("event.event_id", "event.id"),
        severity: Severity(foreign: payload.words("level", "event.level")) ?? .error,
        time: Timestamp(foreign: payload["event"]?["timestamp"], now: now),
        title: payload.words("project_name", "project_slug", "project").map { "\($0): \(title)" } ?? title)
      if let culprit = payload.words("culprit") { report.details.append(culprit) }
      if !rules.isEmpty { report.details.append("rule: \(rules.joined(separator: ", "))") }
      report.links = [("Sentry", payload.words("url"))]
      report.data = ["resource": "event_alert", "action": "triggered"]
      report.data.put("project", payload.words("project_slug", "project"))
      report.data.put("level", payload.words("level"))
      report.data.put("rule", rules.first)
      report.data.put("environment", payload.words("event.environment"))
      report.data.put("url", payload.words("url"))
      var draft = report.draft()
      draft.keep(payload)
      return [draft]
    }
  }
}
