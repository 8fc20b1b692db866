import ArgumentParser
import Bellhop
import Gateway

struct VendorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vendor", abstract: "Try pages of vendors.", subcommands: [VendorTryCommand.self])

  struct VendorTryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "try", abstract: "Show the request that a vendor's page would send for an event. Nothing is sent.",
      discussion: "What --set and --to leave open is as in the page's own examples. Secrets are shown as •••.")

    @OptionGroup var config: UnreadConfigOption
    @Argument(help: ArgumentHelp("A page's file, or the name of one that comes with Bellhop.", valueName: "page"))
    var page: String
    @OptionGroup var event: EventOptions
    @Option(help: ArgumentHelp("A key of the target; again for more.", valueName: "key=value"))
    var to: [String] = []
    @Option(help: ArgumentHelp("A setting; again for more.", valueName: "key=value"))
    var set: [String] = []
    @Option(help: ArgumentHelp("How loud: \(Alert.allCases.map(\.word).joined(separator: ", ")).", valueName: "word"))
    var alert: Alert = .normal

    mutating func validate() throws {
      for (name, pairs) in [("--to", to), ("--set", set)] {
        for pair in pairs where pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).count < 2 || pair.hasPrefix("=")
        {
          throw ValidationError("\(name) \(pair): write key=value")
        }
      }
    }

    func run() throws {
      let isFile = page.contains("/") || page.hasSuffix(".yaml") || page.hasSuffix(".yml")
      let bytes = isFile ? try FileAccess.read(page) : nil
      let given = event.event != nil || event.type != nil || event.text != nil
      let object = given ? Explain.posted(try event.object()).object : ["type": "message", "text": "Hello from bellhop vendor try"]
      guard
        let trial = Gateway.tryVendor(
          bytes, name: page, settings: Self.values(set), target: Self.values(to), event: object, alert: alert)
      else {
        throw CommandEnd.misuse("there is no page called \(page): give a file, or a name that `bellhop transports` lists")
      }
      switch trial {
      case .failure(let refused):
        throw CommandEnd.misuse(
          "the gateway would not take this event:\n  \(refused.lines.map(Output.printable).joined(separator: "\n  "))")
      case .success(let trial):
        for note in trial.notes { Terminal.complain("\(page):\(note)") }
        guard let request = trial.request else { throw CommandEnd.wanting(trial.problem ?? "\(page) cannot be used") }
        let body = (try? JSON(parsing: request.body)).map { Output.pretty($0) } ?? request.body
        try Terminal.say(body.isEmpty ? request.head : "\(request.head)\n\n\(body)")
      }
    }

    private static func values(_ pairs: [String]) -> [String: String] {
      pairs.reduce(into: [:]) { values, pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        values[String(parts[0])] = String(parts[1])
      }
    }
  }
}

extension Alert: ExpressibleByArgument {
  /// The words of the configuration.
  public init?(argument: String) { self.init(word: argument) }
  /// For completion and for the message about a wrong one.
  public static var allValueStrings: [String] { allCases.map(\.word) }
}
