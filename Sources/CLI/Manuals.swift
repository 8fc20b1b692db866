import ArgumentParser
import Gateway

struct Transports: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the kinds of transports, or show one with all its keys.")

  @Option(name: .shortAndLong, help: ArgumentHelp("A configuration whose own vendors are listed too.", valueName: "file"))
  var config: String?
  @Argument(help: "The kind, as `use:` names it.")
  var kind: String?

  func run() throws {
    guard let manual = Gateway.transports(kind, in: config.map(Gateway.load)) else {
      throw CommandEnd.misuse("there is no kind of transport called \(kind ?? ""): `bellhop transports` lists them")
    }
    Terminal.say(manual)
  }
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of the configuration, for editors.",
    discussion: "In the first line of a YAML file, many editors read: # yaml-language-server: $schema=bellhop.schema.json")

  @OptionGroup var config: UnreadConfigOption

  func run() { Terminal.say(Output.pretty(Gateway.schema())) }
}

/// `--config` for the commands that need none, so that a wrapper may give it to every command.
struct UnreadConfigOption: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Taken as everywhere, but not read: this manual is the same for all.", valueName: "file"))
  var config: String?
}
