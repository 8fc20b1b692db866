import Bellhop
import Foundation
import Testing

/// One event after a past, as `explain` tells it.
@Suite(.serialized) struct AfterJourneys {
  @Test func oneEventAfterAPast() async throws {
    let folder = try Folder()
    try folder.write(BacktestJourneys.yaml(", dedupe: { within: 1h }"))
    let past = "\(folder.path)/past.ndjson"
    func explain(_ lines: [String], _ arguments: String...) async throws -> Binary.Ended {
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: past))
      return try await Binary.run(
        ["explain", "--config", folder.config, "--type", "db.firing", "--subject", "a", "--at", "2026-11-23T10:00:00Z", "--after", past]
          + arguments)
    }
    // Newest first, as the history prints them, and one without an id twice.
    let lines = [
      #"{"type":"db.firing","subject":"b","time":"2026-11-23T09:50:00Z"}"#, "",
      #"{"sequence":7,"received":"2026-11-23T09:40:00Z","sender":"local","id":"x","source":"local","type":"db.firing","subject":"a","time":"2026-11-23T09:00:00Z","fate":"planned"}"#,
    ]
    let folded = try await explain(lines)
    #expect(folded.status == 0 && folded.out.contains("after 2 events"), "\(folded)")
    #expect(
      folded.out.contains("✗ devops, problems: folded: dedupe: a repeat of event 1 (db.firing a at 2026-11-23T09:40:00Z)"), "\(folded.out)")
    #expect(folded.out.contains("told at 2026-11-23T10:40:00Z, if nothing else happens"), "\(folded.out)")
    #expect(folded.out.contains("devops, problems: dedupe within 1h by type, subject"), "\(folded.out)")
    let told = try await explain([lines[0]])
    #expect(told.out.contains("after 1 event\n  ✓ devops, problems: told now, loud"), "\(told.out)")
    let json = try JSON(parsing: try await explain(lines, "--json").out)
    #expect(json["after"]?["rows"]?.array?.first?["state"] == "folded" && json["after"]?["events"] == 2, "\(json)")
    #expect(json["rules"]?.array?.first?["row"] == "problems", "\(json)")
    for (line, what) in [
      (#"{"type":"a"}"#, "event 1 of the past: it needs a time"), ("nonsense", "past.ndjson:1: this is no event"),
      (#"{"type":"a","time":"2027-01-01T00:00:00Z"}"#, "it comes after the event that is explained: say --at"),
      (#"{"type":"a","time":"2026-01-01T00:00:00Z","tpye":1}"#, "event 1 of the past: "),
    ] {
      let ended = try await explain([line])
      #expect(ended.status == 2 && ended.err.contains(what), "\(line): \(ended)")
    }
  }
}
