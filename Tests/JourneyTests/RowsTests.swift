import Bellhop
import Foundation
import Testing

/// What rows sent, by the command that people type.
@Suite(.serialized) struct RowsJourneys {
  @Test func whatEachRowSent() async throws {
    let folder = try Folder()
    try folder.write(
      BacktestJourneys.yaml(", dedupe: { within: 1h }", rest: "  office: [ { match: { type: never.seen }, to: chat } ]\nunrouted: chat"))
    func rows(_ arguments: String...) async throws -> Binary.Ended {
      try await Binary.run(["rows", "--config", folder.config] + arguments)
    }
    #expect(try await rows().status == 75)
    let gateway = try await RunningGateway.start(folder)
    let empty = try await rows()
    #expect(empty.out.contains("never") && empty.out.contains("(rows without a name)"), "\(empty)")
    #expect(
      await gateway.post([
        ["id": "1", "type": "db.firing", "subject": "a"], ["id": "2", "type": "db.firing", "subject": "a"],
        ["id": "3", "type": "nobody.knows"],
      ]))
    let told = try await rows("--json").out.split(separator: "\n").map { try JSON(parsing: String($0)) }
    #expect(told.map { $0["role"]?.string } == ["devops", "devops", "office", ""], "\(told)")
    #expect(told[0]["sent"] == ["today": 1, "yesterday": 0, "week": 1] && told[0]["held_back"]?["week"] == 1, "\(told)")
    #expect(told[0]["last"]?.string.flatMap { Timestamp(rfc3339: $0) } != nil && told[0]["never"] == nil)
    #expect(told[1]["never"] == true && told[2]["never"] == true && told[2]["row"] == nil)
    #expect(told[3]["sent"]?["week"] == 1)
    #expect(try await gateway.ask("GET", "/v1/rows").json["cut"] == false)
    #expect(await gateway.stop() == 0)
  }
}
