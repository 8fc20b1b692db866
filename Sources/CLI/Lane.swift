import ArgumentParser
import Bellhop

struct LaneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lane",
    abstract: "Look at the queues in front of the targets; pause, resume or empty one.",
    subcommands: [LaneList.self, LanePauseCommand.self, Resume.self, LaneDropCommand.self], defaultSubcommand: LaneList.self)

  struct LaneList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show every lane with what waits in it.")

    @OptionGroup var config: ConfigOption
    @Flag(help: "Print JSON, a lane a line.")
    var json = false

    func run() async throws {
      let lanes = try await config.withClient { try await $0.call("GET", "/v1/lanes")["lanes"]?.array ?? [] }
      if json { return try lanes.forEach { try Terminal.say($0.text) } }
      guard !lanes.isEmpty else { return try Terminal.say("No lanes: they appear when there is something to deliver.") }
      try LaneCommand.table(lanes, now: Timestamp.now).print()
    }
  }

  struct LanePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pause",
      abstract: "Hold a lane. What comes for it waits, and its time to retry does not run out.")

    @OptionGroup var config: ConfigOption
    @OptionGroup var lane: LaneArgument
    @Option(help: ArgumentHelp("Why, for whoever looks at the list.", valueName: "text"))
    var why: String?
    @Option(
      name: .customLong("for"), help: ArgumentHelp("How long; without it, until it is resumed.", valueName: "duration"),
      transform: WaitCommand.duration)
    var length: Duration?

    func run() async throws {
      let body = Self.body(lane.name, why: why, length: length)
      _ = try await config.withClient { try await $0.call("POST", "/v1/lanes/pause", body: body) }
      try Terminal.say("Paused \(lane.name)\(length.map { " for \($0.short)" } ?? "; `bellhop lane resume` opens it again").")
    }

    static func body(_ lane: String, why: String?, length: Duration?) -> JSON {
      var body: JSON.Object = ["lane": .string(lane)]
      if let why { body["why"] = .string(why) }
      if let length { body["until"] = .string(length.short) }
      return .object(body)
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a paused or broken lane at once.")

    @OptionGroup var config: ConfigOption
    @OptionGroup var lane: LaneArgument

    func run() async throws {
      let body: JSON = ["lane": .string(lane.name)]
      _ = try await config.withClient { try await $0.call("POST", "/v1/lanes/resume", body: body) }
      try Terminal.say("Resumed \(lane.name).")
    }
  }

  struct LaneDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop",
      abstract: "Give up all that waits in a lane.", discussion: "The deliveries are dead then: `bellhop dead retry` brings them back.")

    @OptionGroup var config: ConfigOption
    @OptionGroup var lane: LaneArgument
    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
      let name = lane.name
      let yes = yes
      try await config.withClient { client in
        try Terminal.confirm("Give up all that waits in the lane \(name)?", yes: yes)
        let answer = try await Progress.during({ try await Self.left(in: name, client) }) {
          try await client.call("POST", "/v1/lanes/drop", body: ["lane": .string(name)], timeout: .seconds(3_600))
        }
        let count = answer["dropped"]?.int.map { Output.count(Int($0), "delivery", "deliveries") } ?? "what waited"
        try Terminal.say("Dropped \(count) of \(name).")
      }
    }

    private static func left(in name: String, _ client: Client) async throws -> String? {
      let lanes = try await client.call("GET", "/v1/lanes")["lanes"]?.array ?? []
      return lanes.first { $0["lane"]?.string == name }?["waiting"]?.int.map { "\(Output.count(Int($0), "delivery", "deliveries")) left …" }
    }
  }

  static func table(_ lanes: [JSON], now: Timestamp) -> TextTable {
    TextTable(
      ["LANE", "KIND", "STATE", "WAITING", "IN FLIGHT", "OLDEST", "UNTIL", "WHY", "LAST FAULT"],
      lanes.map { lane in
        ["lane", "kind", "state", "waiting", "in_flight"].map { Output.text(lane[$0]) }
          + [
            HumanTime.age(lane["oldest"], now: now), HumanTime.local(lane["until"]), Output.text(lane["why"]),
            Output.text(lane["last_fault"]),
          ]
      })
  }
}

/// A lane's name. It may hold a space, which need not be quoted.
struct LaneArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The lane as the list shows it, such as: chat '#money'", valueName: "lane"))
  var words: [String]

  var name: String { words.joined(separator: " ") }
}
