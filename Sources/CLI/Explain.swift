import ArgumentParser
import Bellhop
import Gateway

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show, role by role, which row would win an event, and why the earlier ones would not.",
    discussion: "Works from the file alone: no gateway needs to run, and nothing is sent.")

  @OptionGroup var config: ConfigOption
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var event: EventOptions
  @Option(help: ArgumentHelp("The sender it would come from.", valueName: "name"))
  var sender: String?
  @Option(help: ArgumentHelp("The time it would come at, in RFC 3339; without it, now.", valueName: "time"))
  var at: String?
  @Flag(help: "Print JSON.")
  var json = false

  mutating func validate() throws {
    if let at, Timestamp(rfc3339: at) == nil { throw ValidationError("--at \(at): write a time like 2026-11-23T09:30:00Z") }
  }

  func run() throws {
    let event = Self.posted(try event.object())
    let name = sender ?? event.sender
    let loaded = try config.usable(environmentFile: environment.envFile)
    let time = at.flatMap { Timestamp(rfc3339: $0) }
    guard let explanation = Gateway.explain(loaded, event: event.object, from: name, at: time, writtenLike: at) else {
      throw CommandEnd.wanting("\(config.path) cannot be used")
    }
    switch explanation {
    case .success(let explanation): try Terminal.say(json ? explanation.json.text : explanation.text)
    case .failure(let refused):
      throw CommandEnd.misuse("the gateway would not take this event:\n  \(refused.lines.map(Output.printable).joined(separator: "\n  "))")
    }
  }

  /// The keys that the history adds to an event: an event out of `bellhop search --json` can be explained as it is.
  private static let added: Set<String> = ["sequence", "received", "sender", "fate", "note", "deliveries"]

  /// The event as it was posted, and who did.
  static func posted(_ object: JSON.Object) -> (object: JSON.Object, sender: String?) {
    (JSON.Object(object.members.filter { !added.contains($0.key) }), object["sender"]?.string)
  }
}
