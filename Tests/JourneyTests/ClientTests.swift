import Bellhop
import BellhopClient
import Foundation
import Logging
import Testing

/// The Swift client beside a gateway that comes and goes.
@Suite(.serialized) struct ClientJourneys {
  private func options() -> ClientOptions {
    var options = ClientOptions()
    options.firstPause = .milliseconds(50)
    options.longestPause = .milliseconds(200)
    return options
  }

  private func subjects(_ gateway: RunningGateway) async throws -> [String] {
    var (subjects, query): ([String], String?) = ([], "limit=500")
    while let now = query {
      let page = try await gateway.ask("GET", "/v1/events?type=count.*&\(now)").json
      subjects += page["events"]?.array?.compactMap { $0["subject"]?.plain } ?? []
      query = page["next"]?.string.map { "limit=500&cursor=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
    }
    return subjects.reversed()
  }

  /// Killed again and again while an app tells it things: each arrives once, and in order.
  @Test func everyEventArrivesOnce() async throws {
    let folder = try Folder()
    try folder.write("server: { listen: \"127.0.0.1:0\" }\ntransports: { log: { use: stdout } }\nroles: {}\n")
    let client = try BellhopClient(socket: "\(folder.path)/data/bellhop.sock", options: options())
    client.post(type: "count.up", subject: "0", data: ["password": "hunter2"])
    var number = 1
    for _ in 0..<4 {
      let gateway = try await RunningGateway.start(folder)
      for _ in 0..<150 {
        client.post(type: "count.up", subject: "\(number)")
        number += 1
      }
      try await client.send(type: "count.up", subject: "\(number)")
      number += 1
      for _ in 0..<150 {
        client.post(type: "count.up", subject: "\(number)")
        number += 1
      }
      await gateway.kill()
    }
    let gateway = try await RunningGateway.start(folder)
    #expect(await client.shutdown(within: .seconds(30)) == 0)
    #expect(client.counts.sent == number && client.counts.dropped == 0)
    #expect(try await subjects(gateway) == (0..<number).map(String.init))
    let first = try await gateway.ask("GET", "/v1/events?q=0&type=count.up").json
    #expect(!first.text.contains("hunter2"))
    await gateway.stop()
  }

  @Test func overTCPWithATokenAndLogs() async throws {
    let folder = try Folder()
    try folder.write(
      "server: { listen: \"127.0.0.1:0\" }\nsenders: { shop: { secret: sesame-open-sesame } }\ntransports: { log: { use: stdout } }\nunrouted: log\n"
    )
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let client = try BellhopClient(url: "http://127.0.0.1:\(port)", token: "sesame-open-sesame", options: options())
    let id = try await client.send(type: "user.registered", subject: "ada", severity: .notice, data: ["plan": "pro", "seats": 3])
    let event = try await gateway.ask("GET", "/v1/events/\(id)").json
    #expect(event["sender"] == "shop" && event["severity"] == "notice" && event["data"] == ["plan": "pro", "seats": 3], "\(event.text)")
    await #expect(throws: BellhopClientError.self) { try await client.send(type: "not a type") }
    let logger = Logger(label: "shop") { BellhopLogHandler(label: $0, client: client) }
    logger.error("out of stock", metadata: ["item": "7", "token": "hunter2hunter2"])
    #expect(await client.shutdown() == 0)
    #expect(await eventually { gateway.log.contains("out of stock") })
    let logged = try await gateway.ask("GET", "/v1/events?type=log").json
    #expect(logged["events"]?.array?.count == 1 && !logged.text.contains("hunter2"), "\(logged.text)")
    await gateway.stop()
  }
}
