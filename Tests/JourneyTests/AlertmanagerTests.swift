import Bellhop
import Foundation
import Loopback
import Testing

/// A real Alertmanager that posts to the gateway.
@Suite(.serialized) struct AlertmanagerJourneys {
  /// A gateway at a port that stays the same when it comes back, with a sender for each way to prove it.
  private struct Office {
    let port: Int
    let folder: Folder

    init() throws {
      port = try LoopbackServer.start { _ in .ok }.port
      folder = try Folder()
      try folder.write(
        """
        server: { listen: "127.0.0.1:\(port)" }
        senders:
          by-token: { use: alertmanager, secret: "n33dle-of-token" }
          by-password: { use: alertmanager, secret: "n33dle-of-password", reminders: true }
          by-address: { use: alertmanager, secret: "n33dle-of-address" }
          pager: { use: pagerduty, secret: "n33dle-of-pager" }
          genie: { use: opsgenie, secret: "n33dle-of-genie" }
        transports: { log: { use: stdout } }
        roles: { ops: [ { match: { severity: error+ }, to: log } ] }
        """)
    }

    var url: String { "http://127.0.0.1:\(port)/hooks" }

    var receiver: [(kind: String, config: String)] {
      [
        #"{ url: "\#(url)/by-token", http_config: { authorization: { credentials: n33dle-of-token } } }"#,
        #"{ url: "\#(url)/by-password", http_config: { basic_auth: { username: am, password: n33dle-of-password } } }"#,
        #"{ url: "\#(url)/by-address/n33dle-of-address" }"#,
      ].map { ("webhook_configs", $0) }
    }
  }

  private static func alert(_ name: String, _ instance: String, over: Bool = false, start: Date) -> JSON {
    let time = { (date: Date) in JSON.string(date.formatted(.iso8601)) }
    return [
      "labels": ["alertname": .string(name), "instance": .string(instance), "severity": "critical"],
      "annotations": ["summary": .string("\(name) of \(instance)"), "runbook_url": "https://wiki.example.com/disk"],
      "startsAt": time(start), "endsAt": time(over ? Date.now.addingTimeInterval(-1) : Date.now.addingTimeInterval(600)),
      "generatorURL": "http://prometheus.example.com/graph",
    ]
  }

  /// What became of an alert, as the history has it, oldest first: the sender, the type.
  private func told(_ gateway: RunningGateway, _ words: String, by sender: String) async throws -> [JSON] {
    let found = try await gateway.ask("GET", "/v1/events?q=\(words)&limit=1000").json["events"]?.array ?? []
    return found.reversed().filter { ($0["sender"] ?? $0["event"]?["sender"])?.string == sender }
  }

  private func types(_ gateway: RunningGateway, _ words: String, by sender: String = "by-token") async throws -> [String] {
    try await told(gateway, words, by: sender).map { ($0["type"] ?? $0["event"]?["type"])?.string ?? "" }
  }

  @Test func anAlertsLife() async throws {
    let office = try Office()
    let alertmanager = try Alertmanager(office.receiver)
    var gateway = try await RunningGateway.start(office.folder)
    try await alertmanager.start()
    let start = Date.now.addingTimeInterval(-60)
    let disk = Self.alert("DiskFull", "web-1", start: start)

    // It fires, and whoever may post has heard of it.
    #expect(await alertmanager.post([disk]))
    for sender in ["by-token", "by-password", "by-address"] {
      let heard = try await eventually { try await self.types(gateway, "DiskFull", by: sender).first == "alertmanager.firing" }
      #expect(heard, "\(sender): \(gateway.log)\(alertmanager.log)")
    }
    let event = try #require(try await told(gateway, "DiskFull", by: "by-token").first)
    #expect(
      event["subject"]?.string == "DiskFull instance=web-1 severity=critical" && event["severity"]?.string == "critical", "\(event.text)")

    // Alertmanager repeats it: once is enough, but for who wants reminders.
    let before = await alertmanager.counter("alertmanager_notifications_total")
    #expect(try await eventually { try await self.types(gateway, "DiskFull", by: "by-password").count >= 2 }, "\(gateway.log)")
    #expect(await alertmanager.counter("alertmanager_notifications_total") > before)
    #expect(try await types(gateway, "DiskFull") == ["alertmanager.firing"])

    // Alertmanager forgets all that it has told, and tells it again.
    alertmanager.end()
    try await alertmanager.start(storage: "another")
    #expect(await alertmanager.post([disk]))
    #expect(await eventually { await alertmanager.counter("alertmanager_notifications_total") >= 3 })
    #expect(try await types(gateway, "DiskFull") == ["alertmanager.firing"])

    // The gateway is away when the next one fires, and while the first one ends.
    #expect(await gateway.stop() == 0)
    #expect(
      await alertmanager.post([Self.alert("Slow", "web-2", start: start), Self.alert("DiskFull", "web-1", over: true, start: start)]))
    #expect(await eventually { await alertmanager.counter("alertmanager_notification_requests_failed_total") > 0 }, "\(alertmanager.log)")
    gateway = try await RunningGateway.start(office.folder)
    for sender in ["by-token", "by-address"] {
      #expect(try await eventually { try await self.types(gateway, "Slow", by: sender) == ["alertmanager.firing"] }, "\(gateway.log)")
      #expect(
        try await eventually {
          try await self.types(gateway, "DiskFull", by: sender) == ["alertmanager.firing", "alertmanager.resolved"]
        }, "\(gateway.log)\(alertmanager.log)")
    }
    #expect(await gateway.stop() == 0)
    #expect(!gateway.log.contains("n33dle"))
  }

  /// It believes that it speaks to PagerDuty and to Opsgenie.
  @Test func asIfTheyWerePagers() async throws {
    let office = try Office()
    let alertmanager = try Alertmanager([
      ("pagerduty_configs", #"{ url: "\#(office.url)/pager/v2/enqueue", routing_key: n33dle-of-pager, severity: critical }"#),
      ("opsgenie_configs", #"{ api_url: "\#(office.url)/genie/", api_key: n33dle-of-genie, priority: P2, update_alerts: true }"#),
    ])
    let gateway = try await RunningGateway.start(office.folder)
    try await alertmanager.start()
    let start = Date.now.addingTimeInterval(-60)
    func told(_ type: String) async throws -> [JSON] {
      try await gateway.ask("GET", "/v1/events?type=\(type)&limit=1000").json["events"]?.array ?? []
    }
    #expect(await alertmanager.post([Self.alert("DiskFull", "web-1", start: start)]))
    for tool in ["pagerduty", "opsgenie"] {
      let heard = try await eventually { try await !told("\(tool).firing").isEmpty }
      #expect(heard, "\(tool): \(gateway.log)\(alertmanager.log)")
    }
    #expect(await alertmanager.post([Self.alert("DiskFull", "web-1", over: true, start: start)]))
    for (tool, severity) in [("pagerduty", "critical"), ("opsgenie", "error")] {
      #expect(try await eventually { try await !told("\(tool).resolved").isEmpty }, "\(tool): \(gateway.log)\(alertmanager.log)")
      let (fired, over) = (try await told("\(tool).firing"), try await told("\(tool).resolved"))
      let keys = Set((fired + over).compactMap { $0["subject"]?.string })
      #expect(keys.count == 1 && keys.first?.isEmpty == false, "one problem has one key: \(keys)")
      #expect(fired.first?["severity"]?.string == severity, "\(fired.first?.text ?? "")")
      #expect(fired.first?["text"]?.string?.contains("DiskFull") == true, "\(fired.first?.text ?? "")")
    }
    for type in ["opsgenie.message", "opsgenie.description"] {
      let updates = try await told(type)
      #expect(!updates.isEmpty, "\(type): what it puts to an alert that is open")
    }
    #expect(await alertmanager.counter("alertmanager_notifications_failed_total") == 0, "\(alertmanager.log)")
    #expect(await gateway.stop() == 0)
    #expect(!gateway.log.contains("n33dle"))
  }

  /// Everything at once: one request of more alerts than the API takes events.
  @Test func aStorm() async throws {
    let office = try Office()
    let alertmanager = try Alertmanager(Array(office.receiver.prefix(1)))
    let gateway = try await RunningGateway.start(office.folder)
    try await alertmanager.start()
    let start = Date.now.addingTimeInterval(-60)
    #expect(await alertmanager.post((0..<1_500).map { Self.alert("Storm", "node-\($0)", start: start) }))
    func count() async throws -> Int {
      var (count, cursor) = (0, "")
      repeat {
        let page = try await gateway.ask("GET", "/v1/events?type=alertmanager.firing&limit=1000\(cursor)").json
        count += page["events"]?.array?.count ?? 0
        cursor = page["next"]?.string.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
      return count
    }
    #expect(try await eventually { try await count() >= 1_500 }, "\(gateway.log.suffix(2_000))\(alertmanager.log)")
    let told = await alertmanager.counter("alertmanager_notifications_total")
    #expect(await eventually { await alertmanager.counter("alertmanager_notifications_total") > told }, "and repeats it")
    #expect(try await count() == 1_500)
    #expect(await alertmanager.counter("alertmanager_notifications_failed_total") == 0, "\(alertmanager.log)")
    #expect(await gateway.stop() == 0)
  }
}
