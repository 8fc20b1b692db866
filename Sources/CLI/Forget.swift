import ArgumentParser
import Bellhop

struct Forget: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Erase everything that was said about a subject.",
    discussion: "Its events stay in the history as empty husks; what still waits about it is not sent any more.")

  @OptionGroup var config: ConfigOption
  @Option(help: ArgumentHelp("Whom to forget: the subject, exactly as it was sent.", valueName: "name"))
  var subject: String
  @Flag(help: "Do not ask.")
  var yes = false

  func run() async throws {
    let subject = subject
    let yes = yes
    try await config.withClient { client in
      try Terminal.confirm("Erase everything that was said about \(Output.printable(subject))?", yes: yes)
      let count = try await Self.erase(subject, client)
      try Terminal.say(count == 0 ? "No events about \(Output.printable(subject))." : "Erased \(Output.count(count, "event")).")
    }
  }

  /// A thousand events at a time: a person can be the subject of many. The last request empties the store's files too.
  private static func erase(_ subject: String, _ client: Client) async throws(CommandEnd) -> Int {
    var count = 0
    while true {
      let answer = try await client.call("POST", "/v1/forget", body: ["subject": .string(subject), "limit": 1_000], timeout: .seconds(600))
      count += Int(answer["forgotten"]?.int ?? 0)
      guard answer["more"]?.bool == true else { break }
      Progress.show("erased \(Output.count(count, "event")) …")
    }
    Progress.clear()
    return count
  }
}
