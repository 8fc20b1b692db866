import Foundation
import Loopback
import Testing

/// What `make run` does once it has built.
@Suite(.serialized) struct RunJourneys {
  @Test func theSampleGoesOutToTwoRolesAndTheGatewayStaysUp() async throws {
    let folder = try Folder()
    let example = try String(contentsOf: DocsJourneys.root.appending(path: "config.example.yaml"), encoding: .utf8)
    try folder.write(example.replacing("127.0.0.1:8484", with: "127.0.0.1:0"))
    let log = "\(folder.path)/log"
    let script = DocsJourneys.root.appending(path: "scripts/run.sh").path(percentEncoded: false)
    let pid = try Tool.spawn(script, [], environment: ["BELLHOP_BINARY": Binary.path, "BELLHOP_CONFIG": folder.config], output: log)
    func shown() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    #expect(await eventually { shown().contains("Ctrl-C stops it") }, "\(shown())")
    #expect(shown().contains("office: 🔔 ada@example.com signed up") && shown().contains("growth: New user! ada@example.com"), "\(shown())")
    let found = try await Binary.run(["search", "ada", "--config", folder.config])
    #expect(found.out.contains("user.registered"), "it is not up: \(found)")
    // As Ctrl-C does it: the script hands it on and comes back when the gateway has drained.
    kill(pid, SIGTERM)
    let status: Int32 = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var status: Int32 = -1
        waitpid(pid, &status, 0)
        continuation.resume(returning: status)
      }
    }
    #expect(status == 0)
    let after = try await Binary.run(["search", "ada", "--config", folder.config])
    #expect(after.status == 75, "it has not stopped: \(after)")
  }

  /// The rule itself, as make reads it: packages, build, script.
  @Test func theRuleInstallsBuildsAndRuns() async throws {
    let steps = try await Binary.run(["-n", "-C", DocsJourneys.root.path(percentEncoded: false), "run"], executable: "/usr/bin/make").out
    let order = ["scripts/deps.sh", "swift build", "--product bellhop", "scripts/run.sh"].map { steps.range(of: $0)?.lowerBound }
    #expect(!order.contains(nil) && order.compactMap { $0 } == order.compactMap { $0 }.sorted(), "\(steps)")
  }
}
