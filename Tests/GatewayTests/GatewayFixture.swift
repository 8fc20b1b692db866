import Bellhop
import Foundation
import Logging
import Store

@testable import Courier
@testable import Gateway
@testable import Ledger

/// A configuration in a folder of its own, with a store, a clock and a log that tests can read.
final class GatewayFixture: Sendable {
  static let rows = "transports: { log: { use: stdout } }\nroles: { ops: [{ match: { type: \"**\" }, to: log }] }\n"

  let folder = NSTemporaryDirectory() + "bellhop-gateway-\(UInt32.random(in: 0...UInt32.max))"
  let time = Guarded(Timestamp(seconds: 1_800_000_000))
  /// Monotonic.
  let passed = Guarded(Duration.zero)
  let heard = Guarded<[Committed]>([])
  let lines = Guarded<[String]>([])

  var path: String { "\(folder)/bellhop.yaml" }

  init(_ yaml: String = rows) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(yaml)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ yaml: String) throws { try Data(yaml.utf8).write(to: URL(filePath: path)) }

  func advance(_ duration: Duration) {
    time.withLock { $0 = $0 + duration }
    passed.withLock { $0 += duration }
  }

  var wall: @Sendable () -> Timestamp { { [time] in time.withLock { $0 } } }

  var logger: Logger { Logger(label: "gateway-tests") { [lines] _ in Lines(lines: lines) } }

  private struct Lines: LogHandler {
    let lines: Guarded<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) { lines.withLock { $0.append("\(event.level) \(event.message)") } }
  }

  /// The parts of a gateway over its store, until `body` is done. `hold` is called on the writer's thread with each commit.
  func run(
    _ options: Ledger.Options? = nil, hold: @escaping @Sendable (Committed) -> Void = { _ in }, _ body: (GatewayParts) async throws -> Void
  ) async throws {
    let loaded = Gateway.load(path)
    guard let configuration = loaded.configuration else { throw LaunchError(loaded.mistakes.joined(separator: "\n")) }
    var options = options ?? configuration.store.ledgerOptions
    options.freeFraction = options.freeFraction ?? { 1 }
    let relay = Relay()
    let assembly = Assembly(configuration)
    let ledger = try Ledger.open(
      path: loaded.folder, options: options, decider: assembly.decider, now: wall, ticks: { [passed] in passed.withLock { $0 } },
      observe: { [heard] committed in
        heard.withLock { $0.append(committed) }
        relay.pass(committed)
        hold(committed)
      })
    let courier = Courier(spool: ledger, roster: assembly.roster) { _ in }
    let parts = GatewayParts(
      path: path, assembly: assembly, ledger: ledger, courier: courier, metrics: Metrics(), logger: logger, wall: wall)
    relay.connect(parts.intake)
    relay.connect(parts.hub)
    relay.connect(parts.search)
    do { try await body(parts) } catch {
      await parts.search.close()
      await ledger.close()
      throw error
    }
    await parts.search.close()
    await ledger.close()
  }
}

extension GatewayParts {
  func accept(_ events: [Event]) async throws -> [Acceptance] {
    try await withCheckedContinuation { continuation in acceptor.accept(events) { continuation.resume(returning: $0) } }.get()
  }
}

/// Looks again and again until it is so; the limit only ends a test that has failed.
func eventually(within limit: Duration = .seconds(20), _ isSo: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await isSo() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}

func someEvent(_ id: String, type: String = "x.y", text: String = "") -> Event {
  Event(id: id, sender: "s", source: "s", type: type, time: Timestamp(seconds: 0), text: text)
}
