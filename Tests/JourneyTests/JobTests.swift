import Bellhop
import Foundation
import Loopback
import Testing

/// `bellhop run`, beside a gateway that is up, down, slow or elsewhere.
@Suite(.serialized, .timeLimit(.minutes(3))) struct JobJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    transports: { log: { use: stdout } }
    unrouted: log
    """

  /// A folder with a configuration, and a state folder in it.
  private struct Place {
    let folder: Folder
    var environment: [String: String] { ["BELLHOP_STATE": "\(folder.path)/state", "BELLHOP_CONFIG": folder.config] }

    init(_ yaml: String = JobJourneys.yaml) throws {
      folder = try Folder()
      try folder.write(yaml)
    }

    func run(_ arguments: String..., input: String? = nil, environment more: [String: String] = [:]) async throws -> Binary.Ended {
      try await Binary.run(["run"] + arguments, input: input, environment: environment.merging(more) { $1 })
    }

    func spawn(_ arguments: String..., output: String = "/dev/null") throws -> pid_t {
      try Tool.spawn(Binary.path, ["run"] + arguments, environment: environment, output: output)
    }

    /// What is kept, from all files in the order of each.
    var kept: [String] {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/state")) ?? []
      return files.filter { $0.hasSuffix(".ndjson") }.flatMap { name in
        ((try? String(contentsOfFile: "\(folder.path)/state/\(name)", encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
      }
    }
  }

  /// The events of jobs in a gateway's history, oldest first.
  private func told(_ gateway: RunningGateway) async throws -> [JSON] {
    (try await gateway.ask("GET", "/v1/events?limit=500").json["events"]?.array ?? []).reversed()
  }

  private func words(_ events: [JSON]) -> [String] { events.map { "\($0["type"]?.plain ?? "") \($0["subject"]?.plain ?? "")" } }

  private func ended(_ pid: pid_t) async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var status: Int32 = -1
        waitpid(pid, &status, 0)
        continuation.resume(returning: status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F))
      }
    }
  }

  @Test func successAndFailureAreTold() async throws {
    let place = try Place()
    let gateway = try await RunningGateway.start(place.folder)
    let good = try await place.run("--subject", "backup", "--", "sh", "-c", "cat; echo oops >&2", input: "from outside\n")
    #expect(good.status == 0 && good.out == "from outside\n" && good.err == "oops\n", "\(good)")
    let bad = try await place.run(
      "--type", "backup", "--severity", "critical", "--data", "team=db", "--", "/bin/sh", "-c", "echo 'token=hunter2hunter2'; exit 3",
      environment: ["SECRET_OF_THE_JOB": "swordfish"])
    #expect(bad.status == 3 && bad.err.isEmpty, "\(bad)")
    let events = try await told(gateway)
    #expect(words(events) == ["job.started backup", "job.succeeded backup", "backup.started sh", "backup.failed sh"])
    let last = try #require(events.last?["id"]?.string)
    let failed = try await gateway.ask("GET", "/v1/events/\(last)").json
    #expect(failed["severity"] == "critical" && failed["data"]?["exit_status"] == 3 && failed["data"]?["team"] == "db", "\(failed.text)")
    #expect(failed["data"]?["output"]?.string == "token=•••", "\(failed.text)")
    #expect(events.allSatisfy { !$0.text.contains("swordfish") && !$0.text.contains("hunter2") })
    #expect(place.kept.isEmpty)
    #expect(try await place.run("--only-failures", "--", "true").status == 0)
    #expect(try await place.run("--only-failures", "--", "false").status == 1)
    #expect(words(try await told(gateway)).dropFirst(4) == ["job.failed false"])
    #expect(await gateway.stop() == 0)
  }

  @Test(arguments: ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2"]) func signalsArePassedOn(name: String) async throws {
    let place = try Place()
    let numbers = ["TERM": SIGTERM, "INT": SIGINT, "HUP": SIGHUP, "QUIT": SIGQUIT, "USR1": SIGUSR1, "USR2": SIGUSR2]
    let number = try #require(numbers[name])
    let log = "\(place.folder.path)/out"
    func shown() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    // A child of the job's hears it too.
    let child = "sh -c 'trap \"echo child; exit\" \(name); echo ready; while :; do sleep 0.02; done'"
    let pid = try place.spawn("--", "sh", "-c", "trap : \(name); \(child); exit 7", output: log)
    #expect(await eventually { shown().contains("ready") })
    kill(pid, number)
    #expect(await ended(pid) == 7)
    #expect(shown().contains("child"), "\(shown())")
    #expect(place.kept.last?.contains("\"exit_status\":7") == true)

    let heedless = try place.spawn("--", "sh", "-c", "echo ready; exec sleep 100", output: "\(log)2")
    #expect(await eventually { (try? String(contentsOfFile: "\(log)2", encoding: .utf8))?.contains("ready") == true })
    kill(heedless, number)
    #expect(await ended(heedless) == 128 + number)
    #expect(place.kept.last?.contains("\"signal\":\"\(name)\"") == true)
  }

  @Test func whatCannotBeStartedIsTold() async throws {
    let place = try Place()
    let gateway = try await RunningGateway.start(place.folder)
    let missing = try await place.run("--", "no-such-program-here")
    #expect(missing.status == 127 && missing.err.contains("no-such-program-here could not be started: No such file"), "\(missing)")
    #expect(try await place.run("--", place.folder.config).status == 126)
    let events = try await told(gateway)
    #expect(words(events) == ["job.failed no-such-program-here", "job.failed bellhop.yaml"])
    await gateway.stop()
  }

  /// What passes through is unchanged, and takes no more memory however much it is.
  @Test func aFloodTakesNoMemory() async throws {
    let place = try Place()
    func peak(_ bytes: Int) async throws -> Int {
      let (done, go) = ("\(place.folder.path)/done\(bytes)", "\(place.folder.path)/go\(bytes)")
      let job = "head -c \(bytes) /dev/zero; : > \(done); while [ ! -e \(go) ]; do sleep 0.02; done"
      let pid = try place.spawn("--", "sh", "-c", job)
      var size = 0
      let isDone = await eventually(within: .seconds(60)) {
        // What is its own: pages of the program itself come and go as the machine likes.
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        size = max(size, status.firstMatch(of: /RssAnon:\s+(\d+)/).flatMap { Int($0.1) } ?? 0)
        return size > 0 && FileManager.default.fileExists(atPath: done)
      }
      #expect(isDone)
      #expect(FileManager.default.createFile(atPath: go, contents: nil))
      #expect(await ended(pid) == 0)
      return size
    }
    let (little, much) = (try await peak(1), try await peak(400_000_000))
    #expect(much - little < 4_096, "\(little) kB, and with a flood \(much) kB")

    let noise = (0..<3_000_000).map { _ in UInt8.random(in: 0...255) }
    let (from, to) = ("\(place.folder.path)/from", "\(place.folder.path)/to")
    try Data(noise).write(to: URL(filePath: from))
    #expect(await ended(try place.spawn("--", "sh", "-c", "exec cat \(from) 2>/dev/null", output: to)) == 0)
    let passed = try Data(contentsOf: URL(filePath: to))
    #expect(passed.prefix(noise.count) == Data(noise), "\(passed.count) bytes")
  }

  /// Both outputs into one file, in the order in which the job wrote them.
  @Test func theOrderOfBothOutputsIsKept() async throws {
    let place = try Place()
    let log = "\(place.folder.path)/out"
    let job = "i=0; while [ $i -lt 200 ]; do echo $i; i=$((i+1)); echo $i >&2; i=$((i+1)); done"
    #expect(await ended(try place.spawn("--", "sh", "-c", job, output: log)) == 0)
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").prefix(200).map(String.init)
    #expect(lines == (0..<200).map(String.init))
  }

  /// A reader who goes away ends the job as it would without us; a process that was left behind holds up nobody.
  @Test func theEndOfAPipe() async throws {
    let place = try Place()
    // It inherits whether a broken pipe ends it, or is a mistake that it tells itself.
    for (word, status) in [("default", Int32(141)), ("ignore", 1)] {
      let pipe = "set -o pipefail; \"$0\" run -- yes | head -1"
      let early = try await Binary.run(
        ["--\(word)-signal=PIPE", "bash", "-c", pipe, Binary.path], environment: place.environment, executable: "/usr/bin/env")
      #expect(early.out == "y\n" && early.status == status, "\(early)")
    }
    let start = ContinuousClock.now
    let pid = try place.spawn("--", "sh", "-c", "sleep 30 & echo left behind", output: "\(place.folder.path)/out")
    #expect(await ended(pid) == 0)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(try String(contentsOfFile: "\(place.folder.path)/out", encoding: .utf8).hasPrefix("left behind\n"))
  }

  /// The job has the terminal, and so has who reads its output: in the background both would be stopped for setting it.
  @Test func aJobHasTheTerminal() async throws {
    let place = try Place()
    let script = "\(place.folder.path)/script"
    let job = "\(Binary.path) run -- sh -c 'stty sane < /dev/tty && echo has it'"
    try Data("\(job) | (cat; stty sane < /dev/tty && echo reader too)\nstty sane && echo and back\n".utf8).write(to: URL(filePath: script))
    let shown = try await Binary.run(
      ["-qec", "bash -i \(script)", "/dev/null"], environment: place.environment, executable: "/usr/bin/script")
    #expect(shown.status == 0, "\(shown)")
    for words in ["has it", "reader too", "and back"] { #expect(shown.out.contains(words), "\(shown)") }
  }

  /// A key that interrupts reaches the job once, as it does without us; and what is sent to us alone is passed on.
  @Test func aKeyIsHeardOnce() async throws {
    let place = try Place()
    let log = "\(place.folder.path)/heard"
    let job =
      "trap 'echo int >> \(log)' INT; trap 'echo usr1 >> \(log)' USR1; trap 'exit 9' TERM; echo on >> \(log); while :; do sleep 0.02; done"
    let script = "\(place.folder.path)/script"
    try Data("echo $$ > \(place.folder.path)/pid; exec \(Binary.path) run -- sh -c '\(job.replacing("'", with: "'\\''"))'\n".utf8).write(
      to: URL(filePath: script))
    // Each when the one before was heard; and the terminal stays until the job's end is known, which its program is not to tell of.
    let ended = "\(place.folder.path)/ended"
    let heardOf = { (word: String) in "until grep -q \(word) \(log) 2>/dev/null; do sleep 0.02; done" }
    let tell = { (name: String) in "kill -\(name) $(cat \(place.folder.path)/pid)" }
    let keys = [
      heardOf("on"), "printf '\\003'", heardOf("int"), tell("USR1"), heardOf("usr1"), tell("TERM"),
      "until [ -s \(ended) ]; do sleep 0.02; done",
    ].joined(separator: "; ")
    let typed = "(\(keys)) | script -qc 'trap : INT; bash \(script); echo $? > \(ended)' /dev/null"
    let shown = try await Binary.run(["-c", typed], environment: place.environment, executable: "/bin/bash")
    let status = (try? String(contentsOfFile: ended, encoding: .utf8)) ?? ""
    let heard = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    #expect(status == "9\n" && heard == "on\nint\nusr1\n", "\(status) \(heard) \(shown)")
  }

  @Test func aJobThatRunsTooLongIsEnded() async throws {
    let place = try Place()
    let ended = try await place.run("--timeout", "200ms", "--", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.02; done")
    #expect(ended.status == 0, "its status is its own: \(ended)")
    #expect(place.kept.last?.contains("\"timed_out\":true") == true && place.kept.last?.contains("job.failed") == true, "\(place.kept)")
  }
}
