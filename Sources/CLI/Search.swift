import ArgumentParser
import Bellhop
import Store

struct Search: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search what happened, newest first.",
    discussion: """
      Terms stand side by side and must all hold: words (declined), beginnings of words (fail*), phrases ("card declined"), whole addresses, \
      type:payment.*, severity:error+, subject:, sender:, source:, data.amount>100, role:finance, row:, state:dead, since:7d, until:2h, and \
      -term for what must not be. In a shell, put the whole in single quotes. An event's id alone shows that event, as `bellhop show` does.
      """)

  @OptionGroup var config: ConfigOption
  @Argument(help: "What to look for: 'type:payment.failed since:7d data.amount>100'.")
  var terms: [String] = []
  @Option(help: ArgumentHelp("Only this type; * stands for one segment, ** for any.", valueName: "glob"))
  var type: String?
  @Option(help: ArgumentHelp("Only about this subject.", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("Only what this role heard of.", valueName: "name"))
  var role: String?
  @Option(help: ArgumentHelp("Only since then: 2h, \"2h ago\" or 2026-11-23T09:30:00Z.", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("How many at most. (default: 50; of an export all)", valueName: "number"))
  var limit: Int?
  @Flag(help: "Print JSON, an event a line.")
  var json = false
  @Option(help: ArgumentHelp("Write all that is found, the newest first: csv or ndjson.", valueName: "form"))
  var export: ExportFormat?
  @Option(help: ArgumentHelp("Where to: a file that is not there yet. (default: standard output)", valueName: "file"), completion: .file())
  var output: String?

  mutating func validate() throws {
    if let limit, limit <= 0 { throw ValidationError("--limit \(limit): write a number above 0") }
    if let since, HumanTime.since(since, now: Timestamp.now) == nil {
      throw ValidationError("--since \(since): write how long ago, like 2h, or a time like 2026-11-23T09:30:00Z")
    }
    if output != nil, export == nil { throw ValidationError("--output: say in which form with --export csv or --export ndjson") }
    if json, export != nil { throw ValidationError("--json: an export says its form itself: --export ndjson") }
  }

  func run() async throws {
    let query: [(String, String?)] = [
      ("q", terms.isEmpty ? nil : terms.joined(separator: " ")), ("type", type), ("subject", subject), ("role", role),
      ("since", since.flatMap { HumanTime.since($0, now: Timestamp.now) }?.rfc3339),
    ]
    if let export { return try await write(query, as: export) }
    let json = json
    let limit = limit ?? 50
    // One word may be an id: apps and `send` know those.
    let id = terms.count == 1 && type == nil && subject == nil && role == nil && since == nil ? terms[0] : nil
    let (known, found) = try await config.withClient { client in
      if let id, let event = try await ShowEvent.event(id, client), event["id"]?.string == id { return (Optional(event), SearchFinds()) }
      return (nil, try await SearchFinds(client, query, limit: limit))
    }
    if let known { return try ShowEvent.print(known, json: json) }
    if found.events.isEmpty, let role, let doubt = Self.doubt(role, among: try config.load().roles) { throw CommandEnd.wanting(doubt) }
    if json {
      for event in found.events { try Terminal.say(event.text) }
    } else if found.events.isEmpty {
      try Terminal.say(found.emptiness(isNarrowed: query.contains { $0.1 != nil }))
    } else {
      try Self.table(found.events).print()
    }
    if let end = found.end(limit: limit) { Terminal.complain(end) }
  }

  private func write(_ query: [(String, String?)], as form: ExportFormat) async throws {
    let (limit, output) = (limit, output)
    try await config.withClient { client in
      let sink = try ExportSink(output)
      let told: String
      do throws(CommandEnd) {
        told = try await ExportRun(client, query, form, limit: limit).run(to: sink)
        try sink.close()
      } catch {
        sink.abandon()
        throw error
      }
      Terminal.complain(told)
    }
  }

  /// Nothing was found for a role that the configuration does not have; nil where it has it, or is not known.
  static func doubt(_ role: String, among roles: [String]) -> String? {
    if roles.isEmpty || roles.contains(role) { return nil }
    let near = role.nearest(among: roles).map { "did you mean \($0)? " } ?? ""
    return
      "there is no role \(Output.printable(role)) in the configuration, and no event of one in the history: \(near)roles: \(roles.joined(separator: ", "))"
  }

  static func table(_ events: [JSON]) -> TextTable {
    TextTable(
      ["RECEIVED", "SEVERITY", "TYPE", "SUBJECT", "FATE", "ID", "TEXT"],
      events.map { event in
        let fate = Output.text(event["fate"])
        let text = Output.text(event["text"])
        let type = Output.text(event["type"])
        let subject = Output.text(event["subject"])
        return [
          HumanTime.local(event["received"]), Output.text(event["severity"]), type, subject, fate == Fate.planned.word ? "" : fate,
          Output.text(event["id"]), text == "\(type) \(subject)" || text == type ? "" : text,
        ]
      })
  }
}
