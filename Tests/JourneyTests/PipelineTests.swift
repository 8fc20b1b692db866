import Bellhop
import Foundation
import Loopback
import Testing
import YAML

/// The pipelines of docs/jobs.md: their YAML is read, and their commands are run, as GitHub's runner and a kubelet would, beside a gateway.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PipelineJourneys {
  private static let token = "0123456789abcdef"

  /// What stands between `${{` and `}}` in the page.
  private static let expressions = [
    "secrets.BELLHOP_TOKEN": token, "github.sha": "8f19a18", "github.actor": "ada", "github.run_id": "42", "github.run_attempt": "2",
    "github.repository": "acme/shop", "github.server_url": "https://github.com",
  ]

  private struct Scene {
    let folder: Folder
    let gateway: RunningGateway
    let base: String
    let path: String

    init() async throws {
      folder = try Folder()
      try folder.write(
        """
        server: { listen: "127.0.0.1:0" }
        senders: { pipelines: { secret: \(PipelineJourneys.token) } }
        transports: { log: { use: stdout } }
        unrouted: log
        """)
      gateway = try await RunningGateway.start(folder)
      let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
      base = "http://127.0.0.1:\(port)"
      let own = URL(filePath: Binary.path).deletingLastPathComponent().path(percentEncoded: false)
      path = "\(own):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
      let script = "\(folder.path)/deploy.sh"
      try Data("#!/bin/sh\necho \"deploys to $1\"\n".utf8).write(to: URL(filePath: script))
      chmod(script, 0o755)
    }

    func events() async throws -> [JSON] {
      (try await gateway.ask("GET", "/v1/events?limit=50").json["events"]?.array ?? []).reversed()
    }
  }

  /// The blocks of a page that are YAML of others.
  private static func blocks() throws -> [YAMLNode] {
    let page = try String(contentsOf: DocsJourneys.root.appending(path: "docs/jobs.md"), encoding: .utf8)
    return try page.components(separatedBy: "```yml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }.map { block in
      let document = Document(parsing: Array(block.utf8))
      #expect(document.flaws.isEmpty, "\(document.flaws)")
      return try #require(document.root)
    }
  }

  private static func filled(_ text: String) throws -> String {
    var text = text
    while let start = text.firstRange(of: "${{"), let end = text[start.upperBound...].firstRange(of: "}}") {
      let name = text[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespaces)
      text.replaceSubrange(start.lowerBound..<end.upperBound, with: try #require(expressions[name], "\(name)"))
    }
    return text
  }

  /// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsrun
  @Test func stepsOfGitHubActions() async throws {
    let steps = try Self.blocks().compactMap(\.sequence).flatMap { $0 }
    #expect(steps.map { $0["name"]?.scalar?.text } == ["Deploy", "Tell Bellhop"])
    let scene = try await Scene()
    for step in steps {
      let run = try Self.filled(try #require(step["run"]?.scalar?.text)).replacing("https://bellhop.example.com", with: scene.base)
      var environment = ["PATH": scene.path, "BELLHOP_STATE": "\(scene.folder.path)/state"]
      for pair in step["env"]?.mapping ?? [] {
        environment[try #require(pair.key.scalar?.text)] = try Self.filled(try #require(pair.value.scalar?.text))
      }
      let ended = try await Binary.run(
        ["-e", "-c", "cd '\(scene.folder.path)'\n\(run)"], environment: environment, executable: try Tool.path("bash"))
      #expect(ended.status == 0, "\(run)\n\(ended.out)\(ended.err)")
    }
    let events = try await scene.events()
    #expect(events.map { $0["type"]?.string } == ["deploy.started", "deploy.succeeded", "deploy.failed"], "\(events)")
    #expect(events.allSatisfy { $0["sender"]?.string == "pipelines" })
    #expect(events[1]["subject"]?.string == "shop" && events[1]["data"]?["commit"]?.string == "8f19a18", "\(events[1])")
    #expect(events[1]["data"]?["output"]?.plain.contains("deploys to production") == true, "\(events[1])")
    #expect(events[2]["id"]?.string == "42-2" && events[2]["severity"]?.string == "error", "\(events[2])")
    #expect(events[2]["data"]?["url"]?.string == "https://github.com/acme/shop/actions/runs/42", "\(events[2])")
    #expect(await scene.gateway.stop() == 0)
  }

  /// https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
  @Test func theCronJobOfKubernetes() async throws {
    let job = try #require(try Self.blocks().first { $0["kind"]?.scalar?.text == "CronJob" })
    #expect(job["apiVersion"]?.scalar?.text == "batch/v1" && job["metadata"]?["name"]?.scalar?.text == "backup")
    let pod = try #require(job["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"])
    let containers = try #require(pod["containers"]?.sequence)
    #expect(job["spec"]?["schedule"]?.scalar?.text.split(separator: " ").count == 5 && containers.count == 1)
    let scene = try await Scene()
    func words(_ key: String) throws -> [String] {
      try #require(containers[0][key]?.sequence).map { node in
        try #require(node.scalar?.text).replacing("http://bellhop.tools:8484", with: scene.base)
          .replacing("/usr/local/bin/backup", with: "/bin/true")
      }
    }
    var environment = ["PATH": scene.path]
    for entry in containers[0]["env"]?.sequence ?? [] {
      let name = try #require(entry["name"]?.scalar?.text)
      if entry["valueFrom"]?["secretKeyRef"]?["key"]?.scalar?.text == "token" { environment[name] = Self.token }
      if entry["value"] != nil { environment[name] = "\(scene.folder.path)/state" }
    }
    #expect(environment.keys.sorted() == ["BELLHOP_STATE", "BELLHOP_TOKEN", "PATH"])
    // Without a shell, as a kubelet does.
    let ended = try await Binary.run(try words("command") + words("args"), environment: environment, executable: "/usr/bin/env")
    #expect(ended.status == 0, "\(ended)")
    let events = try await scene.events()
    #expect(events.map { $0["type"]?.string } == ["job.started", "job.succeeded"], "\(events)")
    #expect(events.allSatisfy { $0["subject"]?.string == "backup" && $0["sender"]?.string == "pipelines" })
    #expect(await scene.gateway.stop() == 0)
  }
}
