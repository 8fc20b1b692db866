import Bellhop

extension Dialect {
  /// Uptime Kuma's webhook.
  /// https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
  static let kuma = Dialect(
    name: "kuma", doc: "Uptime Kuma's webhook: JSON, form-data, GET, or a body of your own",
    notes: [
      "https://github.com/louislam/uptime-kuma/wiki/Notification-Methods",
      "Types are kuma.firing, kuma.resolved, kuma.pending, kuma.maintenance, and kuma.message for what is about no check: tests, certificates.",
      "The subject is the monitor's name and number: Shop #3. Additional headers can carry a bearer token.",
    ],
    secret: "the last piece of the address, or a token", proof: "the key in the address, or Authorization: Bearer",
    address: "/hooks/NAME/SECRET",
    example:
      #"-H 'Content-Type: application/json' -d '{"heartbeat": {"monitorID": 3, "status": 0, "msg": "connection refused"}, "monitor": {"id": 3, "name": "Shop", "url": "https://shop.example.com"}, "msg": "[Shop] [Down] connection refused"}'"#,
    methods: ["POST", "GET"], pressure: 503
  ) { _ in KumaReceiver() }
}

/// Uptime Kuma's webhook.
struct KumaReceiver: Receiver {
  func proof(of head: PostHead) -> Proof { .anywhere(head) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    if head.method == "GET" { return .success([report(Self.query(head), now).draft()]) }
    return PostBody.object(body, head, field: "data").flatMapError { rejection in
      // A body of the user's own making may be mere words.
      guard let text = String(validating: body, as: UTF8.self), Text.isVisible(text) else { return .failure(rejection) }
      return .success(["msg": .string(text)])
    }.map { [report($0, now).draft()] }
  }

  /// The members, each as JSON or as text.
  private static func query(_ head: PostHead) -> JSON.Object {
    var object = JSON.Object()
    for name in ["heartbeat", "monitor", "msg"] {
      guard let value = head.query(name) else { continue }
      object[name] = name == "msg" ? .string(value) : (try? JSON(parsing: value)) ?? .string(value)
    }
    return object
  }

  private func report(_ object: JSON.Object, _ now: Timestamp) -> ProblemReport {
    let heartbeat = object["heartbeat"]?.object ?? [:]
    let monitor = object["monitor"]?.object ?? [:]
    let words = (object["msg"] ?? object["message"] ?? object["text"])?.words
    let status = heartbeat["status"]?.words
    let number = heartbeat["monitorID"]?.words ?? monitor["id"]?.words
    let key = [monitor["name"]?.words, number.map { "#\($0)" }].compactMap { $0 }.joined(separator: " ")
    let (standing, severity) = Self.standing(status, words)
    var report = ProblemReport(tool: "kuma", standing: standing, key: key, title: words ?? key)
    report.severity = severity
    // Its words tell of the recovery already.
    report.prefix = ""
    report.time = Timestamp(foreign: heartbeat["time"]?.string, now: now)
    if let number, let status, let time = heartbeat["time"]?.words { report.id = "\(number)/\(time)/\(status)" }
    if let more = heartbeat["msg"]?.words, !Self.tells(words ?? "", more) { report.details = [more] }
    report.links = [(monitor["name"]?.words?.readableLine ?? "The site", monitor["url"]?.string)]
    report.data = Self.data(object, heartbeat, monitor)
    return report
  }

  /// The message usually ends in the heartbeat's.
  private static func tells(_ words: String, _ more: String) -> Bool { words.utf8.suffix(more.utf8.count).elementsEqual(more.utf8) }

  /// https://github.com/louislam/uptime-kuma/blob/master/src/util.ts (`DOWN`, `UP`, `PENDING`, `MAINTENANCE`)
  private static func standing(_ status: String?, _ words: String?) -> (ProblemReport.Standing, Severity) {
    switch status {
    case "0": (.firing, .error)
    case "1": (.resolved, .info)
    case "2": (.other("pending"), .notice)
    case "3": (.other("maintenance"), .info)
    default: (.other("message"), words?.contains("expire") == true ? .warning : .info)
    }
  }

  /// What people route by. A monitor's other fields are how it is checked, with its passwords.
  private static func data(_ object: JSON.Object, _ heartbeat: JSON.Object, _ monitor: JSON.Object) -> JSON.Object {
    var data = JSON.Object()
    if !heartbeat.isEmpty { data["heartbeat"] = .object(heartbeat) }
    let known = ["id", "name", "description", "path", "parent", "url", "method", "hostname", "port", "type", "tags", "maintenance"]
    let told = monitor.members.filter { known.contains($0.key) && !$0.value.isNull }
    if !told.isEmpty { data["monitor"] = .object(JSON.Object(told)) }
    for member in object.members where !["heartbeat", "monitor", "msg"].contains(member.key) { data.members.append(member) }
    return data
  }
}
