import Bellhop

extension Dialect {
  /// Datadog's webhooks integration. https://docs.datadoghq.com/integrations/webhooks/
  static let datadog = Dialect(
    name: "datadog", doc: "Datadog's webhooks integration: its default payload, or the one in docs/senders/datadog.md",
    notes: [
      "https://docs.datadoghq.com/integrations/webhooks/",
      "Types are datadog.firing and datadog.resolved, and datadog.event for what is no monitor's; the subject is $ALERT_CYCLE_KEY.",
      "The default payload has neither the cycle's key nor the transition: paste the payload of docs/senders/datadog.md.",
    ],
    secret: "the last piece of the address, a token, or a password",
    proof: "the key in the address, Authorization: Bearer, or the password of Basic", address: "/hooks/NAME/SECRET",
    example:
      #"-H 'Content-Type: application/json' -d '{"id": "1", "cycle": "7", "transition": "Triggered", "priority": "P2", "title": "CPU of web-1 is high", "link": "https://app.datadoghq.com/event/1"}'"#,
    pressure: 503, patience: .seconds(15)
  ) { _ in DatadogReceiver() }
}

/// Datadog's webhooks: a body that its users write themselves, of Datadog's variables.
struct DatadogReceiver: Receiver {
  func proof(of head: PostHead) -> Proof { .anywhere(head) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head).map { [Self.report(DatadogFields($0), $0, now).draft()] }
  }

  private static func report(_ fields: DatadogFields, _ object: JSON.Object, _ now: Timestamp) -> ProblemReport {
    let shown = fields["eventtitle", "title", "alerttitle"]
    let transition = fields["alerttransition", "transition"] ?? shown.flatMap(bracketed)
    let isAlert = transition != nil || fields["alertcyclekey", "cyclekey", "cycle", "cycleid", "alertcycleid"] != nil
    let scope = fields["alertscope", "scope"]
    let monitor = fields["alertid", "monitorid"].map { "monitor \($0)\(scope.map { " \($0)" } ?? "")" }
    let key = fields["alertcyclekey", "cyclekey", "cycle", "cycleid", "alertcycleid"] ?? monitor ?? fields["aggregkey", "aggregationkey"]
    let standing = standing(transition, fields["alerttype", "type"], isAlert)
    var report = ProblemReport(
      tool: "datadog", standing: standing, key: key, title: fields["alerttitle"] ?? shown.map(plain) ?? "An event without a title")
    if let id = fields["id", "eventid"] { report.id = "\(id)/\(transition ?? "event")" }
    report.severity = severity(transition, fields)
    report.time = fields["date", "lastupdated"].flatMap { Int64($0) }.flatMap { Timestamp(foreignEpoch: $0, now: now) }
    // Else the title would tell it twice.
    if standing == .firing, let transition, transition.lowercased() != "triggered" { report.prefix = "\(transition.readableLine): " }
    // The marks around Markdown are Datadog's own.
    let body = fields["textonlymsg", "body", "message", "eventmsg"]?.replacing("%%%", with: "")
    report.details = (body ?? "").split(whereSeparator: \.isNewline).map(String.init) + [scope ?? ""]
    report.links = [("Datadog", fields["link", "url", "alerturl"]), ("Snapshot", fields["snapshot"])]
    report.data = object
    return report
  }

  private static func standing(_ transition: String?, _ type: String?, _ isAlert: Bool) -> ProblemReport.Standing {
    if let transition { return transition.lowercased().contains("recovered") ? .resolved : .firing }
    if isAlert { return type == "success" ? .resolved : .firing }
    return .other("event")
  }

  /// The monitor's priority, else what the transition and the type say.
  private static func severity(_ transition: String?, _ fields: DatadogFields) -> Severity? {
    // `$PRIORITY` is something else: `normal` or `low`, of the event.
    if let priority = fields["alertpriority", "priority"], priority.first?.lowercased() == "p", let severity = Severity(foreign: priority) {
      return severity
    }
    let word = (transition ?? "").lowercased()
    if word.contains("warn") || word.contains("no data") { return .warning }
    if word.contains("triggered") { return .error }
    return fields["alerttype", "type"].flatMap { Severity(foreign: $0) }
  }

  /// `Triggered` of a title `[P2] [Triggered on {host:web-1}] CPU is high`; nil where none of its brackets says so.
  private static func bracketed(_ title: String) -> String? {
    let known = ["triggered", "re-triggered", "warn", "re-warn", "no data", "re-no data", "renotify"]
    var rest = title.prefix(500)
    while rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      var words = rest[..<end].dropFirst()
      if let on = words.firstRange(of: " on ") { words = words[..<on.lowerBound] }
      let folded = words.lowercased()
      if folded.hasSuffix("recovered") || known.contains(where: folded.hasPrefix) { return String(words) }
      rest = rest[end...].dropFirst().drop { $0 == " " }
    }
    return nil
  }

  /// A title without what stands before it in brackets.
  private static func plain(_ title: String) -> String {
    var begin = title.startIndex
    for _ in 0..<8 {
      let rest = title[begin...]
      guard rest.hasPrefix("["), let end = rest.prefix(500).firstIndex(of: "]") else { break }
      begin = rest[end...].dropFirst().drop { $0 == " " }.startIndex
    }
    return begin == title.endIndex ? title : String(title[begin...])
  }
}

/// What a payload of anybody's own making says, by the names of Datadog's variables, whatever the way in which its keys are written.
struct DatadogFields {
  private var values: [String: String] = [:]

  init(_ object: JSON.Object) {
    // Outer keys come before inner ones: an `id` inside `org` is not the event's.
    for member in object.members { add(member.key, member.value) }
    for member in object.members {
      for inner in member.value.object?.members ?? [] {
        add(member.key + inner.key, inner.value)
        if member.key.lowercased() == "alert" || member.key.lowercased() == "event" { add("alert" + inner.key, inner.value) }
      }
    }
  }

  /// A variable that Datadog had no value for comes as it is written, or as `null`.
  private mutating func add(_ key: String, _ value: JSON) {
    guard let words = value.words, words != "null", !words.hasPrefix("$") else { return }
    let name = key.lowercased().filter { $0.isLetter || $0.isNumber }
    if values[name] == nil { values[name] = words }
  }

  /// The first that is there, of names in lower case without separators.
  subscript(names: String...) -> String? { names.lazy.compactMap { values[$0] }.first }
}
