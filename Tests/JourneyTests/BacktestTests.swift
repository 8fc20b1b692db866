import Bellhop
import Foundation
import Testing

/// The real past through other rules, by the command that people type.
@Suite(.serialized) struct BacktestJourneys {
  static func yaml(_ rules: String, rest: String = "") -> String {
    """
    server: { listen: "127.0.0.1:0" }
    transports: { chat: { use: stdout } }
    roles:
      devops:
        - { name: problems, match: { type: ["db.firing", "db.resolved"] }, to: chat, alert: loud\(rules) }
        - { name: rest, match: { type: "user.*" }, to: chat }
    \(rest)
    """
  }

  @Test func theRealPastThroughOtherRules() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml(", dedupe: { within: 1h }"))
    let other = "\(folder.path)/new.yaml"
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments + ["--config", folder.config]) }
    #expect(try await bellhop("explain", "--past", "7d").status == 75, "the history is the running gateway's")
    let gateway = try await RunningGateway.start(folder)
    #expect(
      await gateway.post([
        ["id": "1", "type": "db.firing", "subject": "a"], ["id": "2", "type": "db.firing", "subject": "a"],
        ["id": "3", "type": "db.resolved", "subject": "a"], ["id": "4", "type": "db.firing", "subject": "b"],
        ["id": "5", "type": "user.registered", "subject": "ada"], ["id": "6", "type": "net.firing", "subject": "c"],
      ]))
    let old = try await bellhop("explain", "--past", "7d")
    #expect(old.status == 0 && old.out.hasPrefix("6 events from "), "\(old)")
    // The first of a, its end with what was counted, its own end, and b.
    let lines = old.out.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    #expect(lines.contains("ROLE ROW MESSAGES LOUD LONGEST WAIT"), "\(old.out)")
    #expect(lines.contains { $0.hasPrefix("devops rest 1 0 ") }, "\(old.out)")
    #expect(lines.contains { $0.hasPrefix("total ") }, "\(old.out)")
    #expect(old.out.contains("Nobody would have been told of 1 problem:") && old.out.contains("no row wants it"), "\(old.out)")

    // A problem that heals before it is told, and one that waits still.
    try Data(Self.yaml(", settle: 1h").utf8).write(to: URL(filePath: other))
    let both = try await bellhop("explain", "--past", "7d", "--with", other)
    #expect(both.status == 0, "\(both)")
    #expect(both.out.contains("Nobody would have been told of 2 problems, 1 of them told under the rules in force:"), "\(both.out)")
    #expect(both.out.contains("settle: healed in "), "\(both.out)")
    let json = try JSON(parsing: try await bellhop("explain", "--past", "7d", "--with", other, "--json").out)
    let problems = try #require(json["rows"]?.array?.first { $0["row"] == "problems" })
    #expect(json["events"] == 6 && problems["now"]?["messages"] == 0, "\(json)")
    #expect((problems["then"]?["loud"]?.int ?? 0) >= 3, "\(json)")
    #expect(json["missed"]?.array?.map { $0["subject"]?.string } == ["a", "c"], "\(json)")
    #expect(json["missed"]?.array?.first?["then"] == nil && json["missed"]?.array?.last?["then"] == "no row wants it", "\(json)")

    try Data(Self.yaml(", setle: 1h, dedupe: { witin: 1h }").utf8).write(to: URL(filePath: other))
    let wrong = try await bellhop("explain", "--past", "7d", "--with", other)
    #expect(
      wrong.status == 1 && wrong.err.contains("did you mean \"settle\"?") && wrong.err.contains("did you mean \"within\"?"), "\(wrong)")
    for arguments in [
      ["--past", "7d", "--type", "a"], ["--with", other], ["--past", "soon"], ["--past", "0s"], ["--past", "7d", "--with", "\(other).not"],
      ["--past", "7d", "--at", "2026-11-23T09:30:00Z"],
    ] {
      let ended = try await Binary.run(["explain", "--config", folder.config] + arguments)
      #expect(ended.status == 2, "\(arguments): \(ended)")
    }
    #expect(await gateway.stop() == 0)
  }
}
