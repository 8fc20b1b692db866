import ArgumentParser
import Bellhop
import CMalloc
import Gateway
import Glibc

@main struct Main {
  static func main() async {
    // Whoever sets the number by hand knows why. Measured: as quick at full speed, and 6 MB less.
    if getenv("MALLOC_ARENA_MAX") == nil { bh_malloc_share(2) }
    // Before anything that takes time: a service that has just been started may be told to reload already.
    if CommandLine.arguments.dropFirst().first == Serve._commandName { EarlyHangup.remember() }
    Terminal.exit(with: await Root.perform(Array(CommandLine.arguments.dropFirst())))
  }
}

struct Root: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bellhop",
    abstract: "A notification gateway: apps say what happened, a YAML file says who hears about it, where, and how loudly.",
    discussion: """
      Every command takes --config; without it $BELLHOP_CONFIG counts, else ./bellhop.yaml, else /etc/bellhop/bellhop.yaml.
      Exit status (but for run, whose is the job's): 0 done, 1 found wanting, 2 called wrongly, 75 try again later.
      Completion for the shell: bellhop --generate-completion-script bash (or zsh, fish).
      """, version: Version.current,
    groupedSubcommands: [
      CommandGroup(name: "Running", subcommands: [Serve.self, Reload.self, WaitCommand.self]),
      CommandGroup(
        name: "Configuring",
        subcommands: [
          Init.self, Check.self, Explain.self, Capture.self, Test.self, Senders.self, TokenCommand.self, Transports.self,
          VendorCommand.self,
          SchemaCommand.self,
        ]),
      CommandGroup(name: "Telling", subcommands: [Send.self, RunCommand.self, Ring.self]),
      CommandGroup(
        name: "Looking after",
        subcommands: [
          Search.self, TailCommand.self, ShowEvent.self, RowsCommand.self, Dead.self, LaneCommand.self, SilenceCommand.self,
          AckCommand.self,
          Forget.self,
        ]),
    ])

  /// Runs one command line, prints what it has to say and answers the exit status.
  static func perform(_ arguments: [String]) async -> Int32 {
    do {
      var command = try parseAsRoot(LeftOut.arranged(arguments))
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
      let (text, code) = told(error, arguments)
      guard code == 0 else {
        Terminal.complain(text)
        return code
      }
      do throws(CommandEnd) { try Terminal.say(text) } catch { return error.code }
      return 0
    }
  }

  /// What the argument parser has to say: help and versions end with 0, every mistake in the arguments with 2 instead of its own 64.
  static func told(_ error: any Error, _ arguments: [String] = []) -> (text: String, code: Int32) {
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    guard code == .validationFailure else { return (text, code == .success ? 0 : code.rawValue) }
    guard let advice = Advice.on(arguments, in: Self.self) else { return (text, 2) }
    // Behind the first line, which says what is wrong.
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    return ((["\(lines[0])\n  \(advice)"] + lines.dropFirst().map(String.init)).joined(separator: "\n"), 2)
  }
}
