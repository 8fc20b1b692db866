import Bellhop
import Foundation
import Glibc
import Testing

@testable import Bell

@Suite struct BellTests {
  private func message(_ alert: Alert = .normal) -> Message {
    Message(
      id: "m-1", event: Event(id: "e", sender: "s", source: "s", type: "user.registered", time: Timestamp(seconds: 1), text: "Ann"),
      alert: alert)
  }

  private func bell(_ kernel: PretendKernel, _ settings: [String: Value] = [:]) -> any Transport {
    let kind = BellKind.kind(root: kernel.root)
    var values = Values(["line": .int(17), "ring": .list([.duration(.milliseconds(250))]), "pause": .duration(.milliseconds(1))])
    for field in kind.settings where values.entries[field.name] == nil { values.entries[field.name] = field.value }
    values.entries.merge(settings) { $1 }
    return kind.make(values)
  }

  private func ring(_ bell: any Transport, _ alert: Alert = .normal, target: Target = Target()) async -> Outcome {
    await bell.send(message(alert), to: target, Attempt(at: Timestamp(seconds: 1)))
  }

  /// The number is base and line, whatever the base, and the chip is found among others.
  @Test(arguments: [0, 399, 458, 512, 970]) func theBaseIsNeverAssumed(_ base: Int) async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip\(base)", label: "pinctrl-bcm2835", base: base)
    try kernel.chip("gpiochip2000", label: "raspberrypi-exp-gpio", base: 2_000, lines: 8)
    kernel.play()
    let bell = bell(kernel)
    #expect(await ring(bell) == .delivered(Receipt(note: "rang 250ms")))
    #expect(await eventually { kernel.levels("gpio\(base + 17)") == ["0", "1", "0"] }, "\(kernel.levels("gpio\(base + 17)"))")
    #expect(kernel.read("gpio\(base + 17)/direction") == "low")
    await bell.close()
    #expect(await eventually { kernel.read("gpio\(base + 17)/direction") == nil }, "it is given back")
  }

  /// Whoever closes before the line is open gives it back all the same.
  @Test func closedBeforeItWasOpen() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip512", label: "pinctrl-bcm2835", base: 512)
    kernel.play(late: 0.2)
    let bell = bell(kernel)
    await bell.close()
    #expect(await eventually { kernel.exports == ["529"] })
    #expect(await eventually { kernel.read("gpio529/direction") == nil }, "it is given back")
    let order = Line.Order(places: kernel.places, chip: nil, line: 17, isActiveLow: false, mostOn: 500, backend: "auto")
    #expect(await Holder.shared.users(of: order) == 0)
    #expect(await ring(bell) == .postponed(Fault(.interrupted, "closed before the ring")))
    #expect(await Holder.shared.users(of: order) == 0)
  }

  /// udev takes its time, or never comes: everything else goes on meanwhile, on one core as well.
  @Test func openingHoldsUpNobody() async throws {
    let kernel = try PretendKernel()
    // Were they opened on the pool, its threads would be taken for 16 seconds: each waits two for files that never come.
    let lines = 8 * ProcessInfo.processInfo.activeProcessorCount
    try kernel.chip("gpiochip512", label: "pinctrl-bcm2835", base: 512, lines: lines)
    kernel.write("", "export")
    let places = kernel.places
    let start = ContinuousClock.now
    let opening = (0..<lines).map { line in
      Task {
        await Holder.shared.take(Line.Order(places: places, chip: nil, line: line, isActiveLow: false, mostOn: 500, backend: "sysfs"))
      }
    }
    while await Holder.shared.count(in: places) < lines { await Task.yield() }
    for _ in 0..<200 { await Task.detached {}.value }
    let took = ContinuousClock.now - start
    #expect(took < .seconds(8), "\(took)")
    for one in opening { if case .success = await one.value { Issue.record("there was no line") } }
  }

  /// Direction and level are set at once, and the rest of a bell that moves when its line is low is high.
  @Test func activeLow() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip512", label: "pinctrl-bcm2835", base: 512)
    kernel.play()
    let bell = bell(kernel, ["active_low": .bool(true)])
    #expect(await eventually { kernel.read("gpio529/direction") == "high" }, "at rest from the start")
    #expect(await ring(bell).word == "delivered")
    #expect(await eventually { kernel.levels("gpio529").suffix(2) == ["0", "1"] })
    await bell.close()
  }

  @Test func theNewLayoutOfSysfs() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("chip0", label: "raspberrypi-exp-gpio", lines: 8)
    try kernel.chip("chip1", label: "pinctrl-rp1")
    kernel.play(in: "chip1", activeLow: false)
    let bell = bell(kernel)
    #expect(await ring(bell).word == "delivered")
    #expect(await eventually { kernel.levels("gpio17") == ["0", "1", "0"] })
    await bell.close()
    #expect(await eventually { kernel.read("chip1/gpio17/value") == nil })
  }

  @Test func permissionsMayComeLate() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
    kernel.play(late: 0.2)
    let bell = bell(kernel)
    #expect(await ring(bell).word == "delivered")
    await bell.close()
  }

  @Test func alertsAndPatterns() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
    kernel.play()
    let bell = bell(kernel)
    #expect(await ring(bell, .quiet) == .delivered(Receipt(note: "quiet: not rung")))
    #expect(await ring(bell, .loud) == .delivered(Receipt(note: "rang 250ms, 300ms off, 250ms")))
    #expect(await eventually { kernel.levels("gpio17") == ["0", "1", "0", "1", "0"] }, "\(kernel.levels("gpio17"))")
    let target = Target(["ring": ["40ms", "50ms", "60ms"]])
    #expect(await ring(bell, target: target) == .delivered(Receipt(note: "rang 40ms, 50ms off, 60ms")))
    #expect(await ring(bell, target: Target(["ring": ["2s"]])).fault?.kind == .misconfigured)
    await bell.close()
  }

  /// A reload makes the new bell before it closes the old one.
  @Test func twoOfOneLine() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
    kernel.play()
    let (old, new) = (bell(kernel), bell(kernel, ["pause": .duration(.milliseconds(2))]))
    #expect(await ring(old).word == "delivered")
    #expect(await ring(new).word == "delivered")
    await old.close()
    #expect(kernel.read("gpio17/value")?.prefix(1) == "0")
    #expect(await ring(new).word == "delivered")
    await new.close()
    #expect(await eventually { kernel.read("gpio17/value") == nil })
  }

  /// A line that another hand gave back in between is taken anew: nothing rang before. One that never works is told, and tried again.
  @Test func aLineThatWasGivenBackIsTakenAnew() async throws {
    for (spoilt, word) in [(1, "delivered"), (2, "postponed")] {
      let kernel = try PretendKernel()
      try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
      kernel.play(spoilt: spoilt)
      let bell = bell(kernel, ["backend": .string("sysfs")])
      let outcome = await ring(bell)
      #expect(outcome.word == word, "\(outcome)")
      if spoilt == 1 { #expect(await eventually { kernel.levels("gpio17") == ["0", "1", "0"] }, "\(kernel.levels("gpio17"))") }
      await bell.close()
      #expect(await eventually { kernel.read("gpio17/direction") == nil }, "it is given back")
    }
  }

  @Test func cancellationBringsItToRest() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
    kernel.play()
    let bell = bell(kernel, ["max_on": .duration(.seconds(10)), "ring": .list([.duration(.seconds(9))])])
    let task = Task { await ring(bell) }
    #expect(await eventually { kernel.levels("gpio17").last == "1" })
    task.cancel()
    let outcome = await task.value
    #expect(outcome.word == "unclear" && outcome.fault?.kind == .interrupted, "\(outcome)")
    #expect(kernel.read("gpio17/value")?.prefix(1) == "0")
    await bell.close()
  }

  /// Nobody but the bell's process holds the line on: when it is ended, the gateway brings the line to rest.
  @Test func theRingerMayDie() async throws {
    let kernel = try PretendKernel()
    try kernel.chip("gpiochip0", label: "pinctrl-bcm2835", base: 0)
    kernel.play()
    let bell = bell(kernel, ["max_on": .duration(.seconds(10)), "ring": .list([.duration(.seconds(9))])])
    let task = Task { await ring(bell) }
    #expect(await eventually { kernel.levels("gpio17").last == "1" })
    let ringers = try children("bellhop-ringer")
    // Of the tests that run beside this one too, but each brings its line to rest; only the one that holds this line is ended.
    let own = ringers.filter { pid in
      (0..<64).contains {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)"))?.hasPrefix(kernel.root) == true
      }
    }
    #expect(own.count == 1)
    for pid in own { kill(pid, SIGKILL) }
    let outcome = await task.value
    #expect(outcome.word == "unclear" && outcome.fault?.kind == .internal, "\(outcome)")
    #expect(await eventually { kernel.levels("gpio17") == ["0", "1", "0"] })
    await bell.close()
  }

  /// This process's own children of that name.
  private func children(_ name: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { pid in
      let words = ((try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? "").split(separator: " ")
      return words.count > 3 && words[1].hasPrefix("(\(name.prefix(15))") && words[3] == "\(getpid())"
    }
  }

  @Test func whatIsMissingIsSaid() async throws {
    let kernel = try PretendKernel()
    let nothing = await ring(bell(kernel))
    #expect(nothing.word == "refused" && nothing.fault?.kind == .misconfigured, "\(nothing)")
    try kernel.chip("gpiochip0", label: "raspberrypi-exp-gpio", base: 504, lines: 8)
    let other = await ring(bell(kernel, ["chip": .string("pinctrl")]))
    #expect(other.fault?.line == "there is no chip whose label begins with pinctrl; there are raspberrypi-exp-gpio", "\(other)")
    let beyond = await ring(bell(kernel, ["chip": .string("raspberrypi")]))
    #expect(beyond.fault?.line == "raspberrypi-exp-gpio refuses line 17: it has lines 0 to 7", "\(beyond)")
    let lines = await bell(kernel).examine()
    #expect(
      lines.contains { $0.contains("raspberrypi-exp-gpio, 8 lines from 504") } && lines.contains { $0.hasPrefix("this process is user ") },
      "\(lines)")
  }

  @Test(arguments: [
    (EACCES, Fault.Kind.unauthorized, "add the user to the group gpio"), (EPERM, .unauthorized, "add the user to the group gpio"),
    (EROFS, .unauthorized, "ReadWritePaths="), (EBUSY, .unavailable, "in use by another program"),
    (EINVAL, .misconfigured, "refuses line 17"),
    (ENOENT, .misconfigured, "is not there"),
  ]) func eachErrorSaysWhatToDo(_ code: Int32, _ kind: Fault.Kind, _ words: String) {
    let fault = BellTrouble.fault(code, at: "/sys/class/gpio/export", line: 17, chip: nil)
    #expect(fault.kind == kind && fault.line.contains(words))
  }

  @Test(
    arguments: [
      ([80], nil), ([80, 300, 80], nil), ([80, 300], "ends with a pause"), ([0], "shorter than 1ms"), ([501], "longer than max_on (500ms)"),
      ([400, 9_000, 400, 500, 400], "longer than 10s"), (Array(repeating: 10, count: 33), "more than 31 phases"),
    ] as [([Int], String?)]) func patterns(_ milliseconds: [Int], _ problem: String?)
  {
    let found = RingPattern(milliseconds.map { .milliseconds($0) })?.problem(mostOn: 500)?.text
    #expect(problem.map { found?.contains($0) == true } ?? (found == nil), "\(found ?? "")")
  }
}
