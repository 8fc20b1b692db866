import ArgumentParser
import Bellhop
import Glibc

struct SilenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence",
    abstract: "Hold back what is known for a while: make silences, look at them, change and end them.",
    discussion: """
      A filter says which events: type:payment.* severity:error+ subject:jane@example.com data.amount>100 -sender:test "card declined".
      Terms must all hold, - in front turns one round, and commas part alternatives. What is held back stays in the history.
      """,
    subcommands: [SilenceListing.self, SilenceAdd.self, SilenceEdit.self, SilenceExtend.self, SilenceEnd.self],
    defaultSubcommand: SilenceListing.self)

  struct SilenceListing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the silences that hold now, and those to come.")

    @OptionGroup var config: ConfigOption
    @Flag(help: "Show also those that ended in the last 30 days.")
    var all = false
    @Flag(help: "Print JSON, a silence a line.")
    var json = false

    func run() async throws {
      var found = try await config.withClient { try await $0.call("GET", "/v1/silences")["silences"]?.array ?? [] }
      if !all { found.removeAll { $0["state"]?.string == "ended" } }
      if json { return try found.forEach { try Terminal.say($0.text) } }
      guard !found.isEmpty else { return try Terminal.say(all ? "No silences." : "No silences; --all shows those that have ended.") }
      try SilenceCommand.table(found).print()
    }
  }

  static func table(_ silences: [JSON]) -> TextTable {
    TextTable(
      ["ID", "STATE", "FROM", "UNTIL", "HITS", "WHO", "WHY", "ROLE", "ROW", "FILTER"],
      silences.map { silence in
        let isComing = silence["state"]?.string == "coming"
        let hits = silence["hits"]?.int == 0 ? (isComing ? "" : "never") : Output.text(silence["hits"])
        return [
          Output.text(silence["id"]), Output.text(silence["state"]), isComing ? HumanTime.local(silence["from"]) : "",
          HumanTime.local(silence["until"]), hits, Output.text(silence["who"]), Output.text(silence["why"]), Output.text(silence["role"]),
          Output.text(silence["row"]), silence["filter"]?.string == "" ? "every event" : Output.text(silence["filter"]),
        ]
      })
  }

  /// What became of it, in one line.
  static func line(_ verb: String, _ silence: JSON) -> String {
    "\(verb) silence \(Output.text(silence["id"])), until \(HumanTime.local(silence["until"]))."
  }

  /// Of the last day's events, as far as they were looked at.
  static func matched(_ answer: JSON) -> String? {
    guard let matched = answer["matched"], let events = matched["events"]?.int, let of = matched["of"]?.int, of > 0 else { return nil }
    return events == 0
      ? "It would have held none of the last day's events: is the filter right?"
      : "It would have held \(events) of \(Output.count(Int(of), "event")) of the last day."
  }
}

/// What can be said of a silence, new or old.
struct SilenceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only what this role would hear.", valueName: "name"))
  var role: String?
  @Option(help: ArgumentHelp("Only what the row of this name would say.", valueName: "name"))
  var row: String?
  @Option(
    name: .customLong("for"), help: ArgumentHelp("How long, such as 2h.", valueName: "duration"), transform: WaitCommand.duration)
  var length: Duration?
  @Option(help: ArgumentHelp("Until when: 18:00, \"2026-11-23 18:00\" or 2026-11-23T18:00:00Z.", valueName: "time"))
  var until: String?
  @Option(help: ArgumentHelp("From when on, in the same forms; without it, now.", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Why, for whoever wonders about the quiet.", valueName: "text"))
  var why: String?
  @Option(help: ArgumentHelp("Who makes it; without it, the name of who says this.", valueName: "name"))
  var who: String?
  @Flag(help: "It may be about every event.")
  var all = false

  mutating func validate() throws {
    if length != nil, until != nil { throw ValidationError("Say --for or --until, not both.") }
    for (name, text) in [("until", until), ("from", from)] {
      guard let text, HumanTime.until(text, now: Timestamp.now) == nil else { continue }
      throw ValidationError("--\(name) \(text): write 18:00, \"2026-11-23 18:00\", 2026-11-23T18:00:00Z, or how long: 2h")
    }
  }

  func body(filter: String?, now: Timestamp) -> JSON.Object {
    var body = JSON.Object()
    body["filter"] = filter.map(JSON.string)
    body["role"] = role.map { $0.isEmpty ? .null : .string($0) }
    body["row"] = row.map { $0.isEmpty ? .null : .string($0) }
    body["from"] = from.flatMap { HumanTime.until($0, now: now) }.map { .string($0.rfc3339) }
    body["until"] = until.flatMap { HumanTime.until($0, now: now) }.map { .string($0.rfc3339) }
    body["for"] = length.map { .string($0.short) }
    body["who"] = who.map(JSON.string)
    body["why"] = why.map(JSON.string)
    if all { body["all"] = true }
    return body
  }

  /// The name of who is at the keyboard, also behind sudo.
  static var user: String {
    for name in ["SUDO_USER", "USER", "LOGNAME"] {
      if let user = Terminal.environment(name), !user.isEmpty { return user }
    }
    return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
  }
}

extension SilenceCommand {
  struct SilenceAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make a silence.",
      discussion: "For example: bellhop silence add type:payment.* 'data.amount<5' --for 2h --why 'the provider tests'")

    @OptionGroup var config: ConfigOption
    @Argument(help: ArgumentHelp("Which events; put what the shell would take in quotes.", valueName: "filter"))
    var filter: [String] = []
    @OptionGroup var options: SilenceOptions
    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
      if options.length == nil, options.until == nil { throw ValidationError("Say how long: --for 2h or --until 18:00.") }
      if options.why == nil { throw ValidationError("Say --why, for whoever wonders about the quiet.") }
      if filter.isEmpty, !options.all, options.row == nil { throw ValidationError("Say which events, or --all for every one.") }
    }

    func run() async throws {
      var body = options.body(filter: filter.joined(separator: " "), now: Timestamp.now)
      if body["who"] == nil { body["who"] = .string(SilenceOptions.user) }
      let request = JSON.object(body)
      let made = try await config.withClient { try await $0.call("POST", "/v1/silences", body: request) }
      if json { return try Terminal.say(made.text) }
      try Terminal.say(SilenceCommand.line("Made", made))
      if let matched = SilenceCommand.matched(made) { try Terminal.say(matched) }
    }
  }

  struct SilenceEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "edit", abstract: "Change what is said of a silence; the rest stays.",
      discussion: "--role '' and --row '' take those away again.")

    @OptionGroup var config: ConfigOption
    @Argument(help: "The silence's id, from the list.")
    var id: Int64
    @Option(help: ArgumentHelp("Which events.", valueName: "filter"))
    var filter: String?
    @OptionGroup var options: SilenceOptions

    func run() async throws {
      let body = options.body(filter: filter, now: Timestamp.now)
      guard body.keys.contains(where: { $0 != "all" }) else { throw CommandEnd.misuse("say what to change, such as --until 18:00") }
      let (path, request) = ("/v1/silences/\(id)", JSON.object(body))
      let changed = try await config.withClient { try await $0.call("PATCH", path, body: request) }
      try Terminal.say(SilenceCommand.line("Changed", changed))
    }
  }

  struct SilenceExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "extend", abstract: "Let a silence end later.")

    @OptionGroup var config: ConfigOption
    @Argument(help: "The silence's id, from the list.")
    var id: Int64
    @Option(
      name: .customLong("for"), help: ArgumentHelp("How much later than it would, such as 2h.", valueName: "duration"),
      transform: WaitCommand.duration)
    var length: Duration?
    @Option(help: ArgumentHelp("Until when: 18:00, \"2026-11-23 18:00\" or 2026-11-23T18:00:00Z.", valueName: "time"))
    var until: String?

    mutating func validate() throws {
      guard (length == nil) != (until == nil) else { throw ValidationError("Say how much later: --for 2h or --until 18:00.") }
      if let until, HumanTime.until(until, now: Timestamp.now) == nil {
        throw ValidationError("--until \(until): write 18:00, \"2026-11-23 18:00\", 2026-11-23T18:00:00Z, or how long: 2h")
      }
    }

    func run() async throws {
      var body = JSON.Object()
      body["extend"] = length.map { .string($0.short) }
      body["until"] = until.flatMap { HumanTime.until($0, now: Timestamp.now) }.map { .string($0.rfc3339) }
      let (path, request) = ("/v1/silences/\(id)", JSON.object(body))
      let changed = try await config.withClient { try await $0.call("PATCH", path, body: request) }
      try Terminal.say(SilenceCommand.line("Extended", changed))
    }
  }

  struct SilenceEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "end", abstract: "End silences now.", discussion: "What they held back is not told afterwards; the history has it.")

    @OptionGroup var config: ConfigOption
    @Argument(help: "Ids, from the list.")
    var ids: [Int64]

    func run() async throws {
      let ids = ids
      try await config.withClient { client in
        for id in ids {
          _ = try await client.call("DELETE", "/v1/silences/\(id)")
          try Terminal.say("Ended silence \(id).")
        }
      }
    }
  }
}
