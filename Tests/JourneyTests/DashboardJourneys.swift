import Bellhop
import Foundation
import Loopback
import Testing

/// What people look up, over the built gateway.
@Suite(.serialized) struct DashboardJourneys {
  /// Before and after the gateway was killed it tells the same: what was sent to whom, whether it arrived, and how much of it there was.
  @Test func whatWasSentToWhomOutlivesAKill() async throws {
    let (bad, good) = (try LoopbackServer.start { _ in .answer(400) }, try LoopbackServer.start { _ in .ok })
    defer {
      bad.stop()
      good.stop()
    }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports:
        bad: { use: webhook, url: "\(bad.url)/in" }
        good: { use: webhook, url: "\(good.url)/in" }
      channels: { money: { bad: {} }, people: { good: {} } }
      roles:
        finance: [{ name: failed, match: { type: "pay.*" }, to: money }]
        growth: [{ match: { type: "user.*" }, to: people }]

      """)
    var gateway = try await RunningGateway.start(folder)
    #expect(
      await gateway.post([
        ["id": "1", "type": "pay.failed", "subject": "ada", "data": ["amount": 300]], ["id": "2", "type": "user.left", "subject": "ada"],
      ]))
    #expect(try await eventually { try await gateway.deliveries("dead").count == 1 })
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 1 })
    func page(_ path: String) async throws -> String {
      let answer = try await gateway.answer("GET", path)
      #expect(answer.status == 200, "\(path)")
      return String(decoding: answer.body, as: UTF8.self)
    }
    for isAgain in [false, true] {
      let home = try await page("/")
      #expect(home.contains(">dead</span>") && home.contains(">delivered</span> in ") && home.contains("href=\"/events/2\""), "\(isAgain)")
      let dead = try await page("/?state=dead&role=finance&q=data.amount%3E100")
      #expect(dead.ranges(of: "data-delivery=").count == 1 && dead.contains(">dead</span>"))
      let event = try await page("/events/1")
      #expect(event.contains("finance → money") && event.contains("href=\"/events/2\" rel=\"next\"") && event.contains(">failed</span>"))
      #expect(try await page("/search?q=ada").contains("href=\"/events/1\""))
      let charts = try await page("/charts")
      #expect(
        charts.contains("2 deliveries ended in the last 24 hours; 1 of them are dead") && charts.contains("1 were delivered"), "\(isAgain)")
      if isAgain { continue }
      await gateway.kill()
      gateway = try await RunningGateway.start(folder)
    }
    await gateway.stop()
  }
}
