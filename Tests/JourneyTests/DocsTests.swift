import Foundation
import Testing

/// Every command in the docs is run, as it stands there.
@Suite(.serialized) struct DocsJourneys {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func blocks(_ page: String) throws -> [String] {
    let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
    return text.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
  }

  @Test(arguments: ["docs/api.md", "docs/operating.md"]) func everyCommandWorks(page: String) async throws {
    let folder = try Folder()
    let example = try String(contentsOf: Self.root.appending(path: "config.example.yaml"), encoding: .utf8)
    try folder.write(example.replacing("127.0.0.1:8484", with: "127.0.0.1:0"))
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let bin = URL(filePath: Binary.path).deletingLastPathComponent().path(percentEncoded: false)
    let blocks = try Self.blocks(page)
    #expect(!blocks.isEmpty)
    for block in blocks {
      let script = "set -eu\n" + block.replacing("127.0.0.1:8484", with: "127.0.0.1:\(port)")
      let ended = try await Binary.run(
        ["-c", script],
        environment: ["BELLHOP_CONFIG": folder.config, "PATH": "\(bin):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"],
        executable: "/bin/sh")
      #expect(ended.status == 0, "\(page): \(block)\n\(ended.out)\n\(ended.err)")
    }
    await gateway.stop()
  }

  /// The example runs with no environment at all, and its own tests pass.
  @Test func theExampleIsSound() async throws {
    let config = Self.root.appending(path: "config.example.yaml").path(percentEncoded: false)
    let checked = try await Binary.run(["check", "--config", config])
    #expect(checked.status == 0 && checked.err.isEmpty, "\(checked)")
    let tested = try await Binary.run(["test", "--config", config])
    #expect(tested.status == 0, "\(tested)")
  }

  /// Each day of the switch is a whole configuration, whose own tests hold.
  @Test func everyDayOfTheSwitchWorks() async throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/switching.md"), encoding: .utf8)
    let days = page.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    #expect(days.count == 3)
    let environment = ["SLACK_TOKEN": "xoxb-1", "TEAMS_CRITICAL": "https://example.com/a", "TEAMS_SERVERS": "https://example.com/b"]
    for day in days {
      let folder = try Folder()
      try folder.write(day)
      for command in ["check", "test"] {
        let ended = try await Binary.run([command, "--config", folder.config], environment: environment)
        #expect(ended.status == 0 && !(ended.out + ended.err).contains("warning"), "\(command): \(ended)")
      }
    }
  }
}
