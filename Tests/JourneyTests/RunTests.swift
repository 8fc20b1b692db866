import Foundation
import Testing

/// What `make run` does once it has built.
@Suite(.serialized) struct RunJourneys {
  @Test func theSampleGoesOutToTwoRolesAndTheGatewayStaysUp() async throws {
    let folder = try Folder()
    let example = try String(contentsOf: DocsJourneys.root.appending(path: "config.example.yaml"), encoding: .utf8)
    try folder.write(example.replacing("127.0.0.1:8484", with: "127.0.0.1:0"))
    let log = "\(folder.path)/log"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = try FileHandle(forWritingTo: URL(filePath: log))
    let process = Process()
    process.executableURL = DocsJourneys.root.appending(path: "scripts/run.sh")
    process.environment = ProcessInfo.processInfo.environment.merging(["BELLHOP_BINARY": Binary.path, "BELLHOP_CONFIG": folder.config]) {
      $1
    }
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    func shown() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    #expect(await eventually { shown().contains("Ctrl-C stops it") }, "\(shown())")
    #expect(shown().contains("office: 🔔 ada@example.com signed up") && shown().contains("growth: New user! ada@example.com"), "\(shown())")
    #expect(process.isRunning)
    #expect(try await Binary.run(["search", "ada", "--config", folder.config]).out.contains("user.registered"), "it is still up")
    process.terminate()
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        process.waitUntilExit()
        continuation.resume()
      }
    }
    #expect(process.terminationStatus == 0)
    #expect(try await Binary.run(["search", "ada", "--config", folder.config]).status == 75, "it has stopped")
  }

  /// The rule itself, as make reads it: packages, build, script.
  @Test func theRuleInstallsBuildsAndRuns() async throws {
    let steps = try await Binary.run(["-n", "-C", DocsJourneys.root.path(percentEncoded: false), "run"], executable: "/usr/bin/make").out
    let order = ["scripts/deps.sh", "swift build", "--product bellhop", "scripts/run.sh"].map { steps.range(of: $0)?.lowerBound }
    #expect(!order.contains(nil) && order.compactMap { $0 } == order.compactMap { $0 }.sorted(), "\(steps)")
  }
}
