import ArgumentParser
import Bellhop
import Curl

struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until the gateway is ready, or has nothing left to deliver.", discussion: "Ends with 75 when that takes too long.")

  @OptionGroup var config: ConfigOption
  @Option(name: .customLong("for"), help: ArgumentHelp("How long to wait at most.", valueName: "duration"), transform: WaitCommand.duration)
  var limit: Duration = .seconds(30)
  @Flag(help: "Wait until no lane has anything waiting or in flight.")
  var idle = false

  func run() async throws {
    let limit = limit
    let idle = idle
    try await config.withClient { client in
      let clock = ContinuousClock()
      let end = clock.now + limit
      while let obstacle = try await Self.obstacle(client, idle: idle) {
        guard clock.now < end else { throw CommandEnd.later("waited for \(limit.short) in vain: \(obstacle)") }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  /// What still stands in the way; nil for nothing.
  static func obstacle(_ client: Client, idle: Bool) async throws(CommandEnd) -> String? {
    let response: Response
    do {
      response = try await client.exchange("GET", "/readyz", timeout: .seconds(5))
    } catch  where error.code == 75 {
      return error.text
    }
    guard response.status == 200 else {
      let why = (try? JSON(parsing: response.body)).flatMap { $0["detail"]?.string ?? $0["title"]?.string }
      return "the gateway is not ready\(why.map { ": \(Output.printable($0))" } ?? "")"
    }
    guard idle else { return nil }
    let lanes = try await client.call("GET", "/v1/lanes")["lanes"]?.array ?? []
    let busy = lanes.filter { ($0["waiting"]?.int ?? 0) + ($0["in_flight"]?.int ?? 0) > 0 }
    guard !busy.isEmpty else { return nil }
    let names = busy.map { lane in
      "\(Output.text(lane["lane"])) (\(Output.text(lane["waiting"])) waiting, \(Output.text(lane["in_flight"])) in flight)"
    }
    return "still to be delivered: \(names.joined(separator: ", ")); `bellhop lane list --config \(client.path)` tells more"
  }

  /// A length of time on the command line.
  @Sendable static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(parsing: text) else { throw ValidationError("\(text) is no length of time: write 90s, 15m or 2h") }
    return duration
  }
}
