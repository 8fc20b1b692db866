import Bellhop
import Foundation
import Logging
import Store
import Testing

@testable import Courier
@testable import Gateway
@testable import Ledger
@testable import Web

@Suite struct FrontDeskTests {
  private static let rows = "transports: { log: { use: stdout } }\nroles: { ops: [{ match: { type: \"**\" }, to: log }] }\n"

  private func loaded(_ head: String) throws -> Loaded {
    let folder = NSTemporaryDirectory() + "bellhop-desk-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data((head + "\n" + Self.rows).utf8).write(to: URL(filePath: folder + "/bellhop.yaml"))
    return Gateway.load(folder + "/bellhop.yaml")
  }

  private func withDesk(_ body: (FrontDesk) async throws -> Void) async throws {
    let loaded = try loaded("store: { path: ./data }")
    defer { try? FileManager.default.removeItem(atPath: loaded.folder + "/..") }
    let configuration = try #require(loaded.configuration, "\(loaded.mistakes)")
    let ledger = try Ledger.open(path: loaded.folder, options: configuration.store.ledgerOptions, now: Timepiece.system.wall)
    let assembly = Assembly(configuration)
    let desk = FrontDesk(
      path: "", assembly: assembly, ledger: ledger, courier: Courier(spool: ledger, roster: assembly.roster) { _ in }, metrics: Metrics(),
      logger: Logger(label: "desk-tests") { _ in SwiftLogNoOpLogHandler() }, wall: Timepiece.system.wall)
    try await body(desk)
    await ledger.close()
  }

  @Test func readyTellsWhyNothingCanBeKept() async throws {
    try await withDesk { desk in
      #expect(await desk.ready() == "starting or stopping")
      desk.open()
      #expect(await desk.ready() == nil)
      let why = Guarded<String?>("the disk is full")
      desk.askBeforeReady { why.withLock { $0 } }
      #expect(await desk.ready() == "the disk is full")
      why.withLock { $0 = nil }
      #expect(await desk.ready() == nil)
      desk.shut()
      #expect(await desk.ready() == "starting or stopping")
    }
  }

  @Test func whatIsAcceptedIsKeptWhenTheCallComesBack() async throws {
    try await withDesk { desk in
      let event = Event(id: "a", sender: "s", source: "s", type: "x.y", time: Timestamp(seconds: 0))
      let answers = try await withCheckedContinuation { continuation in
        desk.accept([event, event]) { continuation.resume(returning: $0) }
      }.get()
      #expect(answers.map(\.duplicate) == [false, true])
      let kept = try await desk.history.event(id: "a")
      #expect(kept?.event.type == "x.y")
    }
  }

  /// A body as large as the limits allow must find room.
  @Test(arguments: [
    ("{}", 64 << 20), ("{ limits: { body: 1GiB } }", 2 << 30), ("{ limits: { ndjson: 100MiB } }", 200 << 20),
    ("{ limits: { body: 2MiB, ndjson: 1MiB } }", 64 << 20),
  ])
  func thePurseGrowsWithTheLimits(server: String, memory: Int) throws {
    let loaded = try loaded("server: \(server)")
    let configuration = try #require(loaded.configuration, "\(loaded.mistakes)")
    #expect(SiteSettings(configuration, socket: nil).limits.memory == memory)
  }

  @Test func aPublicAddressIsKnownToTheDoor() throws {
    for (server, isKnown) in [("{}", false), ("{ public_url: \"https://bellhop.example.com\" }", true)] {
      let configuration = try #require(try loaded("server: \(server)").configuration)
      #expect(SiteSettings(configuration, socket: nil).hasPublicName == isKnown)
    }
  }
}
