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
      let answer = try await client.call("POST", "/v1/forget", body: ["subject": .string(subject)], timeout: .seconds(600))
      let count = Int(answer["forgotten"]?.int ?? 0)
      Terminal.say(count == 0 ? "No events about \(Output.printable(subject))." : "Erased \(Output.count(count, "event")).")
    }
  }
}
