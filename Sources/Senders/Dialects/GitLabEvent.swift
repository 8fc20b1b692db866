import Bellhop

/// What happened at a GitLab. https://docs.gitlab.com/user/project/integrations/webhook_events/
struct GitLabEvent {
  let payload: JSON.Object
  /// `merge_request`, `push`; of system hooks `project_create`.
  let kind: String

  /// - Parameter name: the header's, `Merge Request Hook`, for bodies without a kind.
  init(payload: JSON.Object, name: String?) {
    self.payload = payload
    kind = payload.words("object_kind", "event_name", "event_type") ?? name?.lowercased().replacing(" ", with: "_") ?? "event"
  }

  private var attributes: JSON.Object { payload["object_attributes"]?.object ?? [:] }
  private var project: String? { payload.words("project.path_with_namespace", "path_with_namespace", "project_name") }
  private var user: String? { payload.words("user.username", "user_username", "user.name", "user_name") }
  private var status: String? {
    switch kind {
    case "pipeline": attributes.words("status")
    case "build": payload.words("build_status")
    case "deployment": payload.words("status")
    default: nil
    }
  }
  private var action: String? { status ?? attributes.words("action") ?? payload.words("action") }
  private var number: String? {
    attributes.words("iid") ?? (kind == "pipeline" ? attributes.words("id") : nil)
      ?? payload.words("merge_request.iid", "issue.iid", "build_id")
  }
  /// A request is `!42`, everything else `#42`.
  private var sign: String { kind == "merge_request" || kind == "note" && payload["merge_request"]?.object != nil ? "!" : "#" }

  private var subject: String? {
    guard let project else { return payload.words("group.full_path", "group_path", "user_email", "username", "path") }
    let isNumbered = attributes.words("iid") != nil || kind == "note" || kind == "emoji"
    return isNumbered ? number.map { "\(project)\(sign)\($0)" } ?? project : project
  }

  private var title: String? {
    if kind == "note" { return payload.words("merge_request.title", "issue.title", "snippet.title", "commit.title") }
    return attributes.words("title", "name") ?? payload.words("build_name", "name", "environment", "commit.title")
  }

  private var branch: String? {
    guard let name = attributes.words("source_branch", "ref") ?? payload.words("ref", "merge_request.source_branch") else { return nil }
    for prefix in ["refs/heads/", "refs/tags/"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    return name
  }

  /// What was pushed is that it is gone: of a commit there is only the sign for none.
  private var isDeletion: Bool { payload.words("after")?.allSatisfy { $0 == "0" } == true }

  private var address: String? {
    guard let page = payload.words("project.web_url", "repository.homepage", "group.web_url") else {
      return attributes.words("url") ?? payload.words("url", "deployable_url")
    }
    if let url = attributes.words("url") ?? payload.words("url", "deployable_url") { return url }
    switch kind {
    case "pipeline": return number.map { "\(page)/-/pipelines/\($0)" }
    case "build": return payload.words("build_id").map { "\(page)/-/jobs/\($0)" }
    case "push" where !isDeletion: return payload.words("after").map { "\(page)/-/commit/\($0)" }
    default: return page
    }
  }

  func draft(id: String?, at now: Timestamp) -> Draft {
    var draft = Draft(id: id, type: ["gitlab", kind, action].compactMap { $0 }.joined(separator: "."), subject: subject)
    draft.severity = severity
    draft.time = Timestamp(foreign: attributes["finished_at"] ?? attributes["updated_at"] ?? payload["updated_at"], now: now)
    draft.data.put("event", kind)
    draft.data.put("action", action)
    draft.data.put("project", project)
    draft.data.put("user", user)
    if let number = number.flatMap({ Int64($0) }) { draft.data["number"] = .int(number) }
    draft.data.put("title", title)
    draft.data.put("branch", branch)
    draft.data.put("base", attributes.words("target_branch"))
    draft.data.put("status", status ?? attributes.words("state"))
    draft.data.put("environment", payload.words("environment", "environment.name"))
    let labels = (payload["labels"]?.array ?? []).prefix(50).compactMap { $0["title"]?.string }
    if !labels.isEmpty { draft.data["labels"] = .array(labels.map(JSON.string)) }
    draft.data.put("url", address)
    draft.keep(payload)
    draft.say(wording)
    return draft
  }

  private var severity: Severity? {
    switch status {
    case "failed": return .error
    case "canceled": return .notice
    default: return kind == "vulnerability" ? Severity(foreign: attributes.words("severity")) ?? .warning : nil
    }
  }

  // MARK: Words

  /// GitLab tells what was done in the form of an order.
  private static let past = [
    "open": "opened", "close": "closed", "reopen": "reopened", "merge": "merged", "update": "updated", "create": "created",
    "delete": "deleted",
    "approval": "approval added", "unapproval": "approval taken back",
  ]

  private var wording: Wording {
    if kind == "push" || kind == "tag_push" { return pushed }
    let verdict = action.map { Self.past[$0] ?? $0.replacing("_", with: " ") }
    let title = [kind.replacing("_", with: " "), number.map { sign + $0 }, verdict].compactMap { $0 }.joined(separator: " ")
    let place = status != nil ? branch.map { "on \($0)" } : nil
    let failed = (payload["builds"]?.array ?? []).filter { $0["status"]?.string == "failed" && $0["allow_failure"]?.bool != true }
    let jobs = failed.prefix(10).compactMap { $0["name"]?.string }.joined(separator: ", ")
    let said = kind == "note" ? attributes.words("note") : jobs.isEmpty ? nil : "failed: \(jobs)"
    return wording(title, [self.title, place].compactMap { $0 }.joined(separator: " "), [said, user.map { "by \($0)" }])
  }

  private var pushed: Wording {
    let who = user ?? "somebody"
    let name = branch ?? "a branch"
    if isDeletion { return wording("\(who) deleted \(name)", nil, []) }
    if kind == "tag_push" { return wording("\(who) pushed the tag \(name)", nil, [payload.words("message")]) }
    let commits = payload["commits"]?.array ?? []
    let count = payload["total_commits_count"]?.int.map { Int(clamping: $0) } ?? commits.count
    let lines = commits.prefix(5).map { commit in
      "\(commit["id"]?.string?.prefix(8) ?? "") \(Wording.firstLine(commit["title"]?.string ?? commit["message"]?.string))"
    }
    let more = count > lines.count ? ["and \(count - lines.count) more"] : []
    return wording("\(who) pushed \(count == 1 ? "1 commit" : "\(count) commits") to \(name)", nil, count > 0 ? lines + more : [])
  }

  private func wording(_ title: String, _ rest: String?, _ lines: [String?]) -> Wording {
    let place = project ?? subject
    return Wording(title: place.map { "\($0): \(title)" } ?? Wording.spoken(title), rest: rest, lines: lines, link: ("GitLab", address))
  }
}
