import Bellhop
import Foundation
import Loopback
import Testing

@Suite(.serialized) struct LaneJourneys {
  /// Promise 4: while one destination hangs, another one's 99th percentile stays where it was.
  @Test func aHungDestinationDelaysNobody() async throws {
    let hung = try LoopbackServer.start { _ in .hang }
    let well = try LoopbackServer.start { _ in .ok }
    defer {
      hung.stop()
      well.stop()
    }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports:
        bad: { use: webhook, url: "\(hung.url)/in", timeout: 60s }
        good: { use: webhook, url: "\(well.url)/in" }
      roles:
        one: [ { match: { type: both }, to: bad } ]
        two: [ { match: { type: [both, single] }, to: good } ]
      """)
    let gateway = try await RunningGateway.start(folder)
    func slowest(_ type: String, _ tag: String) async throws -> Duration {
      var took: [Duration] = []
      for number in 0..<100 {
        let start = ContinuousClock.now
        #expect(await gateway.post([["id": .string("\(tag)\(number)"), "type": .string(type)]]))
        _ = await well.waitFor(took.count + (tag == "a" ? 1 : 101))
        took.append(ContinuousClock.now - start)
      }
      return took.sorted()[98]
    }
    let alone = try await slowest("single", "a")
    let beside = try await slowest("both", "b")
    // As many hang as the transport has places, and the others wait behind them.
    #expect(hung.requests.count >= 16 && well.requests.count == 200)
    // No part of a hung request's minute; how much that is is what benchmarks measure.
    #expect(max(alone, beside) < .seconds(10), "the 99th percentile was \(alone), beside the hung one \(beside)")
    await gateway.kill()
  }

  /// Promise 5: a 429 with Retry-After: 3 stops its lane for 3 s, and loses nothing.
  @Test func aVendorsWordIsObeyed() async throws {
    let calls = Calls()
    let sink = try LoopbackServer.start { _ in calls.next() == 3 ? .throttled(seconds: 3) : .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(sink.url)/in", concurrency: 1 } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post((0..<10).map { ["id": .string("e\($0)"), "type": "t"] }))
    let requests = await sink.waitFor(11, within: .seconds(20))
    #expect(requests.count == 11)
    #expect(requests[3].at - requests[2].at >= .seconds(3))
    #expect(requests[3].at - requests[2].at < .seconds(20))
    // The refused one stays at the head of its lane.
    let order = try requests.map { try JSON(parsing: $0.body)["event"]?["id"]?.string }
    #expect(order == ["e0", "e1", "e2", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"])
    await gateway.stop()
  }

  /// One message that always fails does not hold up its lane.
  @Test func aPoisonMessageHoldsUpNobody() async throws {
    let sink = try LoopbackServer.start { $0.text.contains("poison") ? .answer(500) : .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(sink.url)/in", concurrency: 1, retry: { first: 1s, max: 5s, for: 5s } } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post((0..<20).map { ["id": .string($0 == 3 ? "poison" : "e\($0)"), "type": "t"] }))
    let all = await eventually { Set(sink.requests.filter { !$0.text.contains("poison") }.map(\.text)).count == 19 }
    #expect(all)
    // The others did not wait for it to be given up: that takes five seconds.
    let state = try await gateway.ask("GET", "/v1/events/poison").json["deliveries"]?.array?.first?["state"]?.string
    #expect(state == "waiting" && sink.requests.count { $0.text.contains("poison") } <= 2)
    // In the end it is dead and visible, and its death is an event of its own.
    let dead = try await eventually { try await gateway.ask("GET", "/v1/deliveries?state=dead").json["deliveries"]?.array?.count == 1 }
    #expect(dead)
    let told = try await eventually {
      try await gateway.ask("GET", "/v1/events?type=bellhop.delivery.dead").json["events"]?.array?.count == 1
    }
    #expect(told)
    await gateway.stop()
  }

  /// The promise to a team that changes vendors: a backlog for Slack arrives at the webhook, once.
  @Test(.timeLimit(.minutes(2))) func aBacklogFollowsAVendorSwitch() async throws {
    let slack = try LoopbackServer.start { _ in .throttled(seconds: 600) }
    let webhook = try LoopbackServer.start { _ in .ok }
    defer {
      slack.stop()
      webhook.stop()
    }
    let folder = try Folder()
    func config(_ transport: String, _ target: String) -> String {
      """
      server: { listen: "127.0.0.1:0" }
      transports: { chat: \(transport) }
      channels: { people: { chat: \(target) } }
      roles: { growth: [ { match: { type: "user.*" }, to: people } ] }
      """
    }
    try folder.write(config("{ use: slack, token: xoxb-test, api: \"\(slack.url)/api\", rate: 1000/s }", "{ channel: \"#people\" }"))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post((0..<1_000).map { ["id": .string("u\($0)"), "type": "user.registered"] }))
    _ = await slack.waitFor(1)
    try folder.write(config("{ use: webhook, url: \"\(webhook.url)/in\" }", "{}"))
    let reload = try await Binary.run(["reload", "--config", folder.config])
    #expect(reload.status == 0, "\(reload.err)")
    #expect(reload.out.contains("chat"))
    let requests = await webhook.waitFor(1_000, within: .seconds(60))
    let ids = try requests.compactMap { try JSON(parsing: $0.body)["event"]?["id"]?.string }
    #expect(Set(ids).count == 1_000 && ids.count == 1_000)
    await gateway.stop()
    #expect(webhook.requests.count == 1_000)
  }
}

private final class Calls: Sendable {
  private let count = Guarded(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
