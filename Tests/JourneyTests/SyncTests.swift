import Bellhop
import Foundation
import Loopback
import Testing

/// That a 202 survives a power cut is seen at the system's own calls. https://man7.org/linux/man-pages/man1/strace.1.html
@Suite(.serialized) struct SyncJourneys {
  @Test func everyAnswerIsBehindASync() async throws {
    let strace = try Tool.path("strace")
    let folder = try Folder()
    try folder.write("server: { listen: \"127.0.0.1:0\" }\ntransports: { log: { use: stdout } }\nunrouted: log\n")
    let gateway = try await RunningGateway.start(folder)
    let trace = folder.path + "/trace"
    let watcher = Process()
    watcher.executableURL = URL(filePath: strace)
    watcher.arguments = ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", "\(gateway.process.processIdentifier)"]
    watcher.environment = ProcessInfo.processInfo.environment.merging(["LD_LIBRARY_PATH": Tool.libraries]) { $1 }
    try watcher.run()
    func syncs() -> Int {
      ((try? String(contentsOfFile: trace, encoding: .utf8)) ?? "").split(separator: "\n").count {
        $0.contains("sync(") && $0.contains("= 0")
      }
    }
    // It is there when a first post is seen.
    let isSeen = try await eventually { try await gateway.answer("POST", "/v1/events", ["type": "warm.up"]).status == 202 && syncs() > 0 }
    #expect(isSeen, "strace shows nothing")
    // Its delivery's success, too, is on its way to the disk: it needs no sync of its own.
    let beforeAll = syncs()
    for number in 0..<5 {
      let before = syncs()
      let answer = try await gateway.answer("POST", "/v1/events", ["type": "a.b", "id": .string("\(number)")])
      #expect(answer.status == 202)
      // strace writes its line when the call returns, and the answer comes behind that.
      let isSynced = await eventually { syncs() > before }
      #expect(isSynced, "post \(number) was answered without a sync")
      let isDelivered = try await eventually {
        let event = try await gateway.ask("GET", "/v1/events/\(number)")
        return event.json["deliveries"]?.array?.first?["state"] == "delivered"
      }
      #expect(isDelivered)
    }
    #expect(syncs() - beforeAll == 5, "a success was synced by itself")
    // It ends with what it watches; signals it may not hear, as it is started on a thread that blocks them.
    #expect(await gateway.stop() == 0)
    watcher.waitUntilExit()
  }
}
