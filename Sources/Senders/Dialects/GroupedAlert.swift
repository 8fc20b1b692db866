import Bellhop

/// One alert of a group, in Alertmanager's or Grafana's form.
/// https://prometheus.io/docs/alerting/latest/notifications/#alert
/// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
struct GroupedAlert {
  let tool: String
  let object: JSON.Object
  /// The state of the group, for an alert that has none.
  let groupStatus: String?
  let externalURL: String?
  let now: Timestamp

  func report() -> ProblemReport {
    let labels = object["labels"]?.object ?? [:]
    let annotations = object["annotations"]?.object ?? [:]
    let isOver = (object["status"]?.string ?? groupStatus) == "resolved"
    let key = Self.key(labels)
    func note(_ names: String...) -> String? { names.lazy.compactMap { annotations[$0]?.words }.first }
    let summary = note("summary", "title", "message")
    var report = ProblemReport(
      tool: tool, standing: isOver ? .resolved : .firing, key: key, title: summary ?? key ?? "An alert without a name")
    report.id = id(labels, isOver)
    report.severity = ["severity", "level", "priority"].lazy.compactMap { labels[$0]?.words }.compactMap { Severity(foreign: $0) }.first
    report.time = Timestamp(foreign: object[isOver ? "endsAt" : "startsAt"]?.string, now: now)
    report.details = [note("description", "message").flatMap { $0 == summary ? nil : $0 }, isOver ? nil : values].compactMap { $0 }
    // Grafana also ends an alert whose series is gone, or whose rule was changed: nothing has recovered then.
    if isOver, let reason = annotations["grafana_state_reason"]?.words { report.prefix = "No longer firing (\(reason.readableLine)): " }
    report.links = [
      ("Runbook", note("runbook_url", "runbook", "__runbook_url__")),
      ("Dashboard", object["dashboardURL"]?.string ?? note("dashboard_url", "dashboard")),
      ("Panel", object["panelURL"]?.string), ("Source", object["generatorURL"]?.string), ("Silence", object["silenceURL"]?.string),
      ("All alerts", externalURL),
    ]
    report.data = data(labels, isOver)
    return report
  }

  /// Readable, and the same as long as the labels are, which is what makes an alert the same: `DiskFull instance=web-1:9100 job=node`.
  static func key(_ labels: JSON.Object) -> String? {
    var name = ""
    var rest: [String] = []
    for label in labels.members {
      guard let value = label.value.words else { continue }
      if label.key == "alertname" { name = value } else { rest.append("\(label.key)=\(value)") }
    }
    if name.isEmpty, rest.isEmpty { return nil }
    return ((name.isEmpty ? [] : [name]) + rest.sorted()).joined(separator: " ")
  }

  /// The alert, since when, and in which state: the same in every message that tells of it. Nil where it says not enough to be known again.
  private func id(_ labels: JSON.Object, _ isOver: Bool) -> String? {
    guard let start = object["startsAt"]?.words else { return nil }
    guard let mark = object["fingerprint"]?.words ?? Self.key(labels).map({ MadeID.digest([Array($0.utf8)]) }) else { return nil }
    return "\(mark)/\(start)/\(isOver ? "resolved" : "firing")"
  }

  /// What was measured. Of an alert that is over Grafana tells values that were never measured so: https://github.com/grafana/grafana/issues/45459
  private var values: String? {
    guard let values = object["values"]?.object, !values.isEmpty else { return nil }
    return values.members.prefix(10).map { "\($0.key) = \($0.value.plain)" }.joined(separator: ", ")
  }

  /// The alert as it came, without the picture inside it; `alertname` once more where it is quick to match.
  private func data(_ labels: JSON.Object, _ isOver: Bool) -> JSON.Object {
    var data = JSON.Object()
    if let name = labels["alertname"], name.words != nil { data["alertname"] = name }
    let left: Set<String> = isOver ? ["embeddedImage", "values", "valueString", "alertname"] : ["embeddedImage", "endsAt", "alertname"]
    data.members += object.members.filter { !left.contains($0.key) && !$0.value.isNull && $0.value != "" }
    return data
  }
}
