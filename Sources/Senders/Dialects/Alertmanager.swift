import Bellhop

extension Dialect {
  /// Prometheus' Alertmanager, version 4 of its webhook. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
  static let alertmanager = Dialect(
    name: "alertmanager", doc: "Prometheus Alertmanager's webhook: an event for each alert of a group",
    notes: [
      "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
      "Types are alertmanager.firing and alertmanager.resolved; the subject is the alert's name with its labels, and data.labels has them all.",
      "An alert that is told again is a duplicate until it is resolved, also at each repeat_interval; with reminders: yes it is an event again.",
    ],
    secret: "a token, a password, or the last piece of the address", settings: [reminders],
    proof: "Authorization: Bearer, the password of Basic, or the key in the address", example: alertExample, limit: alertLimit,
    batch: 10_000, pressure: 503
  ) { AlertmanagerReceiver(reminds: $0.bool(reminders.name) ?? false) }

  /// An unlimited group comes as one request, and one that is refused is lost.
  static let alertLimit = 32 << 20

  static let reminders = Field(
    "reminders", .bool, value: .bool(false), doc: "whether what still fires is an event again each time that the sender repeats it",
    example: "yes")

  static let alertExample =
    #"-H 'Authorization: Bearer SECRET' -H 'Content-Type: application/json' -d '{"alerts": [{"status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "web-1"}, "annotations": {"summary": "The disk of web-1 is full"}}]}'"#
}

/// Alertmanager's webhook.
struct AlertmanagerReceiver: Receiver {
  let reminds: Bool

  func proof(of head: PostHead) -> Proof { .anywhere(head) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head).map { AlertGroup(tool: "alertmanager", object: $0, reminds: reminds, now: now).drafts() }
  }

  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? { AlertGroup.answer(outcome) }
}
