import Bellhop
import Foundation
import Loopback
import Testing

/// The vendors' own clients from PyPI, told another server and nothing else.
@Suite(.serialized) struct PagerJourneys {
  private func folder() throws -> Folder {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders:
        pager: { use: pagerduty, secret: ["n33dle0123456789abcdef0123456789", "old"], host: localhost }
        genie: { use: opsgenie, secret: "n33dle-of-genie" }
      transports: { log: { use: stdout } }
      roles: { ops: [ { match: { severity: error+ }, to: log } ] }
      """)
    return folder
  }

  private func run(_ script: String, _ gateway: RunningGateway, _ module: String) async throws -> Binary.Ended {
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    return try await Binary.run(
      ["-c", script], environment: ["PYTHONPATH": "\(Tool.unpacked)/\(module)", "PORT": String(port), "NO_PROXY": "*"],
      executable: try Tool.path("python3"))
  }

  /// Oldest first: type, subject, text.
  private func told(_ gateway: RunningGateway, _ tool: String) async throws -> [[String]] {
    let found = try await gateway.ask("GET", "/v1/events?type=\(tool).*").json["events"]?.array ?? []
    return found.reversed().map { event in ["type", "subject", "text"].map { (event[$0] ?? event["event"]?[$0])?.string ?? "" } }
  }

  /// https://github.com/PagerDuty/python-pagerduty
  @Test func pagerDutysClient() async throws {
    let gateway = try await RunningGateway.start(try folder())
    let ended = try await run(
      """
      import os, pagerduty
      def client(key):
          c = pagerduty.EventsApiV2Client(key)
          # It takes only https:// for an answer, and here no proxy stands before the gateway.
          c._url = "http://localhost:" + os.environ["PORT"]
          return c
      c = client("n33dle0123456789abcdef0123456789")
      made = c.trigger("The disk is full", "web-1", severity="critical", custom_details={"free": "3 %"},
                       links=[{"href": "https://wiki.example.com/disk", "text": "Runbook"}])
      again = c.trigger("The disk is full", "web-1", severity="critical", custom_details={"free": "3 %"},
                        links=[{"href": "https://wiki.example.com/disk", "text": "Runbook"}])
      print(len(made), made == again)
      print(c.acknowledge(made) == made, c.resolve(made) == made)
      print(c.trigger("Slow", "web-2", dedup_key="web-2/slow", severity="warning"))
      c.submit("Build 2 is live", source="ci", timestamp="2026-11-24T11:59:00Z")
      try: client("somebody-elses").trigger("x", "y")
      except pagerduty.HttpError as e: print(e.response.status_code)
      """, gateway, "pagerduty")
    #expect(ended.out == "32 True\nTrue True\nweb-2/slow\n401\n", "\(ended.out)\(ended.err)")
    let events = try await told(gateway, "pagerduty")
    #expect(
      events.map(\.[0])
        == ["pagerduty.firing", "pagerduty.acknowledged", "pagerduty.resolved", "pagerduty.firing", "pagerduty.change"], "\(events)")
    try #require(events.count == 5)
    #expect(Set(events[..<3].map(\.[1])).count == 1 && events[3][1] == "web-2/slow")
    #expect(events[0][2] == "The disk is full\nweb-1\nRunbook (https://wiki.example.com/disk)")
    #expect(await gateway.stop() == 0)
    #expect(!gateway.log.contains("n33dle"))
  }

  /// https://github.com/opsgenie/opsgenie-python-sdk
  @Test func opsgeniesClient() async throws {
    let gateway = try await RunningGateway.start(try folder())
    // The client is told a server and no path: Opsgenie's own path at the root is taken by its key.
    let ended = try await run(
      """
      import os, opsgenie_sdk as o
      def api(key):
          c = o.Configuration()
          c.host = "http://127.0.0.1:" + os.environ["PORT"]
          c.api_key["Authorization"] = key
          c.retry_count = 1
          return o.AlertApi(o.ApiClient(configuration=c))
      a = api("n33dle-of-genie")
      p = o.CreateAlertPayload(message="The disk is full", alias="web-1/disk", description="97 %", priority="P1",
                               tags=["disk"], details={"mount": "/var"}, entity="web-1")
      first = a.create_alert(create_alert_payload=p)
      print(first.result, len(first.request_id), a.create_alert(create_alert_payload=p).request_id == first.request_id)
      for what in ("acknowledge", "close"):
          print(getattr(a, what + "_alert")(identifier="web-1/disk", identifier_type="alias").result)
      print(a.add_note(identifier="web-1/disk", identifier_type="alias",
                       add_note_to_alert_payload=o.AddNoteToAlertPayload(note="It was the log")).result)
      print(a.get_request_status(request_id=first.request_id).data.is_success)
      try: api("somebody-elses").create_alert(create_alert_payload=p)
      except o.exceptions.AuthenticationException as e: print(e.status)
      """, gateway, "opsgenie")
    let words = "Request will be processed"
    #expect(ended.out == "\(words) 36 True\n\(words)\n\(words)\n\(words)\nTrue\n401\n", "\(ended.out)\(ended.err)")
    let events = try await told(gateway, "opsgenie")
    #expect(events.map(\.[0]) == ["opsgenie.firing", "opsgenie.acknowledged", "opsgenie.resolved", "opsgenie.note"], "\(events)")
    try #require(events.count == 4)
    #expect(Set(events.map(\.[1])) == ["web-1/disk"], "\(events)")
    #expect(events[0][2] == "The disk is full\n97 %\nweb-1" && events[3][2] == "web-1/disk\nIt was the log")
    #expect(await gateway.stop() == 0)
    #expect(!gateway.log.contains("n33dle"))
  }
}
