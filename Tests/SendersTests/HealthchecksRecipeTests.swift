import Bellhop
import Foundation
import Testing

@testable import Senders

/// The bodies that docs/senders/healthchecks.md has people paste.
@Suite struct HealthchecksRecipeTests {
  /// As Healthchecks fills them in: https://github.com/healthchecks/healthchecks/blob/master/hc/integrations/webhook/transport.py
  private static func bodies(_ status: String) throws -> [String] {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/senders/healthchecks.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let blocks = text.components(separatedBy: "```json\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    let values = [
      ("$NAME_JSON", #""The \"nightly\" backup ü""#), ("$NAME", #"The "nightly" backup ü"#),
      ("$CODE", "5f1a0b7e-0000-4000-8000-000000000001"),
      ("$STATUS", status), ("$NOW", "2026-11-24T11:59:00+00:00"),
      ("$JSON", #"{"name":"The \"nightly\" backup ü","slug":"nightly","tags":"prod db","status":"down","last_ping":null,"n_pings":7}"#),
    ]
    return blocks.map { block in values.reduce(block) { $0.replacing($1.0, with: $1.1) } }
  }

  @Test func bothBodiesAreEvents() throws {
    let (down, up) = (try Self.bodies("down"), try Self.bodies("up"))
    try #require(down.count == 2 && up.count == 2)
    let events = try [down[0], up[1]].map { try #require(try decode($0, "application/json").get().first) }
    #expect(events.map(\.type) == ["healthchecks.firing", "healthchecks.resolved"] && events.map(\.severity) == [.error, .info])
    #expect(events.allSatisfy { $0.subject == #"The "nightly" backup ü"# && $0.time == Timestamp(rfc3339: "2026-11-24T11:59:00Z") })
    #expect(events[0].value(at: "data.tags") == "prod db" && events[0].id != events[1].id)
    #expect(try decode(down[0], "application/json").get().first?.id == events[0].id, "its second try is a duplicate")
  }
}
