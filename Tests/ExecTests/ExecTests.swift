import Bellhop
import Foundation
import Testing

@testable import Exec

/// Real commands: scripts that a shell runs, as ops would write them.
@Suite struct ExecTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "bellhop-exec-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func script(_ lines: String) throws -> String {
    let path = "\(folder)/script-\(UInt32.random(in: 0...UInt32.max))"
    try "#!/bin/sh\n\(lines)\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func run(
    _ command: [String], env: [String: String] = [:], args: [String] = [], timeout: Duration = .seconds(30), text: String = "Disk full",
    folder: String? = nil
  ) async -> Outcome {
    var values = Values([
      "command": .list(command.map(Value.string)), "env": .map(env.map { .init($0.key, .secret(Secret($0.value))) }),
    ])
    if let folder { values.entries["folder"] = .string(folder) }
    let event = Event(id: "e", sender: "s", source: "shop", type: "disk.full", severity: .error, time: Timestamp(seconds: 1), text: text)
    let target = args.isEmpty ? Target() : Target(["args": .array(args.map(JSON.string))])
    return await ExecKind.kind().make(values).send(
      Message(id: "m-1", event: event, alert: .loud), to: target, Attempt(at: Timestamp(seconds: 1), timeout: timeout))
  }

  @Test func theMessageIsOnStandardInput() async throws {
    let path = try script("cat > '\(folder)/got'; echo taken as 42")
    #expect(await run([path]) == .delivered(Receipt(note: "taken as 42")))
    let json = try JSON(parsing: String(contentsOfFile: "\(folder)/got", encoding: .utf8))
    #expect(json["id"] == "m-1" && json["text"] == "Disk full" && json["alert"] == "loud" && json["event"]?["type"] == "disk.full")
  }

  @Test(arguments: [
    (75, "postponed", Fault.Kind.unavailable), (1, "refused", .rejected), (3, "refused", .rejected), (127, "refused", .rejected),
  ])
  func theExitStatusDecides(_ status: Int, _ word: String, _ kind: Fault.Kind) async throws {
    let outcome = await run([try script("echo no such pager >&2; exit \(status)")])
    #expect(outcome.word == word && outcome.fault?.kind == kind && outcome.fault?.line.hasSuffix(": no such pager") == true, "\(outcome)")
  }

  @Test func aSignalIsUnclear() async throws {
    let outcome = await run([try script("kill -9 $$")])
    #expect(outcome.word == "unclear" && outcome.fault?.kind == .dropped, "\(outcome)")
  }

  /// What a command started ends with it, also where nobody listens to signals.
  @Test func whatHangsIsEndedWithAllItStarted() async throws {
    let path = try script("trap '' TERM; sleep 1000 & echo $! > '\(folder)/child'; echo $$ > '\(folder)/self'; wait; sleep 1000")
    let start = ContinuousClock.now
    let outcome = await run([path], timeout: .milliseconds(500))
    #expect(outcome.word == "unclear" && outcome.fault?.kind == .timeout, "\(outcome)")
    #expect(ContinuousClock.now - start < .seconds(20))
    for name in ["child", "self"] {
      let pid = try #require(
        Int32(String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
      // A process that has ended and waits to be collected by init is gone as well; one that was killed this moment may still be ending.
      var stat = ""
      repeat {
        stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        if stat.isEmpty || stat.contains(") Z ") || stat.contains(") X ") { break }
        await Task.yield()
      } while ContinuousClock.now - start < .seconds(20)
      #expect(stat.isEmpty || stat.contains(") Z ") || stat.contains(") X "), "\(name) is alive: \(stat)")
    }
  }

  @Test func cancellationEndsIt() async throws {
    let path = try script("echo up > '\(folder)/up'; exec sleep 1000")
    let task = Task { await run([path]) }
    while !FileManager.default.fileExists(atPath: "\(folder)/up") { try await Task.sleep(for: .milliseconds(5)) }
    let start = ContinuousClock.now
    task.cancel()
    #expect(await task.value.fault?.kind == .interrupted)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func anInputThatNobodyReadsAndAnOutputWithoutEnd() async throws {
    let long = String(repeating: "x", count: 1 << 20)
    #expect(await run([try script("exit 0")], text: long).word == "delivered")
    let loud = await run([try script("yes 0123456789 | head -c 10000000; echo; echo the end")], text: long)
    #expect(loud == .delivered(Receipt(note: "the end")))
    // What is no text becomes text.
    #expect(await run([try script("printf 'a\\377\\033[31mb\\n'")]) == .delivered(Receipt(note: "a\u{FFFD}[31mb")))
  }

  /// Arguments go through as they are: no shell sees them.
  @Test func argumentsAreNotRead() async throws {
    let path = try script("for a in \"$@\"; do echo \"[$a]\"; done > '\(folder)/args'")
    let hostile = ["--help", "$(touch '\(folder)/pwned')", "`id`", "a b", "'; rm -rf x", "*", ""]
    #expect(await run([path, "-x"], args: hostile).word == "delivered")
    #expect(try String(contentsOfFile: "\(folder)/args", encoding: .utf8) == (["-x"] + hostile).map { "[\($0)]\n" }.joined())
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/pwned"))
    #expect(await run([path], args: ["a\0b"]).fault?.kind == .misconfigured)
  }

  @Test func itSeesItsOwnEnvironmentOnly() async throws {
    setenv("BELLHOP_TEST_TOKEN", "n33dle-of-bellhop", 1)
    defer { unsetenv("BELLHOP_TEST_TOKEN") }
    let path = try script("env > '\(folder)/env'; pwd >> '\(folder)/env'; echo key is $KEY; exit 2")
    let outcome = await run([path], env: ["KEY": "n33dle-of-pager"], folder: folder)
    let seen = try String(contentsOfFile: "\(folder)/env", encoding: .utf8)
    #expect(seen.contains("KEY=n33dle-of-pager") && seen.contains("PATH=") && !seen.contains("n33dle-of-bellhop"))
    #expect(seen.hasSuffix("\(folder)\n") || seen.contains("bellhop-exec-"))
    #expect(outcome.fault?.line == "\(path.split(separator: "/").last ?? "") exited with 2: key is •••")
  }

  @Test func whatIsNotThereIsTriedAgain() async throws {
    for command in ["/nowhere/pager", "no-such-program-here"] {
      let outcome = await run([command])
      #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable, "\(outcome)")
    }
    let outcome = await run(["/bin/true"], folder: "/nowhere")
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable, "\(outcome)")
  }

  @Test(arguments: [
    (["page duty"], "holds blanks, and no shell splits it"), (["./pager"], "is a relative path"),
    (["/nowhere/pager"], "is no program on this machine"),
  ]) func mistakes(_ command: [String], _ text: String) {
    let problems = ExecKind.kind().check(Values(["command": .list(command.map(Value.string))]))
    #expect(problems.map(\.text) == [text])
  }
}
