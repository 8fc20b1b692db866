import Bellhop
import BellhopClient
import Logging
import Loopback
import Testing

@Suite(.serialized) struct LogHandlerTests {
  private struct Talkative: CustomStringConvertible, Sendable {
    let logger: Logger
    var description: String {
      logger.critical("while it is described", metadata: ["again": .stringConvertible(self)])
      return "talkative"
    }
  }
  private struct Broken: Error {}

  private func logged(
    minimum: Logger.Level = .error, provider: Logger.MetadataProvider? = nil, _ work: (inout Logger) -> Void
  ) async throws -> [JSON] {
    let server = try LoopbackServer.start { _ in .answer(202) }
    defer { server.stop() }
    let client = try BellhopClient(url: server.url)
    var logger = Logger(label: "shop.checkout") {
      BellhopLogHandler(label: $0, client: client, minimum: minimum, metadataProvider: provider)
    }
    work(&logger)
    #expect(await client.shutdown(within: .seconds(20)) == 0)
    return try server.requests.flatMap { try $0.text.split(separator: "\n").map { try JSON(parsing: String($0)) } }
  }

  @Test func levelsAreSeverities() async throws {
    let events = try await logged(minimum: .trace) { logger in
      logger.logLevel = .trace
      for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
    }
    #expect(events.map { $0["severity"]?.plain } == ["debug", "debug", "info", "notice", "warning", "error", "critical"])
    #expect(events.map { $0["text"]?.plain } == Logger.Level.allCases.map(\.rawValue))
    #expect(events.allSatisfy { $0["type"] == "log" && $0["subject"] == "shop.checkout" })
  }

  /// A logger that is told to say more does not say more to the gateway.
  @Test func lessThanTheMinimumIsNotSent() async throws {
    let events = try await logged(minimum: .warning) { logger in
      logger.logLevel = .trace
      logger.notice("no")
      logger.warning("yes")
      logger.logLevel = .critical
      logger.error("not logged at all")
    }
    #expect(events.map { $0["text"]?.plain } == ["yes"])
  }

  @Test func metadataIsData() async throws {
    let provider = Logger.MetadataProvider { ["trace": "t1", "user": "of the surroundings"] }
    let events = try await logged(provider: provider) { logger in
      logger[metadataKey: "user"] = "of the logger"
      logger[metadataKey: "kept"] = "k"
      logger.error(
        "failed", error: Broken(),
        metadata: ["user": "ada", "list": ["a", ["b": "c"]], "number": .stringConvertible(7), "line": "own"])
    }
    let data = try #require(events.first?["data"])
    #expect(data["user"] == "ada" && data["kept"] == "k" && data["trace"] == "t1" && data["list"] == ["a", ["b": "c"]])
    #expect(data["number"] == "7" && data["line"] == "own" && data["module"] == "BellhopClientTests" && data["error"] == "Broken()")
    #expect(data["file"]?.string?.hasSuffix("LogTests.swift") == true && data["function"] != nil)
  }

  @Test func whatIsLoggedWhileLoggingIsNotSent() async throws {
    let events = try await logged { logger in
      logger.critical("outside", metadata: ["thing": .stringConvertible(Talkative(logger: logger))])
      logger.critical("afterwards")
    }
    #expect(events.map { $0["text"]?.plain } == ["outside", "afterwards"] && events.first?["data"]?["thing"] == "talkative")
  }

  @Test func whatIsEndlessIsCut() async throws {
    let events = try await logged { logger in
      var deep = Logger.MetadataValue.string("bottom")
      for _ in 0..<1_000 { deep = ["a": deep] }
      logger.error("\(String(repeating: "é", count: 100_000))", metadata: ["deep": deep])
    }
    let text = try #require(events.first?["text"]?.string)
    #expect(text.utf8.count < 32_780 && text.hasSuffix("é…"))
    #expect(events.first?["data"]?["deep"] != nil)
  }
}
