import Bellhop
import Foundation
import Testing

/// Silences by the commands that people type, against a gateway that runs.
@Suite(.serialized) struct SilenceJourneys {
  @Test func theirLife() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { log: { use: stdout } }
      roles: { growth: [ { name: signups, match: { type: "user.*" }, to: log } ] }
      """)
    func bellhop(_ arguments: String...) async throws -> Binary.Ended {
      try await Binary.run(arguments + ["--config", folder.config], environment: ["USER": "jane", "SUDO_USER": ""])
    }
    func list() async throws -> [JSON] {
      let ended = try await bellhop("silence", "list", "--all", "--json")
      return try ended.out.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
    #expect(try await bellhop("silence", "list").status == 75)

    var gateway = try await RunningGateway.start(folder)
    #expect(try await bellhop("silence").out == "No silences; --all shows those that have ended.\n")
    #expect(await gateway.post([["id": "1", "type": "user.registered", "subject": "ada@example.com"], ["id": "2", "type": "a.b"]]))
    let made = try await bellhop("silence", "add", "type:user.*", "subject:ada@example.com", "--for", "2h", "--why", "she tries things")
    #expect(made.status == 0 && made.out.hasPrefix("Made silence 1, until "), "\(made)")
    #expect(made.out.contains("It would have held 1 of 2 events of the last day."), "\(made.out)")
    let shown = try await bellhop("silence", "list").out
    #expect(shown.contains("jane") && shown.contains("never") && shown.contains("she tries things"), "\(shown)")

    let wrong = try await bellhop("silence", "add", "type:user.*", "tpye:a", "--for", "2h", "--why", "x")
    #expect(wrong.status == 1 && wrong.err.contains("\n    type:user.* tpye:a\n                ^^^^"), "\(wrong.err)")
    #expect(wrong.err.contains("/filter: there is no key tpye; did you mean type?"))
    #expect(try await bellhop("silence", "add", "type:**", "--for", "2h", "--why", "x").err.contains("this would silence every event"))
    #expect(try await bellhop("silence", "add", "a", "--role", "grwth", "--for", "2h", "--why", "x").err.contains("did you mean growth?"))

    // While it holds, both explanations say so.
    let arguments = ["explain", "--type", "user.registered", "--subject", "ada@example.com", "--config", folder.config]
    let explained = try await Binary.run(arguments)
    #expect(explained.out.contains("✗ growth, signups: silence 1 by jane until "), "\(explained.out)")
    let served = try await gateway.ask("POST", "/v1/explain", ["event": ["type": "user.registered", "subject": "ada@example.com"]])
    #expect(served.json["silenced"]?.array?.first?["silence"] == 1)

    // It outlives the process.
    await gateway.stop()
    #expect(try await !Binary.run(arguments).out.contains("held back"))
    gateway = try await RunningGateway.start(folder)
    let before = try #require(try await list().first?["until"]?.string.flatMap { Timestamp(rfc3339: $0) })
    #expect(try await bellhop("silence", "extend", "1", "--for", "1h").status == 0)
    #expect(try await list().first?["until"]?.string == (before + .seconds(3_600)).rfc3339)
    #expect(try await bellhop("silence", "edit", "1", "--why", "still", "--filter", "type:user.registered", "--who", "joe").status == 0)
    let edited = try await list().first
    #expect(edited?["why"] == "still" && edited?["filter"] == "type:user.registered" && edited?["who"] == "joe")
    #expect(try await bellhop("silence", "edit", "1").status == 2)
    #expect(try await bellhop("silence", "end", "1").out == "Ended silence 1.\n")
    #expect(try await list().first?["state"] == "ended")
    #expect(try await bellhop("silence", "end", "9").err.contains("there is no silence 9"))
    #expect(try await bellhop("silence", "extend", "1", "--for", "1h").err.contains("make a new one"))
    #expect(
      try await bellhop("silence", "add", "a", "--from", "1h", "--for", "1h", "--why", "x", "--json").out.contains(#""state":"coming""#))
    await gateway.stop()
  }
}
