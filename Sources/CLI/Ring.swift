import ArgumentParser
import Bellhop
import Curl
import Gateway

struct Ring: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send a test message through a channel or transport, and show the vendor's answer.",
    discussion:
      "Goes through the running gateway; without one, straight from the configuration file. Ends with 1 when a place did not take it.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "A channel or a transport of the configuration.")
  var name: String
  @Option(help: ArgumentHelp("What it says.", valueName: "text"))
  var text: String?

  func run() async throws {
    let answer = try await rung()
    if let error = answer["error"]?.string { throw CommandEnd.wanting(Output.printable(error)) }
    let places = answer["rung"]?.array ?? []
    guard !places.isEmpty else { throw CommandEnd.wanting("\(name) leads nowhere: give it a transport in \(config.path)") }
    try Self.table(places).print()
    for place in places {
      guard let found = place["found"]?.array, !found.isEmpty else { continue }
      try Terminal.say("\nWhat \(Output.text(place["place"])) found:")
      for line in found { try Terminal.say("  \(Output.text(line))") }
    }
    if places.contains(where: { $0["outcome"]?.string != "delivered" }) { throw CommandEnd.wanting() }
  }

  private func rung() async throws -> JSON {
    let loaded = try config.load()
    guard FileAccess.exists(loaded.socket) else { return await alone(try config.whole()) }
    var body: JSON.Object = ["name": .string(name)]
    if let text { body["text"] = .string(text) }
    let request = JSON.object(body)
    let answer = try await config.withClient { client async throws -> JSON? in
      // Asked first, so that a message whose answer was lost is never rung a second time from here.
      guard await Self.isUp(client) else { return nil }
      return try await client.call("POST", "/v1/ring", body: request, timeout: .seconds(180))
    }
    if let answer { return answer }
    return await alone(try config.whole())
  }

  /// False for a socket that nobody listens on: its gateway died without removing it.
  static func isUp(_ client: Client) async -> Bool {
    if case .failed(_, sent: false) = await client.send(Request("GET", "http://localhost/healthz", unixSocket: client.socket)) {
      return false
    }
    return true
  }

  private func alone(_ loaded: Loaded) async -> JSON {
    Terminal.complain("The gateway is not running: ringing straight from \(config.path).")
    return await Gateway.ring(loaded, name: name, text: text)
  }

  static func table(_ places: [JSON]) -> TextTable {
    TextTable(
      ["PLACE", "OUTCOME", "TOOK", "ANSWER"],
      places.map { place in
        [Output.text(place["place"]), Output.text(place["outcome"]), "\(place["took_ms"]?.plain ?? "0")ms", Output.text(place["line"])]
      })
  }
}
