import Bellhop
import Foundation
import Loopback
import Testing

/// A firing message turns resolved where it stands.
@Suite(.serialized) struct UpdateJourneys {
  @Test func aFiringMessageTurnsResolved() async throws {
    let slack = try LoopbackServer.start { request in
      if request.path.hasSuffix("chat.update"), request.text.contains("web-2") {
        return .answer(200, body: #"{"ok":false,"error":"message_not_found"}"#)
      }
      return .answer(200, body: #"{"ok":true,"channel":"C024BE91L","ts":"1503435956.000247"}"#)
    }
    defer { slack.stop() }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { chat: { use: slack, token: xoxb-test, api: "\(slack.url)/api", rate: 1000/s } }
      channels: { ops: { chat: { channel: "#ops", update_by: subject } } }
      roles:
        devops:
          - { match: { type: server.down }, to: ops, alert: loud, text: "{{subject}} is down" }
          - { match: { type: server.up }, to: ops, alert: quiet, text: "{{subject}} is up again" }
      """)
    #expect(try await Binary.run(["check", "--config", folder.config]).status == 0)
    let gateway = try await RunningGateway.start(folder)
    for (id, type, subject) in [("1", "server.down", "web-1"), ("2", "server.up", "web-1"), ("3", "server.down", "web-1")] {
      #expect(await gateway.post([["id": .string(id), "type": .string(type), "subject": .string(subject)]]))
      _ = await slack.waitFor(Int(id) ?? 0)
    }
    let bodies = try slack.requests.map { try JSON(parsing: $0.body) }
    #expect(slack.requests.map(\.path) == ["/api/chat.postMessage", "/api/chat.update", "/api/chat.postMessage"])
    #expect(bodies[1]["channel"] == "C024BE91L" && bodies[1]["ts"] == "1503435956.000247")
    #expect(bodies[1]["text"]?.string?.contains("web-1 is up again") == true)
    #expect(bodies[2]["channel"] == "#ops", "what is louder than what stands there has to ring")
    let shown = try await eventually {
      try await gateway.ask("GET", "/v1/events/2").json["deliveries"]?.array?.first?["attempts"]?.array?.first?["line"]?.string?
        .hasSuffix("changed in place") == true
    }
    #expect(shown)

    // Somebody removed the message: the resolution is told all the same.
    for (id, type) in [("4", "server.down"), ("5", "server.up")] {
      #expect(await gateway.post([["id": .string(id), "type": .string(type), "subject": "web-2"]]))
      _ = await slack.waitFor(id == "4" ? 4 : 6)
    }
    #expect(slack.requests.suffix(2).map(\.path) == ["/api/chat.update", "/api/chat.postMessage"])
    await gateway.stop()
  }
}
