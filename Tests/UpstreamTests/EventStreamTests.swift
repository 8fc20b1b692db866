import Testing

@testable import Upstream

@Suite struct EventStreamTests {
  private func read(_ text: String, by size: Int) throws -> [String] {
    var stream = EventStream()
    var events: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      events += try stream.take(rest.prefix(size)).map { "\($0.name)=\(String(decoding: $0.data, as: UTF8.self))" }
      rest = rest.dropFirst(size)
    }
    return events
  }

  /// The examples of https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation and their like, broken
  /// anywhere.
  @Test(arguments: [
    ("data: YHOO\ndata: +2\ndata: 10\n\n", ["message=YHOO\n+2\n10"]),
    (
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
      ["message=first event", "message=second event", "message= third event"]
    ),
    ("data\n\ndata\ndata\n\ndata:", ["message=", "message=\n"]), ("data:test\n\ndata: test\n\n", ["message=test", "message=test"]),
    ("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n", ["add=73857293", "remove=2153"]),
    ("event: lost\n\ndata: x\n\n", ["message=x"]),
    ("data: a\r\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n", ["message=a\nb", "message=c", "message=d"]),
    ("\u{FEFF}data: marked\n\n\u{FEFF}data: not\n\n", ["message=marked"]), ("data: 🔔 — ü\nretry: 5\nunknown\n\n", ["message=🔔 — ü"]),
    (":\n\n:\n\n", []), ("\n\n\n", []), ("data: never ended\n", []),
  ])
  func interpretation(text: String, events: [String]) throws {
    for size in [1, 2, 3, 7, 10_000] { #expect(try read(text, by: size) == events, "in pieces of \(size)") }
  }

  /// Neither one line nor many may fill the memory.
  @Test func largeEventsAreRefused() {
    for line in ["x", "data: x\n"] {
      var stream = EventStream()
      let piece = [UInt8](String(repeating: line, count: 1 << 16).utf8)
      #expect(throws: EventStream.Unreadable.self) {
        for _ in 0...EventStream.largest / (1 << 16) { _ = try stream.take(piece) }
      }
    }
  }
}

@Suite struct BackoffTests {
  @Test func itDoublesUpToAMinute() {
    var backoff = Backoff()
    #expect((0..<8).map { _ in backoff.next(after: .zero, luck: 1) } == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
    #expect(backoff.next(after: .zero, luck: 0) == .seconds(30), "half of it is luck")
    for _ in 0..<1_000 { _ = backoff.next(after: .zero, luck: 0.5) }
    #expect(backoff.next(after: .zero, luck: 0.5) == .seconds(45))
  }

  @Test func aGoodConnectionMakesUpForAll() {
    var backoff = Backoff()
    for _ in 0..<5 { _ = backoff.next(after: .seconds(29), luck: 1) }
    #expect(backoff.next(after: .seconds(30), luck: 1) == .seconds(1))
    #expect(backoff.next(after: .zero, luck: 1) == .seconds(2))
  }
}
