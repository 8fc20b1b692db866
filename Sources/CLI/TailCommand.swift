import ArgumentParser
import Bellhop
import Curl

struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail", abstract: "Follow what happens as it happens, until Ctrl-C.",
    discussion: """
      The filter is the one of silences and of the stream: type:payment.* severity:error+ "card declined" -sender:test, and also role:, row: and \
      state:. When the gateway restarts it goes on where it was, and says so where something is missing.
      """)

  @OptionGroup var config: ConfigOption
  @Argument(help: ArgumentHelp("Which events; all of them without it.", valueName: "filter"))
  var filter: [String] = []
  @Option(help: ArgumentHelp("Only what this role hears of.", valueName: "name"))
  var role: String?
  @Option(help: ArgumentHelp("Only this type; * stands for one segment, ** for any.", valueName: "glob"))
  var type: String?
  @Option(help: ArgumentHelp("Begin with the newest so many, up to 1000.", valueName: "number"))
  var last: Int?
  @Option(help: ArgumentHelp("Begin with what came since then: 2h, \"2h ago\" or 2026-11-23T09:30:00Z.", valueName: "time"))
  var since: String?
  @Flag(help: "Tell also what becomes of each delivery.")
  var deliveries = false
  @Flag(help: "Print JSON, a line each.")
  var json = false

  mutating func validate() throws {
    if let last, !(0...1_000).contains(last) { throw ValidationError("--last \(last): write a number from 0 to 1000") }
    if last != nil, since != nil { throw ValidationError("--last and --since do not go together: say one of them") }
    if let since, HumanTime.since(since, now: Timestamp.now) == nil {
      throw ValidationError("--since \(since): write how long ago, like 2h, or a time like 2026-11-23T09:30:00Z")
    }
  }

  func run() async throws {
    let query: [(String, String?)] = [
      ("q", filter.isEmpty ? nil : filter.joined(separator: " ")), ("role", role), ("type", type), ("last", last.map(String.init)),
      ("since", since.flatMap { HumanTime.since($0, now: Timestamp.now) }?.rfc3339),
    ]
    let loaded = try config.load()
    let engine = Engine()
    let client = Client(path: config.path, socket: loaded.socket, mistakes: loaded.mistakes) { await engine.send($0) }
    var follower = TailFollower(client: client, query: query) { block throws(CommandEnd) in try show(block) }
    let ending: CommandEnd
    do throws(CommandEnd) { ending = try await follower.follow() } catch { ending = error }
    await engine.close()
    throw ending
  }

  private func show(_ block: TailLines.Block) throws(CommandEnd) {
    switch block.name {
    case "event": try Terminal.say(json ? block.data.text : Self.line(of: block.data, hasColour: Terminal.hasColour))
    case "delivery" where deliveries:
      try Terminal.say(json ? block.data.text : Self.line(ofFate: block.data, hasColour: Terminal.hasColour))
    case "gap": Terminal.complain(Self.gap(block.data))
    default: break
    }
  }
}
