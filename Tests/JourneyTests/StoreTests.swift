import Bellhop
import Foundation
import Testing

@Suite(.serialized) struct StoreJourneys {
  /// Ops hear of a store that fills up while it still takes events, and searching shows what they heard.
  @Test func aStoreThatRunsLowIsTold() async throws {
    let folder = try Folder()
    let maximum = 64 << 20
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      store: { max: 64MiB }
      transports: { log: { use: stdout } }
      roles: { ops: [ { match: { type: "bellhop.**" }, to: log } ] }
      """)
    var gateway = try await RunningGateway.start(folder)
    // Without the log, which is emptied at a stop: it has room of its own below the maximum.
    func taken() throws -> Int {
      try FileManager.default.attributesOfItem(atPath: "\(folder.path)/data/ledger.sqlite")[.size] as? Int ?? 0
    }
    let text = String(repeating: "x", count: 16_000)
    var count = 0
    while try taken() < maximum * 91 / 100, count < 8_000 {
      count += 50
      #expect(await gateway.post((0..<50).map { ["type": "filler", "id": .string("\(count)-\($0)"), "text": .string(text)] }))
    }
    let bytes = try taken()
    #expect(count < 8_000, "the store did not grow: \(bytes) bytes")
    // The keeper looks when it starts.
    #expect(await gateway.stop() == 0)
    gateway = try await RunningGateway.start(folder)
    let told = try await eventually {
      let events = try await gateway.ask("GET", "/v1/events?type=bellhop.store.low").json["events"]?.array
      return events?.first?["text"]?.string?.contains("store.max (64 MiB)") == true
    }
    #expect(told, "\(gateway.log.suffix(2_000))")
    await gateway.stop()
  }
}
