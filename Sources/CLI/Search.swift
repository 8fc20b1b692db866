import ArgumentParser
import Bellhop
import Store

struct Search: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search what happened, newest first.",
    discussion: "Every word must stand in an event's text, subject or data. An event's id alone shows that event, as `bellhop show` does.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "Words to look for.")
  var words: [String] = []
  @Option(help: ArgumentHelp("Only this type; * stands for one segment, ** for any.", valueName: "glob"))
  var type: String?
  @Option(help: ArgumentHelp("Only about this subject.", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("Only what this role heard of.", valueName: "name"))
  var role: String?
  @Option(help: ArgumentHelp("Only since then: 2h, \"2h ago\" or 2026-11-23T09:30:00Z.", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("How many at most.", valueName: "number"))
  var limit = 50
  @Flag(help: "Print JSON, an event a line.")
  var json = false

  mutating func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit \(limit): write a number above 0") }
    if let since, HumanTime.since(since, now: Timestamp.now) == nil {
      throw ValidationError("--since \(since): write how long ago, like 2h, or a time like 2026-11-23T09:30:00Z")
    }
  }

  func run() async throws {
    let json = json
    let limit = limit
    let query: [(String, String?)] = [
      ("q", words.isEmpty ? nil : words.joined(separator: " ")), ("type", type), ("subject", subject), ("role", role),
      ("since", since.flatMap { HumanTime.since($0, now: Timestamp.now) }?.rfc3339),
    ]
    // One word may be an id: apps and `send` know those.
    let id = words.count == 1 && type == nil && subject == nil && role == nil && since == nil ? words[0] : nil
    let (known, events) = try await config.withClient { client in
      if let id, let event = try await ShowEvent.event(id, client), event["id"]?.string == id { return (Optional(event), [JSON]()) }
      return (nil, try await Self.collect(client, query, limit: limit))
    }
    if let known { return try ShowEvent.print(known, json: json) }
    if events.isEmpty, let role, let doubt = Self.doubt(role, among: try config.load().roles) { throw CommandEnd.wanting(doubt) }
    if json { return try events.forEach { try Terminal.say($0.text) } }
    guard !events.isEmpty else { return try Terminal.say("No events found.") }
    try Self.table(events).print()
    if events.count == limit { Terminal.complain("There may be more: add --limit \(limit * 2), or narrow the search.") }
  }

  /// Nothing was found for a role that the configuration does not have; nil where it has it, or is not known.
  static func doubt(_ role: String, among roles: [String]) -> String? {
    if roles.isEmpty || roles.contains(role) { return nil }
    let near = role.nearest(among: roles).map { "did you mean \($0)? " } ?? ""
    return
      "there is no role \(Output.printable(role)) in the configuration, and no event of one in the history: \(near)roles: \(roles.joined(separator: ", "))"
  }

  /// Page by page: a page may be short, or even empty, with more behind it.
  static func collect(_ client: Client, _ query: [(String, String?)], limit: Int) async throws(CommandEnd) -> [JSON] {
    var events: [JSON] = []
    var cursor: String?
    repeat {
      let page = try await client.call(
        "GET", "/v1/events", query: query + [("cursor", cursor), ("limit", String(min(200, limit - events.count)))])
      events += page["events"]?.array ?? []
      let next = page["next"].flatMap { $0.isNull ? nil : $0.plain }
      // A cursor that stands still would be asked for forever.
      cursor = next == cursor ? nil : next
    } while cursor != nil && events.count < limit
    return Array(events.prefix(limit))
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
