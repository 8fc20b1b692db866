import Bellhop
import Foundation
import Loopback
import Testing

/// The command that docs/transports/exec.md shows, as it stands there, with the apprise of PyPI.
@Suite(.serialized) struct AppriseJourneys {
  /// A configuration like the one on that page, with the page's script beside it.
  private func folder(urls: String) throws -> Folder {
    let folder = try Folder()
    let page = try String(contentsOf: DocsJourneys.root.appending(path: "docs/transports/exec.md"), encoding: .utf8)
    let script = try #require(page.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first)
    try #require(script.hasPrefix("#!") && script.contains("import apprise"))
    let path = "\(folder.path)/with-apprise"
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports:
        anything: { use: exec, command: [\(path)], env: { URLS: "\(urls)", PYTHONPATH: "\(Tool.unpacked)/apprise" }, timeout: 60s, retry: { first: 100ms } }
      roles:
        devops: [ { match: { type: "disk.*" }, to: anything, title: "{{subject}}", text: "**{{subject}}** is full & hot <{{data.mount}}>" } ]
      """)
    return folder
  }

  private func post(_ gateway: RunningGateway, _ severity: String = "error") async {
    #expect(
      await gateway.post([
        ["type": "disk.full", "id": .string(severity), "subject": "web-1 ü", "severity": .string(severity), "data": ["mount": "/var"]]
      ]))
  }

  private func fate(_ gateway: RunningGateway, _ id: String = "error") async throws -> JSON? {
    try await gateway.ask("GET", "/v1/events/\(id)").json["deliveries"]?.array?.first
  }

  @Test func aMessageGoesToEveryURL() async throws {
    let sinks = (try LoopbackServer.start { _ in .ok }, try LoopbackServer.start { _ in .ok })
    let folder = try folder(urls: "json://127.0.0.1:\(sinks.0.port)/a json://127.0.0.1:\(sinks.1.port)/b")
    let gateway = try await RunningGateway.start(folder)
    for (severity, kind) in [("error", "failure"), ("warning", "warning"), ("info", "info")] {
      let before = sinks.0.requests.count
      await post(gateway, severity)
      #expect(try await eventually { try await fate(gateway, severity)?["state"]?.string == "delivered" }, "\(gateway.log)")
      for sink in [sinks.0, sinks.1] {
        let request = try #require(sink.requests.dropFirst(before).first)
        let body = try JSON(parsing: request.body)
        #expect(request.method == "POST" && request.path == (sink === sinks.0 ? "/a" : "/b"))
        #expect(body["title"]?.string == "web-1 ü" && body["message"]?.string == "web-1 ü is full & hot </var>", "\(body.text)")
        #expect(body["type"]?.string == kind, "\(body.text)")
      }
    }
    #expect(sinks.0.requests.count == 3 && sinks.1.requests.count == 3)
    #expect(await gateway.stop() == 0)
  }

  /// A service in trouble is tried again; an address that apprise cannot read is dead, and says so.
  @Test func whatFailsIsTriedAgainOrDead() async throws {
    let isUp = Guarded(false)
    let sink = try LoopbackServer.start { _ in isUp.withLock { $0 } ? .ok : .answer(503) }
    let folder = try folder(urls: "json://127.0.0.1:\(sink.port)/a")
    let gateway = try await RunningGateway.start(folder)
    await post(gateway)
    #expect(try await eventually { try await fate(gateway)?["attempts"]?.array?.count == 2 }, "\(gateway.log)")
    let waiting = try #require(try await fate(gateway))
    let first = waiting["attempts"]?.array?.first
    #expect(waiting["state"]?.string == "waiting" && first?["outcome"]?.string == "postponed", "\(waiting.text)")
    #expect(first?["line"]?.string?.hasPrefix("with-apprise exited with 75, try later: ") == true, "apprise's own words: \(waiting.text)")
    isUp.withLock { $0 = true }
    #expect(try await eventually { try await fate(gateway)?["state"]?.string == "delivered" }, "\(gateway.log)")
    #expect(await gateway.stop() == 0)

    let wrong = try self.folder(urls: "jsno://127.0.0.1:1/n33dle-key")
    let rung = try await Binary.run(["ring", "anything", "--config", wrong.config])
    #expect(rung.status == 1 && rung.out.contains("exited with 1: URLS holds an address that apprise does not know"), "\(rung)")
    #expect(!"\(rung)".contains("n33dle"))
  }
}
