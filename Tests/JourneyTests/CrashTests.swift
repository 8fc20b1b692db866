import Bellhop
import Foundation
import Loopback
import Testing

@Suite(.serialized) struct CrashTests {
  /// Promise 1 and 3: twenty times killed with -9 under load at random moments; every event with a 202 arrives, repeats only of what was in flight.
  @Test(.timeLimit(.minutes(3))) func killedTwentyTimesNothingIsLost() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(sink.url)/in", concurrency: 8, retry: { first: 100ms, max: 1s } } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let accepted = Accepted()
    var luck = SystemRandomNumberGenerator()
    for round in 0..<20 {
      let gateway = try await RunningGateway.start(folder)
      let load = Task {
        await withTaskGroup(of: Void.self) { group in
          for client in 0..<4 {
            group.addTask {
              var number = 0
              while !Task.isCancelled {
                let ids = (0..<5).map { "\(round)-\(client)-\(number)-\($0)" }
                guard await gateway.post(ids.map { ["id": .string($0), "type": "load.test"] }) else { return }
                accepted.add(ids)
                number += 1
              }
            }
          }
        }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 30...250, using: &luck)))
      await gateway.kill()
      load.cancel()
      await load.value
    }
    let gateway = try await RunningGateway.start(folder)
    let sure = accepted.all
    #expect(sure.count > 100, "the load was too small to show anything")
    func arrived() -> [String: Set<String>] {
      var seen: [String: Set<String>] = [:]
      for request in sink.requests {
        guard let json = try? JSON(parsing: request.body), let id = json["event"]?["id"]?.string else { continue }
        seen[id, default: []].insert(json["id"]?.string ?? "")
      }
      return seen
    }
    let complete = await eventually(within: .seconds(60)) { sure.isSubset(of: arrived().keys) }
    let seen = arrived()
    #expect(complete, "missing \(sure.subtracting(seen.keys).count) of \(sure.count)")
    #expect(seen.values.allSatisfy { $0.count == 1 }, "a repeat came under another message id")
    // Eight attempts can be under way at each of the twenty kills, and no more can be repeated.
    let repeats = sink.requests.count - seen.count
    #expect(repeats <= 20 * 8 && repeats * 4 < sure.count, "\(repeats) repeats of \(sure.count)")
    #expect(await gateway.stop() == 0)
  }

  /// SIGTERM: what is in flight ends, the exit status is 0, and what waits goes on after the next start.
  @Test func stopsInOrder() async throws {
    let sink = try LoopbackServer.start { _ in .hang }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(sink.url)/in", concurrency: 1, timeout: 1s } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post([["type": "a"], ["type": "b"]]))
    _ = await sink.waitFor(1)
    #expect(await gateway.stop() == 0, "\(gateway.log)")
    sink.stop()
    let well = try LoopbackServer.start { _ in .ok }
    defer { well.stop() }
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "\(well.url)/in", concurrency: 1 } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let again = try await RunningGateway.start(folder)
    #expect(await well.waitFor(2, within: .seconds(30)).count >= 2)
    #expect(await again.stop() == 0)
  }
}

/// The ids that got their 202.
private final class Accepted: Sendable {
  private let ids = Guarded<Set<String>>([])
  var all: Set<String> { ids.withLock { $0 } }
  func add(_ new: [String]) { ids.withLock { $0.formUnion(new) } }
}
