import ArgumentParser
import Bellhop
import Gateway

struct Transports: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the kinds of transports, or show one with all its keys.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "The kind, as `use:` names it.")
  var kind: String?

  func run() throws {
    // Without a configuration there are no vendors of one's own; one that was named is there.
    let loaded = config.config != nil || FileAccess.presence(config.path) == .readable ? try config.load() : nil
    guard let manual = Gateway.transports(kind, in: loaded) else {
      let word = kind ?? ""
      let near = word.nearest(among: Gateway.kindNames(in: loaded)).map { "did you mean `bellhop transports \($0)`? " } ?? ""
      throw CommandEnd.misuse("there is no kind of transport called \(Output.printable(word)): \(near)`bellhop transports` lists them")
    }
    try Terminal.say(manual)
  }
}

struct Senders: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the forms in which senders may speak, and for each configured sender the address to paste.",
    discussion:
      "With a name: one dialect, or one configured sender, explained. SECRET stands for the sender's secret, which is never printed.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "A dialect, as `use:` names it, or a sender of the configuration.")
  var name: String?

  func run() throws {
    let loaded = config.config != nil || FileAccess.presence(config.path) == .readable ? try config.load() : nil
    guard let manual = Gateway.senders(name, in: loaded) else {
      let word = name ?? ""
      let near = word.nearest(among: Gateway.dialectNames).map { "did you mean `bellhop senders \($0)`? " } ?? ""
      throw CommandEnd.misuse("there is no dialect and no sender called \(Output.printable(word)): \(near)`bellhop senders` lists them")
    }
    try Terminal.say(manual)
  }
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of the configuration, for editors.",
    discussion: "In the first line of a YAML file, many editors read: # yaml-language-server: $schema=bellhop.schema.json")

  @OptionGroup var config: UnreadConfigOption

  func run() throws { try Terminal.say(Output.pretty(Gateway.schema())) }
}

/// `--config` for the commands that need none, so that a wrapper may give it to every command.
struct UnreadConfigOption: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Taken as everywhere, but not read: this manual is the same for all.", valueName: "file"))
  var config: String?
}
