import Bellhop
import Testing

@testable import CLI

@Suite struct TailTests {
  private static let stream = Array(
    ":\nretry: 1500\n\n:\nid: e-1\n\nevent: event\nid: e-2\ndata: {\"sequence\":2}\n\nevent: delivery\ndata: {\"id\":1}\n\nid: e-9\ndata: {"
      .utf8)

  @Test func linesMayBreakAnywhere() {
    for size in [1, 2, 7, Self.stream.count] {
      var lines = TailLines()
      var found: [TailLines.Block] = []
      for start in stride(from: 0, to: Self.stream.count, by: size) {
        found += lines.take(Array(Self.stream[start..<min(start + size, Self.stream.count)]))
      }
      #expect(found == [.init(name: "event", data: ["sequence": 2]), .init(name: "delivery", data: ["id": 1])], "\(size)")
      #expect(lines.lastID == "e-2" && lines.retry == .milliseconds(1_500), "the id of half a block does not count")
      lines.breakOff()
      #expect(lines.take(Array("\n\n".utf8)) == [] && lines.lastID == "e-2")
    }
  }

  @Test func oneLineForEach() {
    let event: JSON = [
      "received": "2026-11-23T09:30:00Z", "severity": "error", "type": "payment.failed", "subject": "ada\u{1B}[2J",
      "text": "card\ndeclined",
      "deliveries": [
        ["role": "finance", "destination": "money", "state": "waiting"], ["role": "ops", "destination": "log", "state": "silenced"],
      ],
    ]
    let line = TailCommand.line(of: event, hasColour: false)
    #expect(line.hasSuffix("error     payment.failed  ada[2J  “card declined”  → finance money, ops log (silenced)"), "\(line)")
    #expect(TailCommand.line(of: event, hasColour: true) == "\u{1B}[31m\(line)\u{1B}[0m")
    let plain: JSON = ["severity": "info", "type": "a", "subject": "b", "text": "a b", "fate": "unrouted", "deliveries": []]
    #expect(TailCommand.line(of: plain, hasColour: true).hasSuffix("info      a  b  → unrouted"))
    let fate: JSON = [
      "id": 7, "event": 3, "role": "ops", "destination": "chat #ops", "state": "dead", "note": "no\nsuch channel", "when": "x",
    ]
    #expect(TailCommand.line(ofFate: fate, hasColour: false) == "x  dead       of event 3  ops  chat #ops  no such channel")
    #expect(TailCommand.gap(["from": "a-1", "to": "a-5", "why": "gone"]) == "bellhop: between a-1 and a-5 something is missing here: gone")
  }
}
