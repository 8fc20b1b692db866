import Bellhop
import Curl
import Foundation
import Testing

/// Every recipe of the docs, given what its tool sends.
@Suite(.serialized) struct RecipeJourneys {
  private static let key = "key-of-the-recipe-1"

  /// The blocks of a recipe: what to paste there, and the configuration here.
  private static func recipe(_ name: String) throws -> (paste: String?, yaml: String) {
    let page = try String(contentsOf: DocsJourneys.root.appending(path: "docs/recipes.md"), encoding: .utf8)
    let chapter = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("\(name)\n") })
    func block(_ word: String) -> String? {
      chapter.components(separatedBy: "```\(word)\n").dropFirst().first?.components(separatedBy: "```").first
    }
    return (block("text"), try #require(block("yaml")))
  }

  /// Posts to the recipe's sender, twice where it has ids; the events that came of it.
  private func events(_ yaml: String, _ path: String, _ headers: [(String, String)], _ bodies: [String]) async throws -> [JSON] {
    let place = try Folder()
    try place.write("server: { listen: \"127.0.0.1:0\" }\ntransports: { log: { use: stdout } }\nunrouted: log\n" + yaml)
    let name = try #require(yaml.firstMatch(of: /\$\{([A-Z_]+)\}/)?.1)
    let gateway = try await RunningGateway.start(place, environment: [String(name): Self.key])
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let engine = Engine()
    for body in bodies {
      let request = Request(
        "POST", "http://127.0.0.1:\(port)\(path)", headers: headers.map { .init($0.0, $0.1) }, body: Array(body.utf8))
      guard case .response(let response) = await engine.send(request) else { throw JourneyError("no answer") }
      // Healthchecks takes no other than these for a yes.
      #expect([200, 201, 202, 204].contains(response.status), "\(response.status) \(String(decoding: response.body, as: UTF8.self))")
    }
    await engine.close()
    let events = try await gateway.ask("GET", "/v1/events?limit=50").json["events"]?.array ?? []
    #expect(await gateway.stop() == 0)
    return events.reversed()
  }

  private static let bearer = [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")]

  /// https://healthchecks.io/docs/configuring_notifications/ and https://healthchecks.io/docs/api/#get-check
  @Test func healthchecks() async throws {
    let (paste, yaml) = try Self.recipe("Healthchecks")
    let check = """
      {"name": "Database Backup", "slug": "database-backup", "tags": "production db", "desc": "Runs ~/db-backup.sh", "grace": 1200,
      "n_pings": 7, "status": "down", "last_ping": "2026-03-23T10:19:32+00:00", "next_ping": null, "manual_resume": false, "methods": "",
      "ping_url": "https://hc-ping.com/803f680d-e89b-492b-82ef-2be7b774a92d", "schedule": "15 5 * * *", "tz": "UTC"}
      """
    func body(_ status: String, _ now: String) throws -> String {
      try #require(paste).replacing("$CODE", with: "803f680d-e89b-492b-82ef-2be7b774a92d").replacing("$STATUS", with: status)
        .replacing("$NOW", with: now).replacing("$JSON", with: check)
    }
    let down = try body("down", "2026-03-24T05:35:00+00:00")
    let up = try body("up", "2026-03-24T06:35:00+00:00")
    let events = try await events(yaml, "/hooks/healthchecks", Self.bearer, [down, down, up])
    #expect(events.map { $0["type"]?.string } == ["check.firing", "check.resolved"], "tried again, it is the same")
    #expect(events.map { $0["severity"]?.string } == ["error", "info"] && events.allSatisfy { $0["subject"] == "Database Backup" })
    #expect(events.first?["text"] == "Database Backup is down\nRuns ~/db-backup.sh" && events.first?["time"] == "2026-03-24T05:35:00.000Z")
    #expect(events.first?["data"]?["pings"] == 7 && !events.contains { $0.text.contains("hc-ping.com") })
  }

  /// https://plugins.jenkins.io/notification/
  @Test func jenkins() async throws {
    let (_, yaml) = try Self.recipe("Jenkins")
    func body(_ status: String, _ number: Int) -> String {
      """
      {"name": "asgard", "display_name": "asgard", "url": "job/asgard/", "build": {"full_url": "http://localhost:8080/job/asgard/\(number)/",
      "number": \(number), "queue_id": 4, "timestamp": 1795521600000, "duration": 1520, "phase": "FINALIZED", "status": "\(status)",
      "url": "job/asgard/\(number)/", "scm": {"url": "https://github.com/evgeny-goldin/asgard.git", "branch": "origin/master",
      "commit": "c6d86dc654b12425e706bcf951adfe5a8627a517"}, "parameters": {"ENV": "prod"}, "log": "", "notes": "",
      "artifacts": {"asgard.jar": {"archive": "http://localhost:8080/job/asgard/\(number)/artifact/asgard.jar"}}}}
      """
    }
    let json = [("Content-Type", "application/json;charset=UTF-8")]
    let events = try await events(
      yaml, "/hooks/jenkins/\(Self.key)", json, [body("SUCCESS", 18), body("FAILURE", 19), body("FAILURE", 19)])
    #expect(events.map { $0["type"]?.string } == ["build.succeeded", "build.failed"])
    #expect(events.map { $0["severity"]?.string } == ["info", "error"] && events.last?["subject"] == "asgard")
    #expect(events.last?["text"] == "asgard #19: FAILURE\norigin/master open (http://localhost:8080/job/asgard/19/)")
    #expect(events.last?["data"]?["scm"]?["branch"] == "origin/master" && events.last?["data"]?["parameters"]?["ENV"] == "prod")
  }

  /// https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
  @Test func argoCD() async throws {
    let (paste, yaml) = try Self.recipe("Argo CD")
    let line = try #require(paste?.split(separator: "\n").first { $0.contains("{\"app\"") })
    let values = [
      "{{toJson .app.metadata.name}}": "\"guestbook\"", "{{toJson .app.status.operationState.phase}}": "\"Failed\"",
      "{{toJson .app.status.health.status}}": "\"Degraded\"", "{{toJson .app.status.sync.revision}}": "\"53e28ff\"",
      "{{toJson .app.status.operationState.message}}": "\"one or more \\\"objects\\\" failed to apply\"",
      "{{toJson .app.status.operationState.startedAt}}": "\"2026-11-24T12:00:00Z\"",
      "{{.context.argocdUrl}}": "https://argocd.example.com", "{{.app.metadata.name}}": "guestbook",
    ]
    let body = values.reduce(String(line)) { $0.replacing($1.key, with: $1.value) }
    #expect(!body.contains("{{"), "\(body)")
    let events = try await events(yaml, "/hooks/argocd", Self.bearer, [body, body, body.replacing("Failed", with: "Succeeded")])
    #expect(events.map { $0["type"]?.string } == ["deploy.failed", "deploy.succeeded"])
    #expect(events.map { $0["severity"]?.string } == ["error", "info"])
    let text = "guestbook: Failed\none or more \"objects\" failed to apply open (https://argocd.example.com/applications/guestbook)"
    #expect(events.first?["text"]?.string == text && events.first?["data"] == ["health": "Degraded", "revision": "53e28ff"])
  }

  /// https://pve.proxmox.com/pve-docs/chapter-notifications.html
  @Test func proxmox() async throws {
    let (paste, yaml) = try Self.recipe("Proxmox VE")
    let values = [
      "{{ escape title }}": "vzdump backup status (pve1): backup failed", "{{ escape message }}": "VMID 100 failed\\nno space left",
      "{{ severity }}": "error", "{{ timestamp }}": "1795521600",
      "{{ json fields }}": #"{"hostname":"pve1","type":"vzdump","job-id":"backup-1"}"#,
    ]
    let body = values.reduce(try #require(paste)) { $0.replacing($1.key, with: $1.value) }
    #expect(!body.contains("{{"), "\(body)")
    let events = try await events(
      yaml, "/hooks/proxmox", Self.bearer,
      [body, body.replacing("\"error\"", with: "\"unknown\"").replacing("\"vzdump\"", with: "\"system-mail\"")])
    #expect(events.map { $0["type"]?.string } == ["proxmox.vzdump", "proxmox.system-mail"])
    #expect(events.map { $0["severity"]?.string } == ["error", "notice"] && events.first?["subject"] == "pve1")
    #expect(events.first?["text"] == "vzdump backup status (pve1): backup failed\nVMID 100 failed\nno space left")
    #expect(events.first?["time"] == "2026-11-24T12:00:00.000Z" && events.first?["data"]?["fields"]?["job-id"] == "backup-1")
  }

  /// As https://github.com/truenas/middleware/blob/master/src/middlewared/middlewared/alert/service/slack.py posts it.
  @Test func trueNAS() async throws {
    let (_, yaml) = try Self.recipe("TrueNAS")
    func body(_ text: String) -> String { JSON.object(["text": .string(text)]).text }
    let events = try await events(
      yaml, "/hooks/nas/\(Self.key)", [("Content-type", "application/json")],
      [
        body("TrueNAS @ nas1  \n  \nNew alerts:\n\n  * Pool tank state is DEGRADED &amp; needs a disk\n\n"),
        body("TrueNAS @ nas1  \n  \nThe following alert has been cleared:\n\n  * Pool tank state is DEGRADED\n\n"),
        body("TrueNAS @ nas1  \n  \nThese alerts have been cleared:\n\n  * a\n  * b\n\n"),
      ])
    #expect(events.map { $0["type"]?.string } == ["nas.firing", "nas.resolved", "nas.resolved"])
    #expect(events.first?["severity"] == "warning" && events.first?["text"]?.string?.contains("DEGRADED & needs a disk") == true)
  }
}
