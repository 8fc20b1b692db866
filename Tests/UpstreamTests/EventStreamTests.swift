import GatewayWire
import Testing

@testable import Upstream

@Suite struct EventStreamTests {
  private func read(_ text: String, by size: Int) -> [String] {
    var stream = EventStream()
    var events: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      events += stream.take(rest.prefix(size)).map { "\($0.name)=\(String(decoding: $0.data, as: UTF8.self))" }
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
  func interpretation(text: String, events: [String]) {
    for size in [1, 2, 3, 7, 10_000] { #expect(read(text, by: size) == events, "in pieces of \(size)") }
  }

  /// Neither one line nor many may fill the memory, and what comes behind is read.
  @Test(arguments: [("data: ", "x", "xxx"), ("", "data: x\n", "x\nx"), ("", "x", nil), (":", "x", nil)])
  func largeEventsArePassedOver(_ start: String, _ unit: String, _ head: String?) {
    var stream = EventStream()
    #expect(stream.take("event: big\n\(start)".utf8).isEmpty)
    let piece = [UInt8](String(repeating: unit, count: 1 << 16).utf8)
    for _ in 0...EventStream.largest / (1 << 16) + 1 { #expect(stream.take(piece).isEmpty) }
    #expect(stream.held < 4 * EventStream.head, "it is kept no longer")
    let events = stream.take("\n\ndata: y\n\n".utf8)
    #expect(events.last == .init(data: [UInt8(ascii: "y")]))
    guard let head else {
      #expect(events.count == 1)
      return
    }
    #expect(events.count == 2 && events[0].name == "big" && !events[0].isWhole && events[0].data.count == EventStream.head)
    #expect(events[0].data.starts(with: head.utf8))
  }

  @Test func theLargestMessageIsRead() {
    var stream = EventStream()
    let data = [UInt8](repeating: UInt8(ascii: "x"), count: Relayed.largest)
    let events = stream.take(Array("event: message\ndata: ".utf8) + data + Array("\n\n".utf8))
    #expect(events.count == 1 && events[0].isWhole && events[0].data == data)
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
