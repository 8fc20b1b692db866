import ArgumentParser
import Bellhop
import Gateway

struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show, role by role, which row would win an event, and why the earlier ones would not.",
    discussion: """
      Works from the file alone: no gateway needs to run, and nothing is sent. Where one runs, its silences are looked at too.

      A sender that speaks a dialect is given a request as its vendor sends it: bellhop explain --sender deploys < body.json
      tells which events it would become, and what would become of each.

      With --past it takes what really happened from the running gateway, and tells of each row how many messages the rules make of it, how many
      are loud, how long people waited, and which problems nobody was told of; --with new.yaml sets the rules of another file beside them.
      """)

  @OptionGroup var config: ConfigOption
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var event: EventOptions
  @Option(help: ArgumentHelp("The sender it would come from.", valueName: "name"))
  var sender: String?
  @Option(
    help: ArgumentHelp(
      "A request's body as the sender's vendor sends it; for senders that speak a dialect standard input is taken without it.",
      valueName: "file"), completion: .file())
  var body: String?
  @Option(help: ArgumentHelp("A header of that request; again for more.", valueName: "name: value"))
  var header: [String] = []
  @Option(help: ArgumentHelp("The time it would come at, in RFC 3339; without it, now.", valueName: "time"))
  var at: String?
  @Option(
    help: ArgumentHelp(
      "Events that came before, one a line with its time, as `bellhop search --json` prints them: what do the noise rules make of this one then?",
      valueName: "file"), completion: .file())
  var after: String?
  @Option(
    help: ArgumentHelp(
      "Run what happened in that time through the rules, instead of one event.", valueName: "duration"), transform: WaitCommand.duration)
  var past: Duration?
  @Option(
    help: ArgumentHelp("With --past: another configuration, to be compared with.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var with: String?
  @Flag(help: "Print JSON.")
  var json = false

  mutating func validate() throws {
    if with != nil, past == nil {
      throw ValidationError("--with compares two configurations: say with --past of which time, such as --past 7d")
    }
    if let past {
      guard past > .zero else { throw ValidationError("--past \(past.short): say how far back, such as 7d") }
      guard event.isEmpty, sender == nil, body == nil, header.isEmpty, at == nil, after == nil else {
        throw ValidationError("--past takes the events from the history: leave out what is said of one event")
      }
    }
    if after != nil, body != nil || !header.isEmpty {
      throw ValidationError("--after is for one event, not for a request: give it with --event or --type")
    }
    if let at, Timestamp(rfc3339: at) == nil { throw ValidationError("--at \(at): write a time like 2026-11-23T09:30:00Z") }
    if let stray = header.first(where: { Self.header($0) == nil }) {
      throw ValidationError("--header \(stray): write it like 'X-GitHub-Event: push'")
    }
    if sender == nil, body != nil || !header.isEmpty {
      throw ValidationError("--\(body == nil ? "header" : "body"): say with --sender whose request it is")
    }
  }

  func run() async throws {
    if let past {
      return try await ExplainPast(config: config, environmentFile: environment.envFile, length: past, with: with, json: json).run()
    }
    if let sender, event.isEmpty || body != nil || !header.isEmpty {
      let loaded = try config.usable(environmentFile: environment.envFile)
      if let dialect = Gateway.dialect(of: sender, in: loaded), !dialect.isOwn {
        return try await request(of: sender, dialect.name, loaded)
      }
      if let doubt = Gateway.doubt(aboutSender: sender, in: loaded) { throw CommandEnd.misuse("\(Output.printable(sender)): \(doubt)") }
      if body != nil || !header.isEmpty {
        throw CommandEnd.misuse(
          "\(Output.printable(sender)) speaks Bellhop's own form, not a vendor's: give the event with --event or --type")
      }
    }
    let event = Self.posted(try event.object())
    let name = sender ?? event.sender
    let loaded = try config.usable(environmentFile: environment.envFile)
    let time = at.flatMap { Timestamp(rfc3339: $0) }
    let before = try after.map { file throws(CommandEnd) in try Self.lines(of: file) }
    let silences = await config.silences(loaded)
    guard
      let explanation = Gateway.explain(
        loaded, event: event.object, from: name, at: time, writtenLike: at, silences: silences, after: before)
    else {
      throw CommandEnd.wanting("\(config.path) cannot be used")
    }
    switch explanation {
    case .success(let explanation): try Terminal.say(json ? explanation.json.text : explanation.text)
    case .failure(let refused):
      throw CommandEnd.misuse("the gateway would not take this event:\n  \(refused.lines.map(Output.printable).joined(separator: "\n  "))")
    }
  }

  /// Explains what a vendor's request would become.
  private func request(of sender: String, _ dialect: String, _ loaded: Loaded) async throws {
    guard event.isEmpty else {
      throw CommandEnd.misuse("--body and --header are for a request, which says itself what happened: drop the rest")
    }
    if body == nil, Terminal.isInteractive {
      Terminal.complain("Reading the request's body from standard input, as \(sender) speaks \(dialect); end it with Ctrl-D.")
    }
    let bytes = try FileAccess.read(body ?? "-")
    let headers = header.compactMap(Self.header)
    let silences = await config.silences(loaded)
    let explained = Gateway.explain(
      loaded, body: bytes, headers: headers, from: sender, at: at.flatMap { Timestamp(rfc3339: $0) }, writtenLike: at, silences: silences)
    switch explained {
    case nil: throw CommandEnd.wanting("\(config.path) cannot be used")
    case .failure(let refused)?:
      throw CommandEnd.wanting("the gateway would refuse this request:\n  \(refused.lines.map(Output.printable).joined(separator: "\n  "))")
    case .success(let events)?:
      if json { return try events.forEach { try Terminal.say(JSON.object(["event": .object($0.event), "explanation": $0.json]).text) } }
      if events.isEmpty { return try Terminal.say("The request says nothing that is an event.") }
      for (index, event) in events.enumerated() {
        if events.count > 1 { try Terminal.say("\(index == 0 ? "" : "\n")Event \(index + 1) of \(events.count)") }
        try Terminal.say(Capture.lines(of: event.event).joined(separator: "\n") + "\n\n" + event.text)
      }
    }
  }

  /// The events of a file, an object a line.
  static func lines(of file: String) throws(CommandEnd) -> [JSON.Object] {
    var lines: [JSON.Object] = []
    for (number, line) in try FileAccess.read(file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      guard let object = (try? JSON(parsing: Array(line)))?.object else {
        throw .misuse("\(file):\(number + 1): this is no event: give one a line, as a JSON object")
      }
      lines.append(object)
    }
    return lines
  }

  /// `Name: value`; nil for what is none.
  private static func header(_ text: String) -> (name: String, value: String)? {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(" ") else { return nil }
    return (String(parts[0]), String(parts[1].drop { $0 == " " }))
  }

  /// The event as it was posted, and who did: one out of `bellhop search --json` can be explained as it is.
  static func posted(_ object: JSON.Object) -> (object: JSON.Object, sender: String?) {
    (JSON.Object(object.members.filter { !Gateway.historyKeys.contains($0.key) }), object["sender"]?.string)
  }
}
