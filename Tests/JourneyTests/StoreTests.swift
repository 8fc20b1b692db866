import Bellhop
import Curl
import Foundation
import Testing

@Suite(.serialized) struct StoreJourneys {
  private func config(_ store: String) -> String {
    "server: { listen: \"127.0.0.1:0\" }\nstore: { \(store) }\ntransports: { log: { use: stdout } }\nunrouted: log\n"
  }

  /// Posts until it is turned away; what was answered then, and how many were taken.
  private func fill(_ gateway: RunningGateway) async throws -> (refusal: Response, taken: Int) {
    let text = JSON.string(String(repeating: "x", count: 8_000))
    var taken = 0
    while true {
      let events = JSON.array((0..<50).map { ["type": "filler", "id": .string("\(taken + $0)"), "text": text] })
      let answer = try await gateway.answer("POST", "/v1/events", events)
      guard answer.status == 202, taken < 20_000 else { return (answer, taken) }
      taken += 50
    }
  }

  private func delivered(_ gateway: RunningGateway) async throws -> Int {
    let page = try await gateway.ask("GET", "/metrics").json.string ?? ""
    return page.firstMatch(of: /bellhop_deliveries_total\{role="",state="delivered"\} (\d+)/).flatMap { Int($0.1) } ?? 0
  }

  /// What an app sees of a full store: 503 with Retry-After and a problem document, while deliveries go on.
  @Test func aFullStoreAnswers503() async throws {
    let folder = try Folder()
    try folder.write(config("max: 16MiB"))
    let gateway = try await RunningGateway.start(folder)
    let (refusal, taken) = try await fill(gateway)
    #expect(refusal.status == 503 && refusal.retryAfter == .seconds(60) && taken > 500)
    let problem = try JSON(parsing: refusal.body)
    #expect(problem["title"]?.string == "the store is at its limit (store.max)" && problem["status"]?.int == 503)
    // Nothing that was taken is lost: all of it goes out.
    #expect(try await eventually { try await delivered(gateway) >= taken })
    try folder.write(config("max: 64MiB"))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    #expect(try await gateway.answer("POST", "/v1/events", ["type": "after"]).status == 202)
    #expect(await gateway.stop() == 0)
  }

  /// Containers may forbid mounting even to root; the tests of the ledger fill a file then. Tried, so that a run without it says so.
  private static func canMount() async -> Bool {
    guard getuid() == 0, let folder = try? Folder() else { return false }
    guard (try? await mount(folder.path, size: "1m")) == true else { return false }
    return (try? await Binary.run([folder.path], executable: "/bin/umount").status) == 0
  }

  private static func mount(_ path: String, size: String) async throws -> Bool {
    try await Binary.run(["-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path], executable: "/bin/mount").status == 0
  }

  /// A real disk that is full, and has room again: nobody restarts or reloads anything.
  @Test(.enabled("no disk can be mounted here", Self.canMount)) func aFullDiskAnswers503AndServiceResumesByItself() async throws {
    let folder = try Folder()
    let disk = "\(folder.path)/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(try await Self.mount(disk, size: "256m"))
    let ballast = "\(disk)/ballast"
    try Data(count: 185 << 20).write(to: URL(filePath: ballast))
    try folder.write(config("path: ./disk/data"))
    let gateway = try await RunningGateway.start(folder, socket: "\(disk)/data/bellhop.sock")
    let (refusal, taken) = try await fill(gateway)
    #expect(refusal.status == 503 && refusal.retryAfter == .seconds(30) && taken > 500)
    #expect(try JSON(parsing: refusal.body)["title"]?.string == "the disk is full")
    #expect(try await eventually { try await delivered(gateway) >= taken })
    #expect(try await Binary.run(["send", "--type", "t", "--config", folder.config]).status == 75, "a script is told to come again")
    try FileManager.default.removeItem(atPath: ballast)
    let resumed = try await eventually { try await gateway.answer("POST", "/v1/events", ["type": "after", "id": "after"]).status == 202 }
    #expect(resumed)
    for id in [0, taken - 1] { #expect(try await gateway.ask("GET", "/v1/events/\(id)").status == 200) }
    #expect(await gateway.stop() == 0)
    _ = try await Binary.run([disk], executable: "/bin/umount")
  }

  /// A log on a full disk, or one whose reader went away, is no reason to end.
  @Test func aLogThatCannotBeWrittenEndsNothing() async throws {
    let folder = try Folder()
    try folder.write("server: { listen: \"127.0.0.1:0\" }\ntransports: { log: { use: stdout } }\nunrouted: log\n")
    let gateway = try await RunningGateway.start(folder, log: "/dev/full")
    for number in 0..<5 {
      // Each is a line of the log that goes nowhere.
      #expect(try await Binary.run(["lane", "drop", "nowhere", "--yes", "--config", folder.config]).status == 1)
      #expect(await gateway.post([["type": "t", "id": .string("\(number)")]]))
      try Data("transports: {".utf8).write(to: URL(filePath: folder.config))
      kill(gateway.process.processIdentifier, SIGHUP)
      let told = try await eventually {
        try await gateway.ask("GET", "/v1/events?type=bellhop.config.rejected").json["events"]?.array?.count == number + 1
      }
      #expect(told)
    }
    #expect(gateway.process.isRunning)
    #expect(await gateway.stop() == 0)
  }

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
    gateway = try await RunningGateway.startUnready(folder)
    let told = try await eventually {
      let events = try await gateway.ask("GET", "/v1/events?type=bellhop.store.low").json["events"]?.array
      return events?.first?["text"]?.string?.contains("store.max (16 MiB)") == true
    }
    // It is in the history a moment before it is delivered.
    let heard = await eventually { gateway.log.contains("ops: ") }
    #expect(told && heard, "\(gateway.log.suffix(2_000))")
    #expect(await !gateway.post([["type": "filler", "text": "one more"]]))
    let waited = try await Binary.run(["wait", "--config", folder.config, "--for", "1s"])
    #expect(waited.status == 75 && waited.err.contains("store.max"), "nobody is sent to a gateway that takes nothing: \(waited.err)")
    await gateway.stop()
  }
}
