import Bellhop
import Foundation
import Testing

/// `bellhop tail`: following from a terminal.
@Suite(.serialized) struct TailJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    transports: { log: { use: stdout } }
    roles: { ops: [{ match: { type: "job.*" }, to: log }] }

    """

  /// A command that runs beside the test, and what it has printed so far.
  private struct Running {
    let process = Process()
    let out: String
    let err: String

    init(_ place: Folder, _ arguments: [String]) throws {
      (out, err) = ("\(place.path)/out", "\(place.path)/err")
      for path in [out, err] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
      process.executableURL = URL(filePath: Binary.path)
      process.arguments = arguments + ["--config", place.config]
      process.standardOutput = try FileHandle(forWritingTo: URL(filePath: out))
      process.standardError = try FileHandle(forWritingTo: URL(filePath: err))
      try process.run()
    }

    static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    var printed: String { Self.text(out) }
    var complained: String { Self.text(err) }
  }

  @Test func whatHappensIsPrintedOverARestart() async throws {
    let place = try Folder()
    try place.write(Self.yaml)
    var gateway = try await RunningGateway.start(place)
    let tail = try Running(place, ["tail", "--deliveries", "type:job.*"])
    #expect(await eventually { tail.complained.contains("Waiting") }, "an empty store has something to say, too")
    #expect(await gateway.post([["id": "1", "type": "job.done", "subject": "backup"], ["id": "x", "type": "other"]]))
    #expect(await eventually { tail.printed.contains("job.done  backup  → ops log\n") }, "\(tail.printed)")
    #expect(await eventually { tail.printed.contains("delivered  of event 1  ops  log") }, "\(tail.printed)")
    await gateway.kill()
    #expect(await eventually { tail.complained.contains("trying again") })
    gateway = try await RunningGateway.start(place)
    #expect(await gateway.post([["id": "2", "type": "job.late"]]))
    #expect(await eventually { tail.printed.contains("job.late  → ops log") }, "\(tail.printed)\(tail.complained)")
    #expect(tail.printed.components(separatedBy: "→").count == 3 && !tail.printed.contains("other") && !tail.printed.contains("\u{1B}"))
    // As Ctrl-C does: quietly.
    let complaints = tail.complained
    kill(tail.process.processIdentifier, SIGINT)
    tail.process.waitUntilExit()
    #expect(tail.complained == complaints)
    #expect(await gateway.stop() == 0)
  }

  @Test func theNewestFirstAndForPrograms() async throws {
    let place = try Folder()
    try place.write(Self.yaml)
    let gateway = try await RunningGateway.start(place)
    #expect(await gateway.post((1...9).map { ["id": .string("\($0)"), "type": $0 == 9 ? "other" : "job.done"] }))
    let script = "\"$0\" tail --config \"$1\" --json --last 2 --role ops | head -n 2"
    let ended = try await Binary.run(["-c", script, Binary.path, place.config], executable: "/bin/sh")
    let lines = ended.out.split(separator: "\n").compactMap { try? JSON(parsing: Array($0.utf8)) }
    #expect(lines.map { $0["id"]?.string } == ["7", "8"], "\(ended)")
    #expect(ended.err == "Waiting for what happens; Ctrl-C ends.\n", "who closes the pipe is told nothing: \(ended.err)")
    #expect(await gateway.stop() == 0)
  }

  @Test func mistakesAreShownWhereTheyAre() async throws {
    let place = try Folder()
    try place.write(Self.yaml)
    let gateway = try await RunningGateway.start(place)
    let filter = try await Binary.run(["tail", "--config", place.config, "tpye:job.*"])
    #expect(filter.status == 1 && filter.err.contains("did you mean type?") && filter.err.contains("    tpye:job.*\n    ^^^^"), "\(filter)")
    #expect(try await Binary.run(["tail", "--config", place.config, "--last", "2000"]).status == 2)
    #expect(await gateway.stop() == 0)
    let alone = try await Binary.run(["tail", "--config", place.config])
    #expect(alone.status == 75 && alone.err.contains("the gateway is not running"), "\(alone)")
  }
}
