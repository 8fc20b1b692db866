import ArgumentParser
import Bellhop

struct DeadRedirect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redirect",
    abstract: "Send dead deliveries to another channel: new deliveries of the same events; the old ones keep their place, with a note.")

  @OptionGroup var config: ConfigOption
  @OptionGroup var selection: DeadChoice
  @Option(help: ArgumentHelp("The channel.", valueName: "channel"))
  var to: String

  func run() async throws {
    var body = selection.body
    body["to"] = .string(to)
    let asked = body
    let (count, redirected) = try await config.withClient {
      try await DeadChoice.each("redirect", asked, shown: { "sent \($0) to \(to)" }, $0)
    }
    guard count > 0 || !selection.all else { return try Terminal.say("No dead deliveries that are not at \(to) already.") }
    if count > 0 { try Terminal.say("Sent \(Output.count(count, "delivery", "deliveries")) to \(to).") }
    try selection.complain(redirected, "not sent", "only dead and unclear deliveries can be, once to each channel: see `bellhop dead list`")
  }
}

/// Which dead deliveries are meant: some by number, or all.
struct DeadChoice: ParsableArguments {
  @Argument(help: "Ids, from the list.")
  var ids: [Int64] = []
  @Flag(help: "All dead deliveries.")
  var all = false
  @Option(help: ArgumentHelp("With --all: only those for this destination.", valueName: "name"))
  var destination: String?
  @Option(help: ArgumentHelp("With --all: only those of this role.", valueName: "role"))
  var role: String?

  mutating func validate() throws {
    if all == !ids.isEmpty { throw ValidationError("Say which: ids from `bellhop dead list`, or --all.") }
    if destination != nil && !all { throw ValidationError("--destination goes with --all.") }
    if role != nil && !all { throw ValidationError("--role goes with --all.") }
  }

  var body: JSON.Object { Self.body(ids: ids, destination: destination, role: role) }

  static func body(ids: [Int64], destination: String?, role: String? = nil) -> JSON.Object {
    if !ids.isEmpty { return ["ids": .array(ids.map(JSON.int))] }
    var body: JSON.Object = ["state": "dead", "limit": 1_000]
    if let destination { body["destination"] = .string(destination) }
    if let role { body["role"] = .string(role) }
    return body
  }

  /// Page after page, where there are many.
  /// - Parameters:
  ///   - word: `retry` or `redirect`.
  ///   - shown: the progress, of so many deliveries.
  static func each(
    _ word: String, _ body: JSON.Object, shown: (String) -> String, _ client: Client
  ) async throws(CommandEnd) -> (count: Int, told: [Int64]) {
    var body = body
    var count = 0
    var told: [Int64] = []
    while true {
      let answer = try await client.call("POST", "/v1/deliveries/\(word)", body: .object(body), timeout: .seconds(600))
      count += Int(answer["count"]?.int ?? 0)
      told += (answer["retried"]?.array ?? answer["redirected"]?.array ?? []).compactMap(\.int)
      guard let next = answer["next"] else { break }
      body["before"] = next
      Progress.show("\(shown(Output.count(count, "delivery", "deliveries"))) …")
    }
    Progress.clear()
    return (count, told)
  }

  /// Names those that were asked for and not done.
  func complain(_ done: [Int64], _ words: String, _ why: String) throws(CommandEnd) {
    let left = all ? [] : ids.filter { !done.contains($0) }
    if !left.isEmpty { throw .wanting("\(words): \(left.map(String.init).joined(separator: ", ")); \(why)") }
  }
}
