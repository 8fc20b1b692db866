import ArgumentParser
import Bellhop
import Curl

struct Reload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have the running gateway read its configuration anew.",
    discussion: "Prints what changed. A configuration with mistakes changes nothing: they are listed, and the command ends with 1.")

  @OptionGroup var config: ConfigOption

  func run() async throws {
    let response = try await config.withClient { try await $0.exchange("POST", "/v1/reload") }
    let (lines, ending) = try Self.outcome(of: response)
    for line in lines { if ending == nil { try Terminal.say(line) } else { Terminal.complain(line) } }
    if let ending { throw ending }
  }

  static func outcome(of response: Response) throws(CommandEnd) -> (lines: [String], ending: CommandEnd?) {
    if response.status == 422, let document = try? JSON(parsing: response.body) {
      let mistakes = Client.mistakes(document)
      let count = mistakes.isEmpty ? "mistakes" : Output.count(mistakes.count, "mistake")
      return (mistakes, .wanting("nothing was changed: the new configuration has \(count)"))
    }
    guard (200..<300).contains(response.status) else { throw Client.ending(for: response) }
    let answer = try Client.json(response)
    let warnings = answer["warnings"]?.array?.map(\.plain) ?? []
    let text = answer["text"]?.string ?? ""
    return (warnings + [text.isEmpty ? "Nothing changed." : text], nil)
  }
}
