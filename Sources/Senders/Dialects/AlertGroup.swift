import Bellhop

/// A group of alerts as Alertmanager posts it, and Grafana, which has it from there: an event for each alert, as each has a state of its own.
/// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
struct AlertGroup {
  /// The dialect's name, and the first segment of the types.
  let tool: String
  let object: JSON.Object
  /// The tool's own reminders are events of their own.
  let reminds: Bool
  let now: Timestamp

  /// Seconds within which an alert that is told again is no reminder but the same request once more.
  private static let retryWindow: Int64 = 10

  /// What happened; nothing for a group without alerts.
  func drafts() -> [Draft] {
    guard let alerts = object["alerts"]?.array else { return [own] }
    var drafts: [Draft] = []
    drafts.reserveCapacity(alerts.count + 1)
    var ids: Set<String> = []
    let (common, round) = (self.common, self.round)
    let status = object["status"]?.string
    // It stands in each event.
    let url = (object["externalURL"]?.string).flatMap { $0.utf8.count <= 256 ? $0 : nil }
    for alert in alerts {
      guard let alert = alert.object else { continue }
      var report = GroupedAlert(tool: tool, object: alert, groupStatus: status, externalURL: url, now: now).report()
      if let id = report.id, let again = report.standing == .firing ? round : end(of: alert) { report.id = "\(id)/\(again)" }
      // Told twice in one request, it is still one alert.
      if let id = report.id, !ids.insert(id).inserted { continue }
      for member in common.members where report.data[member.key] == nil { report.data.members.append(member) }
      drafts.append(report.draft())
    }
    // Before the alerts, as it must be kept when they are too many themselves.
    if let truncated = truncation(ids) { drafts.insert(truncated, at: 0) }
    return drafts
  }

  /// How many were kept: a list of ten thousand ids is of no use to whoever sent them. The no is Bellhop's own.
  static func answer(_ outcome: PostOutcome) -> PostAnswer? {
    guard case .kept(let events) = outcome else { return nil }
    let known = events.count { $0.isDuplicate }
    return PostAnswer(202, ["accepted": .int(Int64(events.count - known)), "duplicates": .int(Int64(known))])
  }

  /// What tells one reminder from the next; nil where none is told. Newer versions say why they call.
  /// https://prometheus.io/docs/alerting/latest/notifications/#data
  private var round: String? {
    guard reminds else { return nil }
    if let reason = object["notification_reason"]?.string, !reason.contains("repeat") { return nil }
    return String(now.seconds / Self.retryWindow)
  }

  /// Where what fires is told each time, an alert can also end more than once without having begun anew: Alertmanager ends it when Prometheus
  /// is silent, and Prometheus, back again, still has it.
  private func end(of alert: JSON.Object) -> String? { reminds ? alert["endsAt"]?.words : nil }

  /// What all alerts of the group have in common, bounded, as it stands in each event.
  private var common: JSON.Object {
    var common = JSON.Object()
    for (key, limit) in [("receiver", 256), ("groupLabels", 1_024), ("externalURL", 256), ("notification_reason", 64), ("orgId", 64)] {
      if let value = object[key], !value.isNull { common[key] = value.bounded(limit) }
    }
    return common
  }

  /// The alerts that the tool itself has left out (`max_alerts`): they are told by nobody else.
  private func truncation(_ ids: Set<String>) -> Draft? {
    guard let count = object["truncatedAlerts"]?.int, count > 0 else { return nil }
    let group = object["groupKey"]?.words ?? "a group without a key"
    var report = ProblemReport(
      tool: tool, standing: .other("truncated"), title: "\(count) more alerts of this group were left out by their sender")
    report.key = group
    report.id = MadeID.digest([Array("\(group) \(count)".utf8)] + ids.sorted().map { Array($0.utf8) })
    report.severity = .warning
    report.details = ["The sender's own limit on alerts in a message (max_alerts) was reached.", group]
    report.links = [("All alerts", object["externalURL"]?.string)]
    report.data = common
    report.data["missing"] = .int(count)
    return report.draft()
  }

  /// A body of the user's own making, which has no list of alerts: its title and message, and all of it as data.
  private var own: Draft {
    let title = object["title"]?.words ?? object["summary"]?.words ?? object["text"]?.words ?? "A message without a title"
    var report = ProblemReport(tool: tool, standing: .other("message"), title: title)
    report.severity = (object["severity"]?.words).flatMap { Severity(foreign: $0) }
    report.details = [object["message"]?.words ?? object["description"]?.words].compactMap { $0 }
    report.data = object
    return report.draft()
  }
}
