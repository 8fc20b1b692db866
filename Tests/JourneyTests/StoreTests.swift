import Bellhop
import Foundation
import Testing

@Suite(.serialized) struct StoreJourneys {
  /// Apps are refused by then; that ops hear of it is what matters.
  @Test func aFullStoreIsTold() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      store: { max: 16MiB }
      transports: { log: { use: stdout } }
      roles: { ops: [ { match: { type: "bellhop.**" }, to: log } ] }
      """)
    var gateway = try await RunningGateway.start(folder)
    let text = String(repeating: "x", count: 16_000)
    var count = 0
    while count < 20_000 {
      let events: [JSON] = (0..<50).map { ["type": "filler", "id": .string("\(count)-\($0)"), "text": .string(text)] }
      guard await gateway.post(events) else { break }
      count += 50
    }
    #expect(count < 20_000, "\(count) events of 16 kB were taken")
    // The keeper looks when it starts.
    #expect(await gateway.stop() == 0)
    gateway = try await RunningGateway.start(folder)
    let told = try await eventually {
      let events = try await gateway.ask("GET", "/v1/events?type=bellhop.store.low").json["events"]?.array
      return events?.first?["text"]?.string?.contains("store.max (16 MiB)") == true
    }
    #expect(told && gateway.log.contains("ops: "), "\(gateway.log.suffix(2_000))")
    #expect(await !gateway.post([["type": "filler", "text": "one more"]]))
    await gateway.stop()
  }
}
