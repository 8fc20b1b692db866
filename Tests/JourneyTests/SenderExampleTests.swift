import Bellhop
import Foundation
import Loopback
import Testing

/// The commands that `bellhop senders` prints, as they stand there, with the secret filled in.
@Suite(.serialized) struct SenderExampleJourneys {
  @Test func whatIsPrintedWorks() async throws {
    let dialects = ["alertmanager", "grafana", "pagerduty", "opsgenie", "kuma", "datadog"]
    let folder = try Folder()
    let senders = dialects.map { "  the-\($0): { use: \($0), secret: n33dle-of-\($0) }\n" }.joined()
    try folder.write(
      "server: { listen: \"127.0.0.1:0\" }\nsenders:\n\(senders)transports: { log: { use: stdout } }\nroles: { ops: [ { to: log } ] }\n")
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    for dialect in dialects {
      let manual = try await Binary.run(["senders", "the-\(dialect)", "--config", folder.config])
      let line = try #require(
        manual.out.components(separatedBy: "try it   curl ").dropFirst().first?.split(separator: "\n").first, "\(manual)")
      let command = line.replacing("SECRET", with: "n33dle-of-\(dialect)").replacing("127.0.0.1:0", with: "127.0.0.1:\(port)")
      let ended = try await Binary.run(["-c", "curl -sf \(command)"], executable: "/bin/sh")
      #expect(ended.status == 0, "\(command)\n\(ended.out)\(ended.err)")
      let told = try await gateway.ask("GET", "/v1/events?type=\(dialect).firing").json["events"]?.array ?? []
      #expect(told.count == 1, "\(dialect): \(ended.out)")
    }
    // As Uptime Kuma posts where it is told form-data.
    let form = ["-sf", "-F", #"data={"heartbeat":{"monitorID":4,"status":0},"monitor":{"name":"Ö"},"msg":"down"}"#]
    let sent = try await Binary.run(form + ["http://127.0.0.1:\(port)/hooks/the-kuma/n33dle-of-kuma"], executable: try Tool.path("curl"))
    #expect(sent.status == 0, "\(sent)")
    let told = try await gateway.ask("GET", "/v1/events?type=kuma.firing").json["events"]?.array ?? []
    #expect(told.compactMap { $0["subject"]?.string } == ["Ö #4", "Shop #3"], "\(told)")
    #expect(await gateway.stop() == 0)
  }
}
