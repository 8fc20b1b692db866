import ArgumentParser
import Bellhop

struct ShowEvent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one event by its id, with every delivery and every attempt.",
    discussion: "The id is the one that `bellhop send` prints and that apps know; the number of the history is taken too.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "The event's id.")
  var id: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let id = id
    guard let event = try await config.withClient({ try await Self.event(id, $0) }) else {
      throw CommandEnd.wanting("there is no event \(Output.printable(id)) in the history: `bellhop search` looks for words")
    }
    try Self.print(event, json: json)
  }

  /// The event of that id; nil where there is none.
  static func event(_ id: String, _ client: Client) async throws(CommandEnd) -> JSON? {
    let response = try await client.exchange("GET", "/v1/events/\(id.percentEncoded())")
    if response.status == 404 { return nil }
    guard response.status == 200 else { throw Client.ending(for: response) }
    return try Client.json(response)
  }

  static func print(_ event: JSON, json: Bool) throws(CommandEnd) {
    if json { return try Terminal.say(event.text) }
    for line in lines(event) { try Terminal.say(line) }
    for delivery in event["deliveries"]?.array ?? [] {
      try Terminal.say("")
      for line in lines(of: delivery) { try Terminal.say(line) }
      let attempts = delivery["attempts"]?.array ?? []
      if !attempts.isEmpty { try Dead.attempts(attempts).print() }
    }
    if event["deliveries"]?.array?.isEmpty != false { try Terminal.say("\nNo deliveries.") }
  }

  static func lines(_ event: JSON) -> [String] {
    let known = ["id", "type", "subject", "severity", "sender", "source", "text", "fate", "note"]
    var pairs = known.map { ($0, Output.text(event[$0])) }
    pairs.insert(("received", HumanTime.local(event["received"])), at: 1)
    if let data = event["data"], data.object?.isEmpty == false { pairs.append(("data", Output.printable(data.text))) }
    return aligned(pairs)
  }

  static func lines(of delivery: JSON) -> [String] {
    aligned([
      ("delivery", Output.text(delivery["id"])), ("state", Output.text(delivery["state"])),
      ("destination", Output.text(delivery["destination"])), ("role", Output.text(delivery["role"])), ("row", Output.text(delivery["row"])),
      ("note", Output.text(delivery["note"])), ("fault", Output.text(delivery["fault"])), ("due", HumanTime.local(delivery["due"])),
    ])
  }

  private static func aligned(_ pairs: [(String, String)]) -> [String] {
    pairs.filter { !$0.1.isEmpty }.map { name, value in name + String(repeating: " ", count: 13 - name.count) + value }
  }
}
