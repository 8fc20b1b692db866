import Bellhop
import Foundation
import Loopback
import Testing

/// Noise rules in the built binary: windows end by the clock, outlive a kill, and a reload ends those of rules that changed.
@Suite(.serialized) struct NoiseJourneys {
  private func yaml(_ sink: LoopbackServer, digest: String) -> String {
    """
    server: { listen: "127.0.0.1:0" }
    transports: { out: { use: webhook, url: "\(sink.url)/in" } }
    roles:
      devops:
        - { name: problems, match: { type: ["db.firing", "db.resolved"] }, to: out, settle: 2s }
        - { name: rest, match: { type: "user.*" }, to: out, digest: { every: \(digest) } }
    """
  }

  private func texts(_ requests: [Recorded]) throws -> [String] {
    try requests.map { request in
      let json = try JSON(parsing: request.body)
      return json["title"]?.string ?? json["text"]?.string ?? json["event"]?["text"]?.string ?? "\(json)"
    }
  }

  @Test func windowsOutliveAKill() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(yaml(sink, digest: "3s"))
    let first = try await RunningGateway.start(folder)
    #expect(
      await first.post([
        ["id": "1", "type": "db.firing", "subject": "a", "text": "a is down"],
        ["id": "2", "type": "db.firing", "subject": "b", "text": "b is down"],
        ["id": "3", "type": "db.resolved", "subject": "a", "text": "a is up"],
        ["id": "4", "type": "user.registered", "subject": "x"], ["id": "5", "type": "user.registered", "subject": "y"],
      ]))
    await first.kill()
    #expect(sink.requests.isEmpty)
    let second = try await RunningGateway.start(folder)
    let told = try texts(await sink.waitFor(2, within: .seconds(30)))
    #expect(Set(told.prefix(2)) == ["b is down", "rest: 2 in 3 s"] || told.contains { $0.hasPrefix("rest: 2 in ") }, "\(told)")
    #expect(told.contains("b is down") && !told.contains("a is down"), "\(told)")
    let healed = try await second.ask("GET", "/v1/events/1").json
    #expect(healed["deliveries"]?.array?.first?["state"] == "folded")
    #expect(healed["deliveries"]?.array?.first?["note"]?.string?.hasPrefix("settle: healed in ") == true, "\(healed)")
    #expect(await second.stop() == 0)
    #expect(sink.requests.count == 2, "nothing is told twice")
  }

  @Test func aReloadSaysWhatAWatchWaitedFor() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    func yaml(within: String) -> String {
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(sink.url)/in" } }
      watches: [{ name: unsent, after: order.paid, expect: order.sent, by: subject, within: \(within), emit: { type: order.unsent } }]
      roles: { shop: [{ match: { type: ["order.unsent", "bellhop.watch.ended"] }, to: out }] }
      """
    }
    let folder = try Folder()
    try folder.write(yaml(within: "1h"))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post((1...3).map { ["id": .string("\($0)"), "type": "order.paid", "subject": .string("o\($0)")] }))
    try folder.write(yaml(within: "2h"))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    let told = try texts(await sink.waitFor(1, within: .seconds(60)))
    #expect(told == ["unsent: the watch was changed or is gone, and 3 matters that it waited for are watched no more"])
    #expect(await gateway.stop() == 0)
  }

  @Test func aReloadEndsTheWindowsOfRulesThatChanged() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(yaml(sink, digest: "1h"))
    let gateway = try await RunningGateway.start(folder)
    #expect(
      await gateway.post([["id": "4", "type": "user.registered", "subject": "x"], ["id": "5", "type": "user.left", "subject": "y"]]))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    #expect(try await gateway.deliveries("held").count == 1, "the same rule goes on")
    try folder.write(yaml(sink, digest: "2h"))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    let told = try texts(await sink.waitFor(1, within: .seconds(30)))
    #expect(told.count == 1 && told[0].hasPrefix("rest: 2 in "), "\(told)")
    // A rule of the same name that came while it was down.
    #expect(await gateway.post([["id": "6", "type": "user.left", "subject": "z", "text": "z left"]]))
    await gateway.kill()
    try folder.write(yaml(sink, digest: "3h"))
    let second = try await RunningGateway.start(folder)
    #expect(try texts(await sink.waitFor(2, within: .seconds(30))).last == "z left", "a digest of one is its own message")
    #expect(await second.stop() == 0)
  }
}
