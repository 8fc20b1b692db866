import ArgumentParser
import Bellhop
import Gateway

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show, role by role, which row would win an event, and why the earlier ones would not.",
    discussion: "Works from the file alone: no gateway needs to run, and nothing is sent.")

  @OptionGroup var config: ConfigOption
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
    let time = at.flatMap { Timestamp(rfc3339: $0) }
    let event = try Self.event(try event.object(), sender: sender, at: time ?? Moment.now())
    let loaded = try config.usable()
    guard let explanation = Gateway.explain(loaded, event: event, at: time) else { throw Ending.wanting("\(config.path) cannot be used") }
    Terminal.say(json ? explanation.json.text : explanation.text)
  }

  /// The keys that the history adds to an event: an event out of `bellhop search --json` can be explained as it is.
  private static let added: Set<String> = ["sequence", "received", "fate", "note", "deliveries"]

  /// The event as a sender of that name would have it.
  static func event(_ object: JSON.Object, sender: String?, at now: Timestamp) throws(Ending) -> Event {
    let known = ["id", "sender", "source", "type", "subject", "severity", "time", "text"]
    for member in object.members where member.key != "data" && !added.contains(member.key) {
      guard known.contains(member.key) else {
        throw .misuse("the event's key \(Output.printable(member.key)) is unknown: what is your own goes under data")
      }
      guard member.value.string != nil || member.value.isNull else { throw .misuse("the event's \(member.key) must be a string") }
    }
    let severity = object["severity"]?.string ?? Severity.info.word
    guard let severity = Severity(word: severity) else {
      throw .misuse("the event's severity \(Output.printable(severity)) is none of \(Severity.allValueStrings.joined(separator: ", "))")
    }
    var time = now
    if let text = object["time"]?.string {
      guard let parsed = Timestamp(rfc3339: text) else { throw .misuse("the event's time must be like 2026-11-23T09:30:00Z") }
      time = parsed
    }
    if let data = object["data"], !data.isNull, data.object == nil { throw .misuse("the event's data must be an object") }
    let sender = sender ?? object["sender"]?.string ?? "local"
    return Event(
      id: object["id"]?.string ?? "explain", sender: sender, source: object["source"]?.string ?? sender,
      type: object["type"]?.string ?? "message", subject: object["subject"]?.string, severity: severity, time: time,
      text: object["text"]?.string, data: object["data"]?.object ?? [:])
  }
}
