import Bellhop
import Foundation
import Testing

/// What the person on call can ask beside a running service: without its environment, with its file changed, in its first moments.
@Suite(.serialized) struct BesideTheServiceJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    store: { path: ./data }
    transports: { log: { use: stdout }, hook: { use: webhook, url: "${HOOK_OF_TEST}" } }
    roles: { growth: [ { name: signups, match: { type: "user.*" }, to: log }, { match: { type: pay }, to: hook } ] }
    tests: [ { event: { type: user.registered }, expect: { growth: [log] } } ]
    """
  private static let environment = ["HOOK_OF_TEST": "http://127.0.0.1:9/in"]

  @Test func nothingOfItsEnvironmentIsNeeded() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments + ["--config", folder.config]) }
    let gateway = try await RunningGateway.start(folder, environment: Self.environment)

    let checked = try await bellhop("check")
    #expect(checked.status == 0 && checked.out.contains("these names are not set here: HOOK_OF_TEST\n"), "\(checked)")
    #expect(try await bellhop("check", "--strict").status == 1)
    try Data("# the service's\nHOOK_OF_TEST=\"http://127.0.0.1:9/in\"\n".utf8).write(to: URL(filePath: "\(folder.path)/environment"))
    let given = try await bellhop("check", "--strict", "--env-file", "\(folder.path)/environment")
    #expect(given.status == 0 && !given.out.contains("not set"), "\(given)")
    #expect(try await bellhop("check", "--env-file", "\(folder.path)/none").status == 2)

    let explained = try await bellhop("explain", "--type", "user.registered")
    #expect(explained.status == 0 && explained.out.contains("│ user.registered"), "\(explained)")
    #expect(try await bellhop("test").status == 0)
    #expect(try await bellhop("wait", "--for", "5s").status == 0)
    #expect(try await bellhop("send", "--type", "user.registered", "--id", "e1").status == 0)

    // From an id to its event, its deliveries and its attempts.
    for command in ["show", "search"] {
      #expect(
        try await eventually {
          let shown = try await bellhop(command, "e1")
          return shown.status == 0 && shown.out.contains("delivered") && shown.out.contains("user.registered")
            && shown.out.contains("signups")
        }, "\(command)")
    }
    #expect(try await bellhop("show", "nope").status == 1)
    let doubted = try await bellhop("search", "--role", "growht")
    #expect(doubted.status == 1 && doubted.err.contains("did you mean growth?"), "\(doubted)")
    #expect(await gateway.stop() == 0)

    // While it restarts: later, and after as long as was said.
    let late = try await bellhop("send", "--type", "user.registered")
    #expect(late.status == 75 && !late.err.contains("elsewhere"), "\(late)")
    let start = ContinuousClock.now
    #expect(try await bellhop("wait", "--for", "2s").status == 75)
    #expect(ContinuousClock.now - start >= .seconds(2))
    try folder.write(Self.yaml + "\nnonsense: 1\n")
    #expect(try await bellhop("send", "--type", "user.registered").status == 75)
  }

  @Test func itIsFoundAlthoughItsFileWasChanged() async throws {
    let folder = try Folder()
    let yaml = Self.yaml.replacing("${HOOK_OF_TEST}", with: "http://127.0.0.1:9/in")
    try folder.write(yaml)
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments + ["--config", folder.config]) }
    let gateway = try await RunningGateway.start(folder)
    try folder.write(yaml.replacing("./data", with: "./elsewhere"))
    let moved = try await bellhop("reload")
    #expect(moved.status == 0 && moved.out.contains("~ store.path: takes effect after a restart"), "\(moved)")
    #expect(try await bellhop("lane", "list").status == 0)
    #expect(try await bellhop("send", "--type", "user.registered").status == 0)
    try folder.write(yaml.replacing("127.0.0.1:0", with: "127.0.0.1:9999"))
    #expect(try await bellhop("reload").out.contains("~ server.listen: takes effect after a restart"))
    try folder.write(yaml)
    let back = try await bellhop("reload")
    #expect(back.out.contains("~ server.listen: back to what is in force") && !back.out.contains("restart"), "\(back)")
    #expect(await gateway.stop() == 0)
    try folder.write(yaml.replacing("./data", with: "./elsewhere"))
    #expect(try await bellhop("lane", "list").status == 75, "what was noted is taken back")
  }

  /// Is what runs what the file says? And what would a reload do?
  @Test func checkTellsWhatAReloadWouldChange() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    func check(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(["check"] + arguments) }
    let alone = try await check("-c", folder.config)
    #expect(alone.status == 0 && !alone.out.contains("running gateway"), "\(alone)")
    let gateway = try await RunningGateway.start(folder, environment: Self.environment)

    let same = try await check("-c", folder.config)
    #expect(same.status == 0 && same.out.hasSuffix("the running gateway has this configuration in force\n"), "\(same)")
    // The hook is down: what waits for it would have no place.
    #expect(try await gateway.answer("POST", "/v1/events", ["type": "pay", "id": "p"]).status == 202)
    try folder.write(Self.yaml.replacing(", hook: {", with: ", desk: {").replacing("to: hook", with: "to: desk"))
    let older = try await check("-c", folder.config)
    #expect(
      older.status == 0
        && older.out.hasSuffix(
          """
          the running gateway has an older one in force; `bellhop reload` would change:
            + transport desk
            - transport hook
            ~ role growth: row 2: to
            ! 1 delivery for hook would have no place any more and end as dead (misconfigured); `bellhop dead retry` when it has.

          """),
      "\(older)")
    #expect(try await check("-c", folder.config).out == older.out, "nothing was changed by asking")
    #expect(try await gateway.deliveries("waiting").count == 1)

    // With the service's environment it is another matter than here.
    try folder.write(Self.yaml.replacing("HOOK_OF_TEST", with: "ANOTHER_HOOK"))
    let refused = try await check("-c", folder.config)
    #expect(refused.status == 0 && refused.out.contains("would refuse it:\n  \(folder.config):3:"), "\(refused)")
    #expect(refused.out.contains("the environment has no ANOTHER_HOOK"), "\(refused)")
    #expect(!gateway.log.contains("rejected"), "asking is no reload: \(gateway.log)")
    // A candidate with the same store is not what the gateway would read.
    let candidate = "\(folder.path)/new.yaml"
    try Data(Self.yaml.utf8).write(to: URL(filePath: candidate))
    let other = try await check("-c", candidate)
    #expect(other.status == 0 && other.out.hasSuffix("the running gateway has another file: \(folder.config)\n"), "\(other)")
    #expect(try await Binary.run(["check", "-c", "-"], input: Self.yaml).out.contains("running gateway") == false)
    #expect(await gateway.stop() == 0)
  }

  /// What `systemctl reload` leaves in the journal: that it is done, or each mistake with its place.
  @Test func aHangupIsToldInTheLog() async throws {
    let folder = try Folder()
    let yaml = Self.yaml.replacing("${HOOK_OF_TEST}", with: "http://127.0.0.1:9/in")
    try folder.write(yaml)
    let gateway = try await RunningGateway.start(folder)
    try folder.write(yaml.replacing("name: signups, ", with: ""))
    kill(gateway.process.processIdentifier, SIGHUP)
    #expect(await eventually { gateway.log.contains(#"info the new configuration is in force changes="1""#) }, "\(gateway.log)")
    try folder.write(yaml + "\nnonsense: 1\nstoer: 2\n")
    kill(gateway.process.processIdentifier, SIGHUP)
    #expect(await eventually { gateway.log.contains("stoer") }, "\(gateway.log)")
    let lines = gateway.log.split(separator: "\n").filter { $0.contains(" error ") }.map { line in
      String(line.drop { $0 != " " }.dropFirst(" error ".count))
    }
    let line = yaml.split(separator: "\n", omittingEmptySubsequences: false).count + 1
    #expect(lines.count == 3 && lines.first == #"the new configuration is rejected; the old one stays in force mistakes="2""#, "\(lines)")
    #expect(lines.dropFirst().first?.hasPrefix("\(folder.config):\(line):1: nonsense: ") == true, "\(lines)")
    #expect(lines.last?.hasPrefix("\(folder.config):\(line + 1):1: stoer: ") == true && lines.last?.contains("did you mean") == true)
    #expect(await gateway.stop() == 0)
  }

  /// Configuration management says start, and reload right after it.
  @Test func aHangupInItsFirstMomentsIsRemembered() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("${HOOK_OF_TEST}", with: "http://127.0.0.1:9/in"))
    let script = """
      "$0" serve --config "$1" > "$1.log" 2>&1 &
      pid=$!
      while ! grep -q SigCgt /proc/$pid/status || [ $(( 0x$(sed -n 's/^SigCgt:[[:space:]]*//p' /proc/$pid/status) & 1 )) -eq 0 ]; do
        kill -0 $pid || exit 9
      done
      kill -HUP $pid
      "$0" wait --config "$1" --for 30s || exit 8
      kill -TERM $pid
      wait $pid
      """
    let ended = try await Binary.run(["-c", script, Binary.path, folder.config], executable: "/bin/bash")
    let log = (try? String(contentsOfFile: "\(folder.config).log", encoding: .utf8)) ?? ""
    #expect(ended.status == 0 && log.contains("the new configuration is in force"), "\(ended)\(log)")
  }

  /// Half a result must not pass for a whole one.
  @Test func aFullDiskIsTold() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    for command in ["schema", "check -c \(folder.config)", "transports", "--help", "explain -c \(folder.config) --type a"] {
      let full = try await Binary.run(["-c", "\"$0\" \(command) > /dev/full", Binary.path], executable: "/bin/bash")
      #expect(full.status == 1, "\(command): \(full)")
      let closed = try await Binary.run(["-c", "\"$0\" \(command) | true", Binary.path], executable: "/bin/bash")
      #expect(closed.err.isEmpty, "\(command): \(closed)")
    }
  }

  /// Pipes: the file itself may be one, what it names may not.
  @Test func pipes() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    let piped = try await Binary.run(["check", "-c", "-"], input: Self.yaml)
    #expect(piped.status == 0 && piped.out.contains("role growth: 2 rows"), "\(piped)")
    let substituted = try await Binary.run(["-c", "\"$0\" check -c <(cat \"$1\")", Binary.path, folder.config], executable: "/bin/bash")
    #expect(substituted.status == 0, "\(substituted)")
    #expect(mkfifo("\(folder.path)/fifo", 0o600) == 0)
    try folder.write("vendors: ./fifo\n" + Self.yaml.replacing("${HOOK_OF_TEST}", with: "${file:\(folder.path)/fifo}"))
    let checked = try await Binary.run(["check", "-c", folder.config])
    #expect(checked.status == 1 && checked.out.contains("it is a pipe or a device, and no file"), "\(checked)")
    #expect(checked.out.contains("these files cannot be read here: \(folder.path)/fifo"), "\(checked)")
  }

  /// `serve` tells mistakes as `check` does, so that editors and grep find them.
  @Test func serveTellsMistakesAsCheckDoes() async throws {
    let folder = try Folder()
    try folder.write("transports: { log: { use: stdout }, spare: { use: stdout } }\nunrouted: lgo\nnonsense: 1\n")
    let served = try await Binary.run(["serve", "-c", folder.config])
    let checked = try await Binary.run(["check", "-c", folder.config])
    let lines = checked.out.split(separator: "\n")
    #expect(served.status == 1 && lines.count >= 3 && served.err.split(separator: "\n").prefix(lines.count) == lines[...], "\(served)")
    #expect(lines.allSatisfy { $0.hasPrefix(folder.config) } && lines[0].contains(":1:"), "in the order of the file: \(lines)")
  }

  /// "Not there" and "not allowed" are two things.
  @Test func whoMayNotReadHearsSo() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    #expect(chmod(folder.config, 0) == 0)
    // Without its capabilities root is held to permissions too.
    let limited = ["--bounding-set=-all", "--inh-caps=-all", Binary.path]
    for command in ["check", "explain", "lane", "search", "serve", "wait"] {
      let arguments = limited + [command, "-c", folder.config] + (command == "explain" ? ["--type", "a"] : [])
      let barred = try await Binary.run(arguments, executable: "/usr/bin/setpriv")
      #expect(barred.status == 1 && barred.err.contains("you may not read \(folder.config): say it with sudo"), "\(command): \(barred)")
    }
    let absent = try await Binary.run(["check", "-c", "\(folder.path)/none.yaml"])
    #expect(absent.err.contains("there is no configuration at"))
  }

  /// Who has no tests yet is shown one in the words of the file, and it passes.
  @Test func theFirstTestIsShown() async throws {
    let folder = try Folder()
    let yaml = Self.yaml.split(separator: "\n").filter { !$0.hasPrefix("tests") }.joined(separator: "\n")
    try folder.write(yaml)
    let empty = try await Binary.run(["test", "-c", folder.config])
    let example = try #require(empty.out.split(separator: "\n").last)
    try folder.write(yaml + "\ntests:\n" + example)
    let passed = try await Binary.run(["test", "-c", folder.config])
    #expect(passed.status == 0 && passed.out.contains("1 passed, 0 failed"), "\(example)\n\(passed)")
  }
}
