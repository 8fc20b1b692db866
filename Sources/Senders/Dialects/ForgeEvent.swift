import Bellhop

/// What happened at a forge, as GitHub tells it and Gitea and Forgejo after it.
/// https://docs.github.com/webhooks/webhook-events-and-payloads
struct ForgeEvent {
  /// The first word of the type: `github`.
  let forge: String
  let event: String
  let payload: JSON.Object

  init(forge: String, event: String?, payload: JSON.Object) {
    self.forge = forge
    self.event = event ?? "event"
    self.payload = payload
  }

  var action: String? { payload.words("action") }
  var repository: String? { payload.words("repository.full_name") }
  var actor: String? { payload.words("sender.login", "pusher.name", "pusher.login", "pusher.username") }

  /// What it is about: a pull request, an issue, a run.
  var object: JSON.Object {
    let keys = [
      event, "pull_request", "issue", "discussion", "alert", "check_run", "check_suite", "workflow_run", "workflow_job", "release",
      "deployment_status", "registry_package", "package", "milestone", "security_advisory", "repository_advisory", "label", "page",
      "comment",
    ]
    for key in keys where !Self.isRepository(key) { if let object = payload[key]?.object { return object } }
    return [:]
  }

  private static func isRepository(_ key: String) -> Bool { key == "repository" || key == "sender" || key == "organization" }

  var number: String? { payload.words("number") ?? object.words("number") }
  var subject: String? {
    guard let repository else { return payload.words("organization.login", "organization.username", "installation.account.login") }
    return number.map { "\(repository)#\($0)" } ?? repository
  }

  var title: String? {
    object.words("title", "display_title", "name", "tag_name", "security_advisory.summary", "rule.description", "secret_type_display_name")
      ?? payload.words("description", "commit.commit.message")
  }

  /// How it ended, where it ended in some way: `failure`, `merged`.
  var conclusion: String? {
    if action == "closed", object["merged"]?.bool == true { return "merged" }
    return object.words("conclusion") ?? payload.words("deployment_status.state", "review.state", "state")
  }

  /// Without `refs/heads/` and the like.
  var branch: String? {
    guard let name = payload.words("ref") ?? object.words("head_branch", "head.ref", "ref", "target_commitish") else { return nil }
    for prefix in ["refs/heads/", "refs/tags/"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    return name
  }

  var address: String? {
    payload.words("comment.html_url", "review.html_url", "deployment_status.target_url", "target_url")
      ?? object.words("html_url")
      ?? payload.words("compare", "compare_url", "forkee.html_url", "repository.html_url", "organization.html_url")
  }

  func draft(id: String?, at now: Timestamp) -> Draft {
    var draft = Draft(id: id, type: [forge, event, action].compactMap { $0 }.joined(separator: "."), subject: subject)
    draft.severity = severity
    draft.time = Timestamp(foreign: object["updated_at"] ?? payload[path: "head_commit.timestamp"], now: now)
    draft.data.put("event", event)
    draft.data.put("action", action)
    draft.data.put("repository", repository)
    draft.data.put("organization", payload.words("organization.login", "organization.username"))
    draft.data.put("sender", actor)
    if let number = number.flatMap({ Int64($0) }) { draft.data["number"] = .int(number) }
    draft.data.put("title", title)
    draft.data.put("branch", branch)
    draft.data.put("base", object.words("base.ref"))
    draft.data.put("conclusion", conclusion)
    draft.data.put("environment", payload.words("deployment.environment", "deployment_status.environment"))
    let labels = (object["labels"]?.array ?? []).prefix(50).compactMap { $0["name"]?.string }
    if !labels.isEmpty { draft.data["labels"] = .array(labels.map(JSON.string)) }
    draft.data.put("url", address)
    draft.keep(payload, isNoise: Self.isNoise)
    draft.say(wording)
    return draft
  }

  /// Ids of an interface and addresses of the API: half of each payload, and nobody's concern.
  private static func isNoise(_ key: String) -> Bool {
    if key == "node_id" || key == "_links" || key == "gravatar_id" { return true }
    return key.hasSuffix("_url") && !["html_url", "target_url", "details_url", "compare_url", "environment_url", "log_url"].contains(key)
  }

  private var severity: Severity? {
    if event == "ping" { return .debug }
    switch conclusion {
    case "failure", "timed_out", "startup_failure", "error": return .error
    case "action_required": return .warning
    default: break
    }
    let isAlert = event.hasSuffix("_alert") || event.hasSuffix("_advisory")
    guard isAlert, ["created", "reopened", "reintroduced", "appeared_in_branch", "published", "reopened_by_user"].contains(action) else {
      return nil
    }
    let word = object.words(
      "security_advisory.severity", "security_vulnerability.severity", "rule.security_severity_level", "rule.severity", "severity")
    // What code scanning calls a note is the least of its findings.
    return word == "note" ? .notice : Severity(foreign: word) ?? .error
  }
}
