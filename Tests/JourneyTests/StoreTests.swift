import Bellhop
import Foundation
import Testing

@Suite(.serialized) struct StoreJourneys {
  /// Ops hear of a store that fills up while it still takes events, and searching shows what they heard.
  @Test func aStoreThatRunsLowIsTold() async throws {
    let folder = try Folder()
    let maximum = 24 << 20
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      store: { max: 24MiB }
      transports: { log: { use: stdout } }
      roles: { ops: [ { match: { type: "bellhop.**" }, to: log } ] }
      """)
    var gateway = try await RunningGateway.start(folder)
    func taken() throws -> Int {
      try ["ledger.sqlite", "ledger.sqlite-wal"].reduce(0) {
        try $0 + (FileManager.default.attributesOfItem(atPath: "\(folder.path)/data/\($1)")[.size] as? Int ?? 0)
      }
    }
    let text = String(repeating: "x", count: 16_000)
    var count = 0
    while try taken() < maximum * 93 / 100, count < 4_000 {
      count += 20
      #expect(await gateway.post((0..<20).map { ["type": "filler", "id": .string("\(count)-\($0)"), "text": .string(text)] }))
    }
    #expect(count < 4_000, "the store did not grow: \(try taken()) bytes")
    // The keeper looks when it starts.
    #expect(await gateway.stop() == 0)
    gateway = try await RunningGateway.start(folder)
    let told = try await eventually {
      let events = try await gateway.ask("GET", "/v1/events?type=bellhop.store.low").json["events"]?.array
      return events?.first?["text"]?.string?.contains("store.max (24 MiB)") == true
    }
    #expect(told, "\(gateway.log.suffix(2_000))")
    await gateway.stop()
  }
}
