import Bellhop

extension Dialect {
  /// Opsgenie's alert API. https://docs.opsgenie.com/docs/alert-api
  static let opsgenie = Dialect(
    name: "opsgenie", doc: "what posts to Opsgenie's alert API: create, acknowledge, close, notes",
    notes: [
      "https://docs.opsgenie.com/docs/alert-api",
      "Types are opsgenie.firing, opsgenie.acknowledged, opsgenie.resolved and opsgenie.note; the subject is the alias.",
      "Clients that put /v2/alerts behind an address themselves get it without; those that can be told only a server post to the root.",
      "The same bytes within a minute are one event, as a client sends again what it had no answer to.",
    ],
    secret: "the API key", proof: "Authorization: GenieKey", address: "/hooks/NAME/v2/alerts", prefixes: ["/v2/alerts"],
    example:
      #"-H 'Authorization: GenieKey SECRET' -H 'Content-Type: application/json' -d '{"message": "The disk of web-1 is full", "alias": "web-1/disk", "priority": "P1"}'"#,
    methods: ["POST", "PUT", "PATCH", "DELETE"], pressure: 429
  ) { _ in OpsgenieReceiver() }
}

/// Opsgenie's alert API.
struct OpsgenieReceiver: Receiver {
  func proof(of head: PostHead) -> Proof { .offered(head.token("GenieKey")) }

  /// What is asked of which alert: `/v2/alerts`, `/v2/alerts/ALIAS/close?identifierType=alias`.
  private struct Task {
    var alias: String?
    var action: String

    init(_ head: PostHead) {
      var path = head.path[...]
      if path.first == "v2" { path = path.dropFirst() }
      if path.first == "alerts" { path = path.dropFirst() }
      alias = path.first
      action = path.dropFirst().first ?? (path.isEmpty ? "create" : head.method == "DELETE" ? "close" : "update")
    }
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    let task = Task(head)
    // What is done to an alert may need no words.
    if body.isEmpty, task.alias != nil { return .success([Self.report([:], task, body, head, now).draft()]) }
    return PostBody.object(body, head).map { [Self.report($0, task, body, head, now).draft()] }
  }

  private static func report(_ object: JSON.Object, _ task: Task, _ body: [UInt8], _ head: PostHead, _ now: Timestamp) -> ProblemReport {
    let id = MadeID.of(body, "\(head.method) \(task.action) \(task.alias ?? "")", at: now)
    let key = task.alias ?? object["alias"]?.words ?? id
    let (message, note) = (object["message"]?.words, object["note"]?.words)
    var report = ProblemReport(tool: "opsgenie", standing: standing(task.action), key: key, title: message ?? key)
    report.id = id
    if task.action == "create" {
      report.severity = object["priority"]?.words.flatMap { Severity(foreign: $0) }
      let place = ["entity", "source"].compactMap { object[$0]?.words }.joined(separator: " · ")
      report.details = [object["description"]?.words ?? "", place]
    }
    if let note { report.details.append(note) }
    report.data = object
    report.data["alias"] = .string(key)
    return report
  }

  private static func standing(_ action: String) -> ProblemReport.Standing {
    switch action {
    case "create": .firing
    case "acknowledge": .acknowledged
    case "close": .resolved
    case "notes": .other("note")
    default: .other(action)
    }
  }

  /// Who asks what became of a request hears that it is done: it was, before its answer.
  /// https://docs.opsgenie.com/docs/alert-api#get-request-status
  func reply(to head: PostHead, isProven: Bool) -> PostAnswer? {
    guard isProven, head.method == "GET", let place = head.path.firstIndex(of: "requests"), place + 1 < head.path.count else { return nil }
    let data: JSON = ["success": true, "isSuccess": true, "action": "", "status": "Processed", "alertId": "", "alias": ""]
    return PostAnswer(200, ["data": data, "took": 0.001, "requestId": .string(head.path[place + 1])])
  }

  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept(let events):
      let request = MadeID.uuid(MadeID.digest([Array((events.first?.event.id ?? "").utf8)]))
      return PostAnswer(202, ["result": "Request will be processed", "took": 0.001, "requestId": .string(request)])
    case .refused(let refusal):
      return PostAnswer(refusal.status, ["message": .string(refusal.title), "took": 0.001, "requestId": ""])
    }
  }
}
