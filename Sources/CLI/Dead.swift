import ArgumentParser
import Bellhop

struct Dead: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at deliveries that could not be made, and give them a second chance.",
    subcommands: [DeadList.self, Show.self, DeadRetry.self, DeadRedirect.self], defaultSubcommand: DeadList.self)

  struct DeadList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show dead deliveries, newest first.")

    @OptionGroup var config: ConfigOption
    @Option(help: ArgumentHelp("Only those for this destination, as the list shows it.", valueName: "name"))
    var destination: String?
    @Option(help: ArgumentHelp("Only those with an id below this one.", valueName: "id"))
    var before: Int64?
    @Option(help: ArgumentHelp("How many at most, 1 to 1000.", valueName: "number"))
    var limit = 50
    @Flag(help: "Print JSON, a delivery a line.")
    var json = false

    mutating func validate() throws {
      guard (1...1_000).contains(limit) else { throw ValidationError("--limit \(limit): write a number from 1 to 1000") }
    }

    func run() async throws {
      let query = [("state", "dead"), ("destination", destination), ("before", before.map(String.init)), ("limit", String(limit))]
      let found = try await config.withClient { try await $0.call("GET", "/v1/deliveries", query: query)["deliveries"]?.array ?? [] }
      if json { return try found.forEach { try Terminal.say($0.text) } }
      guard !found.isEmpty else { return try Terminal.say("No dead deliveries.") }
      try Dead.table(found).print()
      if found.count == limit, let last = found.last { try Terminal.say("More: add --before \(Output.text(last["id"]))") }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one delivery with its event and every attempt.")

    @OptionGroup var config: ConfigOption
    @Argument(help: "The delivery's id, from the list.")
    var id: Int64
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      let id = id
      let (delivery, event) = try await config.withClient { client in
        let delivery = try await client.call("GET", "/v1/deliveries/\(id)")
        return (delivery, try await Self.event(of: delivery, client))
      }
      if json { return try Terminal.say(delivery.text) }
      try Self.lines(delivery, event: event).forEach { try Terminal.say($0) }
      let attempts = delivery["attempts"]?.array ?? []
      guard !attempts.isEmpty else { return try Terminal.say("\nNo attempts were made.") }
      try Terminal.say("")
      try Dead.attempts(attempts).print()
    }

    /// The event, if it is still in the history.
    private static func event(of delivery: JSON, _ client: Client) async throws(CommandEnd) -> JSON? {
      guard let sequence = delivery["event"]?.int else { return nil }
      let response = try await client.exchange("GET", "/v1/events/\(sequence)")
      // An event whose own id is this number would be found first.
      guard response.status == 200, let event = try? Client.json(response), event["sequence"]?.int == sequence else { return nil }
      return event
    }

    static func lines(_ delivery: JSON, event: JSON?) -> [String] {
      let what = [event?["type"], event?["subject"]].map(Output.text).filter { !$0.isEmpty }.joined(separator: " ")
      let pairs: [(String, String)] = [
        ("delivery", Output.text(delivery["id"])),
        ("state", Output.text(delivery["state"])),
        ("destination", Output.text(delivery["destination"])),
        ("role", Output.text(delivery["role"])),
        ("row", Output.text(delivery["row"])),
        ("alert", Output.text(delivery["alert"])),
        ("note", Output.text(delivery["note"])),
        ("fault", Output.text(delivery["fault"])),
        ("due", HumanTime.local(delivery["due"])),
        ("event", what.isEmpty ? "number \(Output.text(delivery["event"]))" : what),
        ("event id", Output.text(event?["id"])),
        ("received", HumanTime.local(event?["received"])),
        ("severity", Output.text(event?["severity"])),
        ("text", Output.text(event?["text"])),
      ]
      return pairs.filter { !$0.1.isEmpty }.map { name, value in name + String(repeating: " ", count: 13 - name.count) + value }
    }
  }

  struct DeadRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry", abstract: "Put dead deliveries back in line, with a fresh budget of time.")

    @OptionGroup var config: ConfigOption
    @OptionGroup var selection: DeadChoice

    func run() async throws {
      let body = selection.body
      let (count, retried) = try await config.withClient {
        try await DeadChoice.each("retry", body, shown: { "put \($0) back in line" }, $0)
      }
      guard count > 0 || !selection.all else { return try Terminal.say("No dead deliveries.") }
      if count > 0 { try Terminal.say("Put \(Output.count(count, "delivery", "deliveries")) back in line.") }
      try selection.complain(retried, "not retried", "only dead and unclear deliveries can be: see `bellhop dead list`")
    }
  }

  static func table(_ deliveries: [JSON]) -> TextTable {
    TextTable(
      ["ID", "LAST TRY", "DESTINATION", "ROLE", "TRIES", "FAULT", "WHY"],
      deliveries.map { delivery in
        let attempts = delivery["attempts"]?.array ?? []
        let why = delivery["note"] ?? attempts.last?["line"]
        return [
          Output.text(delivery["id"]), HumanTime.local(attempts.last?["at"]), Output.text(delivery["destination"]),
          Output.text(delivery["role"]),
          String(attempts.count), Output.text(delivery["fault"]), Output.text(why),
        ]
      })
  }

  static func attempts(_ attempts: [JSON]) -> TextTable {
    TextTable(
      ["TRY", "AT", "TOOK", "LANE", "OUTCOME", "FAULT", "ANSWER"],
      attempts.map { attempt in
        [
          Output.text(attempt["number"]), HumanTime.local(attempt["at"]), attempt["took_ms"].map { "\(Output.text($0))ms" } ?? "",
          Output.text(attempt["lane"]), Output.text(attempt["outcome"]), Output.text(attempt["fault"]), Output.text(attempt["line"]),
        ]
      })
  }
}
