import ArgumentParser
import Gateway

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every mistake of the configuration, or what would run.",
    discussion: "Each mistake is `file:line:column: path: problem; hint`. Ends with 1 when there is one.")

  @OptionGroup var config: ConfigOption

  func run() throws {
    let loaded = try config.load()
    loaded.warnings.forEach { Terminal.say($0.contains("warning") ? $0 : "warning: \($0)") }
    guard loaded.isUsable else {
      loaded.mistakes.forEach(Terminal.say)
      throw CommandEnd.wanting("\(config.path) has \(Output.count(loaded.mistakes.count, "mistake"))")
    }
    Terminal.say(Gateway.summary(loaded))
  }
}

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the configuration's own tests.",
    discussion: "Each entry of `tests:` goes through the routing that `serve` runs; nothing is sent. Ends with 1 when one fails.")

  @OptionGroup var config: ConfigOption

  func run() throws {
    guard let report = Gateway.test(try config.usable()) else { throw CommandEnd.wanting("\(config.path) cannot be used") }
    guard report.passed + report.failed > 0 else {
      Terminal.say(
        "No tests: add some under `tests:` in \(config.path), such as\n  - { event: { type: user.registered }, expect: { office: [log] } }")
      return
    }
    report.lines.forEach(Terminal.say)
    Terminal.say("\(report.passed) passed, \(report.failed) failed")
    if report.failed > 0 { throw CommandEnd.wanting() }
  }
}
