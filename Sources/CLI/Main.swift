import ArgumentParser
import Bellhop

@main struct Main {
  static func main() async { Terminal.exit(with: await Root.perform(Array(CommandLine.arguments.dropFirst()))) }
}

struct Root: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bellhop",
    abstract: "A notification gateway: apps say what happened, a YAML file says who hears about it, where, and how loudly.",
    discussion: """
      Every command takes --config; without it $BELLHOP_CONFIG counts, else ./bellhop.yaml, else /etc/bellhop/bellhop.yaml.
      Exit status: 0 done, 1 found wanting, 2 called wrongly, 75 try again later.
      """, version: Version.current,
    groupedSubcommands: [
      CommandGroup(name: "Running", subcommands: [Serve.self, Reload.self, WaitCommand.self]),
      CommandGroup(
        name: "Configuring",
        subcommands: [Init.self, Check.self, Explain.self, Test.self, Transports.self, VendorCommand.self, SchemaCommand.self]),
      CommandGroup(name: "Telling", subcommands: [Send.self, Ring.self]),
      CommandGroup(name: "Looking after", subcommands: [Search.self, Dead.self, LaneCommand.self, Forget.self]),
    ])

  /// Runs one command line, prints what it has to say and answers the exit status.
  static func perform(_ arguments: [String]) async -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch let ending as CommandEnd {
      if !ending.text.isEmpty { Terminal.complain("bellhop: \(ending.text)") }
      return ending.code
    } catch {
      let (text, code) = told(error)
      if code == 0 { Terminal.say(text) } else { Terminal.complain(text) }
      return code
    }
  }

  /// What the argument parser has to say: help and versions end with 0, every mistake in the arguments with 2 instead of its own 64.
  static func told(_ error: any Error) -> (text: String, code: Int32) {
    let code = exitCode(for: error)
    return (fullMessage(for: error), code == .success ? 0 : code == .validationFailure ? 2 : code.rawValue)
  }
}
