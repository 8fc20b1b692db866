import Bellhop

extension Dialect {
  /// Sentry's internal integrations. https://docs.sentry.io/integrations/integration-platform/webhooks/
  static let sentry = Dialect(
    name: "sentry", doc: "Sentry's internal integrations: issues, errors, alerts, comments",
    notes: [
      "https://docs.sentry.io/integrations/integration-platform/webhooks/",
      "A life of problems: sentry.issue.firing (created, unresolved), .acknowledged (assigned, archived), .resolved; sentry.event_alert.firing;",
      "sentry.metric_alert.firing and .resolved. The subject of issues and of their alerts is the issue's id, of metric alerts",
      "metric_alert/ and its id. Others are sentry.<resource>.<action>: sentry.comment.created, sentry.installation.created.",
      "data has resource, action, project, level, rule, environment, short_id, status, url; data.payload is Sentry's own JSON.",
      "Sentry waits for 1 second. Its older plugin, which signs nothing, is `use: sentry-plugin`.",
    ],
    secret: "the integration's client secret", proof: "Sentry-Hook-Signature over the body",
    example:
      #"-H 'Content-Type: application/json' -H 'Sentry-Hook-Resource: issue' -d '{"action": "created"}' -H "Sentry-Hook-Signature: $(printf '{"action": "created"}' | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)""#
  ) { _ in SentryReceiver() }

  /// The webhook plugin of before integrations. https://github.com/getsentry/sentry/blob/master/src/sentry/plugins/sentry_webhooks/plugin.py
  static let sentryPlugin = Dialect(
    name: "sentry-plugin", doc: "Sentry's older WebHooks plugin, which signs nothing: the key stands in the address",
    notes: [
      "https://docs.sentry.io/organization/integrations/legacy-webhooks/",
      "Each is a sentry.event_alert.firing whose subject is the issue's id, as of `use: sentry`; nothing tells that an issue is resolved.",
    ],
    secret: "the last piece of the address", proof: "the key in the address", address: "/hooks/NAME/SECRET",
    example: #"-H 'Content-Type: application/json' -d '{"id": "1", "message": "Oops", "level": "error"}'"#
  ) { _ in SentryPluginReceiver() }
}

/// Webhooks of an internal integration.
struct SentryReceiver: Receiver {
  func proof(of head: PostHead) -> Proof {
    guard let code = head.header("sentry-hook-signature") else { return .decided(.missing("the header Sentry-Hook-Signature")) }
    return BodySignature([code]).proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    VendorBody.object(body).map { payload in
      let event = SentryEvent(resource: head.header("sentry-hook-resource") ?? "event", payload: payload)
      var draft = event.draft(at: now)
      draft.id = head.header("request-id")
      return [draft]
    }
  }
}

/// Posts of the older plugin.
struct SentryPluginReceiver: Receiver {
  func proof(of head: PostHead) -> Proof { .offered(head.path.last) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    VendorBody.object(body).map { payload in
      var draft = Draft(id: payload.word("event.event_id", "event.id"), type: "sentry.event_alert.firing", subject: payload.word("id"))
      draft.severity = Severity(vendor: payload.word("level", "event.level")) ?? .error
      draft.time = Timestamp(vendor: payload["event"]?["timestamp"], now: now)
      let rules = (payload["triggering_rules"]?.array ?? []).prefix(20).compactMap(\.string)
      draft.data.put("resource", "event_alert")
      draft.data.put("action", "triggered")
      draft.data.put("project", payload.word("project_slug", "project"))
      draft.data.put("level", payload.word("level"))
      draft.data.put("rule", rules.first)
      draft.data.put("environment", payload.word("event.environment"))
      draft.data.put("url", payload.word("url"))
      draft.keep(payload)
      let title = payload.word("event.title", "event.metadata.title", "message", "culprit") ?? "an issue"
      draft.say(
        Wording(
          title: payload.word("project_name", "project_slug", "project").map { "\($0): \(title)" } ?? title, rest: payload.word("culprit"),
          lines: [rules.isEmpty ? nil : "rule: \(rules.joined(separator: ", "))"], link: ("Sentry", payload.word("url"))))
      return [draft]
    }
  }
}
