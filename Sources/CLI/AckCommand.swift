import ArgumentParser
import Bellhop

struct AckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Acknowledge what rows with until_ack tell again and again.",
    discussion: "The others who were told hear of it, quietly. Without --role it is for all roles that wait for an answer.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "The event's id, or its number in the history; that of a reminder does as well.")
  var event: String
  @Option(help: ArgumentHelp("For this role only; the others are told on.", valueName: "name"))
  var role: String?
  @Option(help: ArgumentHelp("Who is at it; without it, the name of who says this.", valueName: "name"))
  var who: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    var body: JSON.Object = ["event": .string(event), "who": .string(who ?? SilenceOptions.user)]
    body["role"] = role.map(JSON.string)
    let request = JSON.object(body)
    let done = try await config.withClient { try await $0.call("POST", "/v1/acks", body: request) }
    if json { return try Terminal.say(done.text) }
    let rows = (done["acknowledged"]?.array ?? []).map { "\(Output.text($0["role"])), \(Output.text($0["row"]))" }
    try Terminal.say("Acknowledged event \(Output.text(done["event"])) for \(rows.joined(separator: "; ")).")
  }
}
