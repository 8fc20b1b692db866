import Bellhop
import Foundation
import Loopback
import Testing

/// Who comes in at the built gateway's doors, and what they are told.
@Suite(.serialized) struct DoorJourneys {
  /// The answer's status and body.
  private func curl(_ arguments: String...) async throws -> (status: String, body: String) {
    let ended = try await Binary.run(
      ["-sS", "-m", "20", "-w", "\n%{http_code}"] + arguments, executable: try Tool.path("curl"))
    let lines = ended.out.components(separatedBy: "\n")
    return (lines.last ?? "", lines.dropLast().joined(separator: "\n") + ended.err)
  }

  @Test func wrongProofsAreCounted() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders: { shop: { secret: 0123456789abcdef }, chat: { use: slack, secret: fedcba9876543210 } }
      transports: { log: { use: stdout } }
      unrouted: log
      """)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let base = "http://127.0.0.1:\(port)"
    for _ in 0..<3 {
      #expect(try await curl("-H", "Authorization: Bearer wrong", "-d", "{}", "\(base)/v1/events").status == "401")
    }
    #expect(try await curl("-d", "{}", "\(base)/hooks/chat/wrong").status == "403")
    #expect(
      try await curl("-H", "Authorization: Bearer 0123456789abcdef", "-H", "Content-Type: text/plain", "-d", "a", "\(base)/v1/events")
        .status == "202")
    let page = try await curl("--unix-socket", gateway.socket, "http://localhost/metrics").body
    let lines = page.split(separator: "\n").filter { $0.contains("bellhop_wrong_proofs_total") }.map(String.init)
    #expect(
      lines == [
        "# HELP bellhop_wrong_proofs_total Requests with a wrong token, key or signature, by what they wanted, and whether their address was told to wait.",
        "# TYPE bellhop_wrong_proofs_total counter", #"bellhop_wrong_proofs_total{route="events",slowed="no"} 3"#,
        #"bellhop_wrong_proofs_total{route="slack",slowed="no"} 1"#,
      ])
    #expect(await gateway.stop() == 0)
  }

  /// A reader of one role, and an operator who changes something from elsewhere and is written down.
  @Test func readersHaveNames() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders: { shop: { secret: 0123456789abcdef } }
      readers:
        money: { secret: money-money-money, only: [finance] }
        oncall: { secret: oncall-oncall-oncall, role: operator }
      transports: { log: { use: stdout } }
      channels: { a: { log: {} } }
      roles:
        finance: [{ match: { type: "payment.*" }, to: a }]
        ops: [{ to: log }]
      """)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let base = "http://127.0.0.1:\(port)"
    let post = #"[{"type":"payment.failed","id":"p1","subject":"ann"},{"type":"server.down","id":"s1","subject":"n33dle"}]"#
    #expect(
      try await curl(
        "-H", "Authorization: Bearer 0123456789abcdef", "-H", "Content-Type: application/json", "-d", post, "\(base)/v1/events"
      ).status == "202")
    let money = ["-H", "Authorization: Bearer money-money-money"]
    let events = try await curl(money[0], money[1], "\(base)/v1/events")
    #expect(events.status == "200" && events.body.contains("payment.failed") && !events.body.contains("n33dle"), "\(events)")
    let one = try await curl(money[0], money[1], "\(base)/v1/events/p1").body
    #expect(one.contains(#""role":"finance""#) && !one.contains(#""role":"ops""#) && !one.contains("role ops"), "\(one)")
    #expect(try await curl(money[0], money[1], "\(base)/v1/events/s1").status == "404")
    #expect(try await curl(money[0], money[1], "-X", "POST", "\(base)/v1/reload").status == "403")
    let reload = try await curl("-H", "Authorization: Bearer oncall-oncall-oncall", "-X", "POST", "\(base)/v1/reload")
    #expect(reload.status == "200", "\(reload)")
    #expect(await gateway.stop() == 0)
    let lines = gateway.log.split(separator: "\n").filter { $0.contains("changed by hand") }
    #expect(lines.count == 1 && lines[0].hasSuffix(#"by="token" result="done" what="reload" who="oncall""#), "\(lines)")
  }
}
