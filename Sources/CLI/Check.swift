import ArgumentParser
import Bellhop
import Curl
import Gateway

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every mistake of the configuration, or what would run.",
    discussion: """
      Each mistake is `file:line:column: path: problem; hint`. Ends with 1 when there is one. Variables that are not set here are named and \
      are no mistake, for the service has its own; with --strict they are. `--config -` reads standard input. Where a gateway runs with this \
      file, it is asked what `bellhop reload` would change.
      """)

  @OptionGroup var config: ConfigOption
  @OptionGroup var environment: EnvironmentOption
  @Flag(help: "End with 1 where a variable is not set, or a file of a secret cannot be read.")
  var strict = false

  func run() async throws {
    let loaded = try config.load(environmentFile: environment.envFile)
    for finding in loaded.findings { try Terminal.say(finding) }
    let unset = Self.unset(loaded.unknown)
    for line in unset { try Terminal.say(line) }
    guard loaded.isUsable else {
      throw CommandEnd.wanting("\(config.path) has \(Output.count(loaded.mistakes.count, "mistake"))")
    }
    if strict, !unset.isEmpty { throw CommandEnd.wanting("\(config.path) cannot run with what is set here") }
    try Terminal.say(Gateway.summary(loaded))
    guard !loaded.file.isEmpty, FileAccess.exists(loaded.socket) else { return }
    let answer = try await config.withClient(loaded) { client in await Self.beside(client, file: loaded.file) }
    if let answer { try Terminal.say(answer) }
  }

  /// What the running gateway says of the file, with its own environment; nil where none answers.
  static func beside(_ client: Client, file: String) async -> String? {
    let response: Response
    do throws(CommandEnd) { response = try await client.exchange("GET", "/v1/reload") } catch {
      return error.code == CommandEnd.later("").code ? nil : "the running gateway was not asked: \(error.text)"
    }
    guard let answer = try? JSON(parsing: response.body) else { return "the running gateway was not asked: its answer is not JSON" }
    switch response.status {
    case 200:
      func lines(_ key: String) -> [String] { answer[key]?.array?.map { "  \(Output.printable($0.plain))" } ?? [] }
      let theirs = Output.text(answer["file"])
      if theirs != file { return "the running gateway has another file: \(theirs)" }
      let (mistakes, changes) = (lines("mistakes"), lines("changes"))
      if !mistakes.isEmpty {
        return (["the running gateway, with what is set there, would refuse it:"] + mistakes).joined(separator: "\n")
      }
      if changes.isEmpty { return "the running gateway has this configuration in force" }
      return (["the running gateway has an older one in force; `bellhop reload` would change:"] + changes).joined(separator: "\n")
    case 405: return "the running gateway is of another version and cannot tell what a reload would change"
    default: return "the running gateway was not asked: \(Client.ending(for: response).text)"
    }
  }

  /// A line for variables, one for files.
  static func unset(_ unknown: [String]) -> [String] {
    let names = unknown.filter { !$0.hasPrefix("/") }
    let files = unknown.filter { $0.hasPrefix("/") }
    return [("these names are not set here", names), ("these files cannot be read here", files)].filter { !$0.1.isEmpty }
      .map { "\($0): \($1.joined(separator: ", "))" }
  }
}

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the configuration's own tests.",
    discussion: "Each entry of `tests:` goes through the routing that `serve` runs; nothing is sent. Ends with 1 when one fails.")

  @OptionGroup var config: ConfigOption
  @OptionGroup var environment: EnvironmentOption

  func run() throws {
    let loaded = try config.usable(environmentFile: environment.envFile)
    guard let report = Gateway.test(loaded) else { throw CommandEnd.wanting("\(config.path) cannot be used") }
    guard report.passed + report.failed > 0 else {
      try Terminal.say("No tests: add some under `tests:` in \(config.path), such as\n\(Gateway.exampleTest(loaded))")
      return
    }
    for line in report.lines { try Terminal.say(line) }
    try Terminal.say("\(report.passed) passed, \(report.failed) failed")
    if report.failed > 0 { throw CommandEnd.wanting() }
  }
}
