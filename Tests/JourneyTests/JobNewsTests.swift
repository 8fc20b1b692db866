import Bellhop
import Foundation
import Loopback
import Testing

/// What becomes of a job's news while no gateway takes them.
@Suite(.serialized, .timeLimit(.minutes(3))) struct JobNewsJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    transports: { log: { use: stdout } }
    unrouted: log
    """

  private func place() throws -> (Folder, [String: String]) {
    let folder = try Folder()
    try folder.write(Self.yaml)
    return (folder, ["BELLHOP_STATE": "\(folder.path)/state/deep", "BELLHOP_CONFIG": folder.config])
  }

  private func file(_ folder: Folder) throws -> String {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/state/deep").filter { $0.hasSuffix(".ndjson") }
    #expect(files.count <= 1)
    return "\(folder.path)/state/deep/\(files.first ?? "none")"
  }

  private func told(_ gateway: RunningGateway) async throws -> [String] {
    (try await gateway.ask("GET", "/v1/events?limit=500").json["events"]?.array ?? []).reversed()
      .map { "\($0["type"]?.plain ?? "") \($0["subject"]?.plain ?? "")" }
  }

  @Test func downAndThenUp() async throws {
    let (folder, environment) = try place()
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments, environment: environment) }
    let first = try await bellhop("run", "--subject", "a", "--", "sh", "-c", "exit 4")
    #expect(first.status == 4, "\(first)")
    #expect(try first.err.contains("the news are kept in \(file(folder))"), "\(first)")
    #expect(try await bellhop("run", "--subject", "b", "--", "true").status == 0)
    let path = try file(folder)
    let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(rights == 0o600)
    let before = try Data(contentsOf: URL(filePath: path))

    let gateway = try await RunningGateway.start(folder)
    let sent = try await bellhop("send", "--type", "user.registered", "--subject", "ada")
    #expect(sent.status == 0 && sent.out.split(separator: "\n").count == 1, "\(sent)")
    let expected = ["job.started a", "job.failed a", "job.started b", "job.succeeded b", "user.registered ada"]
    #expect(try await told(gateway) == expected)
    #expect(!FileManager.default.fileExists(atPath: path), "what was brought is gone")

    // As if it had been killed between the answer and what follows it.
    try before.write(to: URL(filePath: path))
    #expect(try await bellhop("run", "--subject", "c", "--", "true").status == 0)
    #expect(try await told(gateway) == expected + ["job.started c", "job.succeeded c"])
    // It has happened when it happened.
    let event = try #require(String(decoding: before, as: UTF8.self).split(separator: "\n").first.map { try JSON(parsing: String($0)) })
    let kept = try await gateway.ask("GET", "/v1/events/\(event["id"]?.plain ?? "")").json
    #expect(kept["time"]?.string.flatMap { Timestamp(rfc3339: $0) } == event["time"]?.string.flatMap { Timestamp(rfc3339: $0) })
    await gateway.stop()
  }

  @Test func killedInBetween() async throws {
    let (folder, environment) = try place()
    let log = "\(folder.path)/out"
    let pid = try Tool.spawn(
      Binary.path, ["run", "--subject", "killed", "--", "sh", "-c", "echo ready; sleep 1"], environment: environment, output: log)
    #expect(await eventually { (try? String(contentsOfFile: log, encoding: .utf8))?.contains("ready") == true })
    #expect(await eventually { (try? file(folder)).map { FileManager.default.fileExists(atPath: $0) } == true })
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    // What a process leaves half written when it is killed does not spoil the rest.
    let handle = try #require(FileHandle(forWritingAtPath: try file(folder)))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"type\":\"job.sta".utf8))
    try handle.close()
    #expect(try await Binary.run(["run", "--subject", "next", "--", "true"], environment: environment).status == 0)
    let gateway = try await RunningGateway.start(folder)
    for _ in 0..<2 {
      #expect(try await Binary.run(["run", "--only-failures", "--", "true"], environment: environment).status == 0)
      #expect(try await told(gateway) == ["job.started killed", "job.started next", "job.succeeded next"])
    }
    await gateway.stop()
  }

  @Test func manyAtATime() async throws {
    let (folder, environment) = try place()
    let names = (0..<6).map { "job\($0)" }
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for name in names {
        group.addTask { try await Binary.run(["run", "--subject", name, "--", "sleep", "0.1"], environment: environment).status }
      }
      for try await status in group { #expect(status == 0) }
    }
    let gateway = try await RunningGateway.start(folder)
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for name in ["x", "y"] {
        group.addTask { try await Binary.run(["run", "--subject", name, "--", "true"], environment: environment).status }
      }
      for try await status in group { #expect(status == 0) }
    }
    let told = try await told(gateway)
    #expect(told.sorted() == (names + ["x", "y"]).flatMap { ["job.started \($0)", "job.succeeded \($0)"] }.sorted())
    for name in names + ["x", "y"] {
      let places = ["started", "succeeded"].compactMap { told.firstIndex(of: "job.\($0) \(name)") }
      #expect(places == places.sorted() && places.count == 2, "\(told)")
    }
    await gateway.stop()
  }

  /// Slow, overloaded, of another kind: the job ends with its own status, in time, and its news stay.
  @Test(arguments: ["slow", "overloaded", "refusing", "gone"]) func aGatewayInTrouble(kind: String) async throws {
    let server = try LoopbackServer.start { _ in
      switch kind {
      case "slow": .hang
      case "overloaded": .answer(503, headers: ["Retry-After": "30"])
      default: .answer(401, body: #"{"title":"no sender has this token"}"#)
      }
    }
    let url = server.url
    if kind == "gone" { server.stop() }
    let (folder, environment) = try place()
    let start = ContinuousClock.now
    let run = try await Binary.run(["run", "--url", url, "--", "sh", "-c", "date +%s.%N; exit 5"], environment: environment)
    let took = ContinuousClock.now - start
    #expect(run.status == 5 && run.err.split(separator: "\n").first?.contains("the news are kept in") == true, "\(run)")
    #expect(took < .seconds(20), "\(took)")
    let lines = try String(contentsOfFile: try file(folder), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    server.stop()
  }

  /// One that comes back while the job's end waits for it, and takes what was kept as it was made.
  @Test func waitingForAGateway() async throws {
    let count = Guarded(0)
    let server = try LoopbackServer.start { _ in
      count.withLock { $0 += 1 }
      return count.withLock { $0 } < 4 ? .answer(503) : .answer(202, body: #"{"accepted":[]}"#)
    }
    defer { server.stop() }
    let (folder, environment) = try place()
    let run = try await Binary.run(["run", "--wait", "30s", "--url", server.url, "--", "true"], environment: environment)
    #expect(run.status == 0 && run.err.isEmpty, "\(run)")
    let last = try #require(server.requests.last?.text.split(separator: "\n").map { try JSON(parsing: String($0)) })
    #expect(last.map { $0["type"]?.plain } == ["job.started", "job.succeeded"])
    #expect(!FileManager.default.fileExists(atPath: try file(folder)))
  }

  @Test func elsewhereWithAToken() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml + "\nsenders: { cron: { secret: sesame-open-sesame } }\n")
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let arguments = ["run", "--url", "http://127.0.0.1:\(port)", "--", "true"]
    var environment = ["BELLHOP_STATE": "\(folder.path)/state/deep"]
    let barred = try await Binary.run(arguments, environment: environment)
    #expect(barred.status == 0 && barred.err.contains("$BELLHOP_TOKEN"), "\(barred)")
    environment["BELLHOP_TOKEN"] = "sesame-open-sesame"
    #expect(try await Binary.run(arguments, environment: environment).status == 0)
    #expect(try await told(gateway).map { $0.prefix(9) } == ["job.start", "job.succe", "job.start", "job.succe"])
    let events = try await gateway.ask("GET", "/v1/events").json["events"]?.array ?? []
    #expect(events.allSatisfy { $0["sender"] == "cron" }, "\(events.map(\.text))")
    await gateway.stop()
  }

  /// No configuration, and no place to keep anything: the job runs all the same.
  @Test func withoutAnything() async throws {
    let folder = try Folder()
    let environment = ["BELLHOP_STATE": "/proc/nowhere", "BELLHOP_CONFIG": "\(folder.path)/none.yaml"]
    let run = try await Binary.run(["run", "--", "sh", "-c", "echo done; exit 6"], environment: environment)
    #expect(run.status == 6 && run.out == "done\n", "\(run)")
    #expect(run.err.contains("$BELLHOP_STATE") && run.err.contains("the news are lost: there is no configuration"), "\(run)")
  }

  /// One that the gateway will never take is dropped and told, and keeps nothing back.
  @Test func whatIsRefusedIsTold() async throws {
    let (folder, environment) = try place()
    #expect(try await Binary.run(["run", "--subject", "a", "--", "true"], environment: environment).status == 0)
    let path = try file(folder)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(("{\"type\":\"no type\"}\n" + text).utf8).write(to: URL(filePath: path))
    let gateway = try await RunningGateway.start(folder)
    let run = try await Binary.run(["run", "--only-failures", "--", "true"], environment: environment)
    #expect(run.status == 0 && run.err.contains("does not take news of a job") && run.err.contains("/type"), "\(run)")
    #expect(try await told(gateway) == ["job.started a", "job.succeeded a"])
    await gateway.stop()
  }
}
