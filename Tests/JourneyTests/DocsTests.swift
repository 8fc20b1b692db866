import Bellhop
import Foundation
import Loopback
import Testing

/// Every command in the docs is run, as it stands there.
@Suite(.serialized) struct DocsJourneys {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func blocks(_ page: String) throws -> [String] {
    let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
    return text.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
  }

  @Test(arguments: [
    "docs/api.md", "docs/apps.md", "docs/jobs.md", "docs/noise.md", "docs/operating.md", "docs/search.md", "docs/silences.md",
  ])
  func everyCommandWorks(
    page: String
  ) async throws {
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
        environment: [
          "BELLHOP_CONFIG": folder.config, "BELLHOP_STATE": "\(folder.path)/state",
          "PATH": "\(bin):\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
        ],
        executable: "/bin/sh")
      #expect(ended.status == 0, "\(page): \(block)\n\(ended.out)\n\(ended.err)")
    }
    await gateway.stop()
  }

  /// systemd takes the units of the page about jobs: it says something of whatever it does not know, and may say nothing.
  @Test func theUnitsOfJobsAreSound() async throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/jobs.md"), encoding: .utf8)
    let units = page.components(separatedBy: "```ini\n# /etc/systemd/system/").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let folder = try Folder()
    var names: [String] = []
    for unit in units {
      let name = try #require(unit.split(separator: "\n").first.map(String.init))
      let file = "\(folder.path)/\(name)"
      try FileManager.default.createDirectory(
        atPath: URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false), withIntermediateDirectories: true)
      // It looks for the programs too.
      let here = unit.dropFirst(name.count).replacing("/usr/local/bin/bellhop", with: Binary.path)
        .replacing("/usr/local/bin/backup", with: "/bin/true")
      try Data(here.utf8).write(to: URL(filePath: file))
      names.append(name)
    }
    #expect(names == ["backup.service", "bellhop-failed@.service", "backup.service.d/bellhop.conf"])
    for unit in ["backup.service", "bellhop-failed@backup.service"] {
      let ended = try await Binary.run(
        ["verify", "--man=no", "\(folder.path)/\(unit)"],
        environment: ["SYSTEMD_LOG_LEVEL": "notice", "SYSTEMD_UNIT_PATH": "\(folder.path):"], executable: try Tool.path("systemd-analyze"))
      #expect(ended.status == 0 && ended.err + ended.out == "", "\(unit): \(ended)")
    }
  }

  /// The example runs with no environment at all, and its own tests pass.
  @Test func theExampleIsSound() async throws {
    let config = Self.root.appending(path: "config.example.yaml").path(percentEncoded: false)
    let checked = try await Binary.run(["check", "--config", config])
    #expect(checked.status == 0 && checked.err.isEmpty && !checked.out.contains("warning"), "\(checked)")
    let tested = try await Binary.run(["test", "--config", config])
    #expect(tested.status == 0, "\(tested)")
  }

  /// The example is the manual: every key that the schema knows stands in it. Vendors' pages explain themselves.
  @Test func everyKeyStandsInTheExample() async throws {
    let schema = try JSON(parsing: Array(try await Binary.run(["schema"]).out.utf8))
    let plugins = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Plugins").path(percentEncoded: false))
    let kinds = Set(plugins.map { $0.lowercased() })
    var keys: Set<String> = []
    func collect(_ json: JSON, all: Bool = false) {
      for element in json.array ?? [] { collect(element, all: all) }
      guard let object = json.object else { return }
      let properties = object["properties"]?.object ?? [:]
      if let kind = properties["use"]?["const"]?.string, !kinds.contains(kind), !all { return }
      keys.formUnion(properties.keys)
      // Dialects come with Bellhop, and none of them has pages of its own.
      for member in object.members { collect(member.value, all: all || member.key == "senders") }
    }
    collect(schema)
    for kind in kinds where kind != "catalogue" {
      let manual = try await Binary.run(["transports", kind]).out
      keys.formUnion(manual.matches(of: /for example: ([a-z_0-9]+):/).map { String($0.1) })
    }
    #expect(keys.count > 90, "\(keys.sorted())")
    let example = try String(contentsOf: Self.root.appending(path: "config.example.yaml"), encoding: .utf8)
    for key in keys.sorted() {
      let told = ["\(key):", "\"\(key)\":"].contains { form in
        example.ranges(of: form).contains { range in
          range.lowerBound == example.startIndex || " {,#".contains(example[example.index(before: range.lowerBound)])
            || example[example.index(before: range.lowerBound)].isNewline
        }
      }
      #expect(told, "config.example.yaml does not show \(key):")
    }
  }

  /// Every line of the example that is commented out is right as it stands: alone, in the place of the active line of that name.
  @Test func everyCommentedLineOfTheExampleIsSound() async throws {
    let example = try String(contentsOf: Self.root.appending(path: "config.example.yaml"), encoding: .utf8)
    let lines = example.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let folder = try Folder()
    var environment: [String: String] = [:]
    for name in example.matches(of: /\$\{([A-Z_]+)\}/) {
      environment[String(name.1)] = name.1.hasSuffix("URL") ? "https://x.example.com" : "0123456789abcdef"
    }
    try Data(
      "name: ours\ndoc: d\nlink: https://x.example.com\nrequest: { url: \"https://x.example.com\", json: { t: \"{{text}}\" } }\n".utf8
    )
    .write(to: URL(filePath: "\(folder.path)/ours.yaml"))
    var tried: [String] = []
    for index in lines.indices {
      guard let (key, variant) = Self.variant(of: lines, at: index) else { continue }
      try folder.write(Self.withCertificate(variant.joined(separator: "\n"), folder))
      let ended = try await Binary.run(["check", "--config", folder.config], environment: environment)
      #expect(ended.status == 0, "\(lines[index])\n\(ended.out)\(ended.err)")
      tried.append(key)
    }
    for key in [
      "upstream", "tls", "pi", "shop", "billing", "ann", "oncall", "growth", "proxy", "rate", "stale", "chat", "slack", "mail", "bell",
      "pager",
      "home", "crm", "tickets", "inside",
      "- ",
    ] {
      #expect(tried.contains(key), "\(key) is not among \(tried)")
    }
  }

  /// The same with a certificate that is there.
  private static func withCertificate(_ yaml: String, _ folder: Folder) throws -> String {
    guard yaml.contains("certificate: /etc/bellhop/tls") else { return yaml }
    let made = try TestCertificate(in: folder.path, named: "made")
    return yaml.replacing("/etc/bellhop/tls/fullchain.pem", with: made.certificate).replacing(
      "/etc/bellhop/tls/privkey.pem", with: made.key)
  }

  /// The example with one line of it no comment any more; nil where that line is prose.
  private static func variant(of lines: [String], at index: Int) -> (key: String, lines: [String])? {
    guard let found = lines[index].wholeMatch(of: /( *)# ( *)(([a-z_]+): (.*)|- \{.*)/) else { return nil }
    let (outer, inner, text) = (String(found.1), String(found.2), String(found.3))
    let key = found.4.map(String.init) ?? "- "
    var variant = lines
    if inner.isEmpty {
      guard found.4 == nil || found.5?.first.map({ "{[\"0123456789".contains($0) }) == true || ["public_url", "max"].contains(key) else {
        return nil
      }
      variant[index] = outer + text
      // It stands in for the active line of that name; and a row needs the transport that it names.
      for other in lines.indices where key != "- " && lines[other].hasPrefix("\(outer)\(key):") { variant[other] = "" }
      if key == "- " {
        variant.insert(
          "  crm: { use: webhook, url: \"https://x.example.com\" }\n  pager: { use: exec, command: /bin/true }",
          at: (lines.firstIndex(of: "transports:") ?? 0) + 1)
      }
    } else if let section = lines[..<index].lastIndex(where: { !$0.hasPrefix("\(outer)# \(inner)") }),
      let name = lines[section].wholeMatch(of: /# (senders|readers):/)?.1
    {
      variant[section] = "\(name):"
      variant[index] = inner + text
    } else if let value = found.5 {
      // One of the keys that all transports take, then what it means.
      let value = String(value).components(separatedBy: "   ")[0]
      variant.insert("  any: { use: stdout, \(key): \(value) }", at: (lines.firstIndex(of: "transports:") ?? 0) + 1)
    }
    return (key, variant)
  }

  /// Every configuration that the docs show is one: whoever copies it meets no mistake.
  @Test func everyConfigurationOfTheDocsIsSound() async throws {
    let folder = Self.root.appending(path: "docs").path(percentEncoded: false)
    let pages = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") && $0 != "vendors.md" }.sorted()
    var tried = 0
    for page in pages {
      let text = try String(contentsOf: Self.root.appending(path: "docs/\(page)"), encoding: .utf8)
      for block in text.components(separatedBy: "```yaml\n").dropFirst().compactMap({ $0.components(separatedBy: "```").first }) {
        let folder = try Folder()
        try Data("0123456789abcdef\n".utf8).write(to: URL(filePath: "\(folder.path)/secret"))
        try folder.write(Self.withCertificate(block.replacing("/etc/bellhop/secret", with: "\(folder.path)/secret"), folder))
        var environment: [String: String] = [:]
        for name in block.matches(of: /\$\{([A-Z_]+)\}/) {
          // Each its own: no two senders may have the same.
          environment[String(name.1)] = name.1.contains(/URL|TEAMS|HOOK/) ? "https://x.example.com/a" : "0123456789abcdef-\(name.1)"
        }
        let ended = try await Binary.run(["check", "--config", folder.config], environment: environment)
        #expect(ended.status == 0, "docs/\(page): \(block)\n\(ended.out)\(ended.err)")
        // Excerpts leave out who uses what, and commands are not of this machine; nothing else in them is doubtful.
        let usual = ["nothing goes t", "there are no roles", "is no program on this machine"]
        let doubts = ended.out.split(separator: "\n").filter { line in line.contains("warning: ") && !usual.contains(where: line.contains) }
        #expect(doubts.isEmpty, "docs/\(page): \(doubts)")
        tried += 1
      }
    }
    #expect(tried > 8)
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
