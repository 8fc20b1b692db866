import Bellhop
import Foundation
import Loopback
import Testing

/// Heavy events for a destination that is down: what waits is on disk, and memory holds no more of it than it needs.
@Suite(.serialized) struct HeavyTests {
  /// Anonymous memory of a process in MiB. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
  private func memory(_ gateway: RunningGateway) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(gateway.process.processIdentifier)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return try #require(line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }) >> 10
  }

  /// Half of them are a single text, half are half a million numbers: their tree takes a dozen times as much. `BELLHOP_HEAVY=1024` sends so many.
  @Test(.timeLimit(.minutes(20))) func aHeavyBacklogStaysOnDisk() async throws {
    let count = ProcessInfo.processInfo.environment["BELLHOP_HEAVY"].flatMap { Int($0) } ?? 64
    let isWell = Guarded(false)
    let sink = try LoopbackServer.start { _ in isWell.withLock { $0 } ? .ok : .answer(500) }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      store: { path: ./data }
      transports: { out: { use: webhook, url: "\(sink.url)/in", concurrency: 1, retry: { first: 100ms, max: 1s } } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let first = try await RunningGateway.start(folder)
    let numbers = "[" + String(repeating: "1,", count: (1 << 19) - 64) + "1]"
    let text = "\"" + String(repeating: "x", count: (1 << 20) - 128) + "\""
    for number in 0..<count {
      let taken = await first.post(body: #"{"id":"\#(number)","type":"a","data":{"a":\#(number % 2 == 0 ? numbers : text)}}"#)
      #expect(taken, "\(first.log.suffix(500))")
    }
    await first.kill()
    let before = sink.requests.count
    let second = try await RunningGateway.start(folder)
    #expect(await eventually(within: .seconds(60)) { sink.requests.count > before + 8 }, "nothing is tried")
    #expect(try memory(second) < 200)
    isWell.withLock { $0 = true }
    let seen = Guarded<Set<String>>([])
    let complete = await eventually(within: .seconds(600)) {
      seen.withLock { seen in
        for request in sink.requests where request.body.count > 100 {
          let head = String(decoding: request.body.prefix(600), as: UTF8.self)
          if let id = head.firstMatch(of: /"event":\{"id":"(\d+)"/)?.1 { seen.insert(String(id)) }
        }
        return seen.count == count
      }
    }
    #expect(complete, "\(count - seen.withLock { $0.count }) of \(count) did not arrive")
    let waiting = try await eventually { try await second.deliveries("waiting").isEmpty }
    #expect(waiting)
    #expect(try memory(second) < 200)
    #expect(await second.stop() == 0)
  }
}
