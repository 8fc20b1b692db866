import Bellhop
import Testing

/// What a message says, whatever its row and its event leave empty.
@Suite struct MessageTests {
  private func event(_ text: String, type: String = "a.b", subject: String? = "web-1") -> Event {
    Event(id: "e", sender: "s", source: "s", type: type, subject: subject, time: Timestamp(seconds: 1), text: text)
  }

  @Test(arguments: ["", " ", "\n\t", "\u{200B}", "\u{200D}\u{FE0F}", "\u{7}", "\u{FEFF}", "\u{202E}", "\u{115F}\u{3164}", "\u{E0041}"])
  func whatShowsNothingIsNoTextAndNoTitle(_ blank: String) {
    #expect(!Text.isVisible(blank) && !Text(literal: blank).isVisible)
    #expect(Message(id: "m", event: event(blank)).text.plain == "a.b web-1")
    #expect(Message(id: "m", event: event(blank, subject: blank)).text.plain == "a.b")
    #expect(Message(id: "m", event: event(blank, type: blank, subject: nil)).text.plain == "message")
    #expect(Message(id: "m", event: event("disk full"), text: Text(literal: blank)).text.plain == "disk full")
    #expect(Message(id: "m", event: event("disk full"), title: Text([.bold([.text(blank)])])).title == nil)
    let titled = Message(id: "m", event: event("disk full"), title: Text(literal: "Disk"), text: Text(literal: blank))
    #expect(titled.title?.plain == "Disk" && titled.text.isEmpty)
  }

  @Test(arguments: ["x", "\u{301}", "🎉", "–", "\u{200B}x", "\u{A0}!"]) func theRestIsSeen(_ text: String) { #expect(Text.isVisible(text)) }

  @Test func nothingTurnsTheDirectionOfReading() {
    for mark in ["\u{202E}", "\u{202A}", "\u{2067}", "\u{200F}", "\u{200E}", "\u{61C}"] {
      let text = Text([.text("a\(mark)b"), .bold([.code("c\(mark)")]), .link([.text(mark)], url: "https://x/\(mark)")])
      let message = Message(
        id: "m", event: event("x"), title: text, text: text, fields: [.init(name: "n\(mark)", value: text)],
        links: [.init(label: "l\(mark)", url: "https://x/\(mark)")])
      #expect(
        !"\(message.title ?? Text())\(message.text)\(message.fields)\(message.links)".unicodeScalars.contains(mark.unicodeScalars.first!))
      #expect(Text.clean("a\(mark)b\u{1b}\n") == "ab\n")
    }
    #expect(Message(id: "m", event: event("שלום €")).text.plain == "שלום €")
  }

  @Test(arguments: [
    ("https://en.wikipedia.org/wiki/Foo_(bar) for", "https://en.wikipedia.org/wiki/Foo_(bar)"), ("https://x/a).", "https://x/a"),
    ("http://prom/graph?g0.expr=rate(x[5m])", "http://prom/graph?g0.expr=rate(x[5m])"), ("https://x/it's,", "https://x/it's"),
    ("https://x/?a[]=1)", "https://x/?a[]=1"), ("https://x/a*b*", "https://x/a*b"), ("https://x/(a", "https://x/(a"),
    ("https://x/(", "https://x/"),
    ("https://x](y)", "https://x"), ("http://[2001:db8::7]:9090/graph", "http://[2001:db8::7]:9090/graph"),
    ("https://x/a|b", "https://x/a"),
    ("https://x/a\u{200B}b", "https://x/a"), ("https://x/((a)))!", "https://x/((a))"),
  ]) func addressesKeepTheirTail(_ text: String, _ address: String) {
    let scalars = Array(text.unicodeScalars)
    let end = Text.endOfAddress(scalars.firstIndex(of: "/")! + 2, in: scalars)
    #expect(end == address.unicodeScalars.count, "\(text)")
  }

  @Test func nothingIsNoAddress() {
    for text in ["https://", "https://...", "https://(", "https:// x"] {
      #expect(Text.endOfAddress(8, in: Array(text.unicodeScalars)) == nil)
    }
  }

  @Test func longLinksGoFirstThenFactsThenText() {
    let links = [100, 900, 300].map { Message.Link(label: "l", url: String(repeating: "x", count: $0)) }
    let message = Message(id: "m", event: event("x"), links: links)
    let all = Portion(links: [0, 1, 2], facts: 4, text: 500)
    func size(_ portion: Portion) -> Int { portion.links.reduce(0) { $0 + links[$1].url.count } + portion.facts * 50 + portion.text }
    for (room, expected) in [
      (2_000, all), (1_999, Portion(links: [0, 2], facts: 4, text: 500)), (1_500, Portion(links: [0, 2], facts: 4, text: 500)),
      (850, Portion(links: [0], facts: 4, text: 500)), (799, Portion(links: [], facts: 4, text: 500)),
      (620, Portion(links: [], facts: 2, text: 500)), (333, Portion(links: [], facts: 0, text: 333)),
      (7, Portion(links: [], facts: 0, text: 40)),
    ] {
      #expect(all.shrunk(message, shortest: 40) { size($0) <= room } == expected, "\(room)")
    }
  }

  @Test func aThousandAccentsAreCutLikeLetters() {
    let text = Text(literal: "e" + String(repeating: "\u{301}", count: 5_000) + "nd")
    let (head, rest) = text.split(at: 100) { Text($0).plain.utf16.count }
    #expect(head.plain.utf16.count == 100 && head.plain.utf16.count + rest.plain.utf16.count == 5_003)
    #expect(Text(literal: "a👩‍👩‍👧b").split(at: 4) { Text($0).plain.utf16.count }.head.plain == "a")
  }

  /// What goes out is the documented JSON, to the byte, whichever way it is printed.
  @Test func itsBytesAreThoseOfItsJSON() {
    let event = Event(
      id: "a\"1", sender: "shop", source: "söurce", type: "a.b", subject: "s\n", severity: .error, time: Timestamp(seconds: 1_700_000_000),
      text: "two\nlines", data: ["n": 1.5, "deep": ["list": [1, .null, true]]])
    let bare = Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 0))
    let full = Message(
      id: "e-1", event: event, role: "ops", row: "a \"row\"", title: Text([.bold([.text("T")])]), text: Text(literal: "x\ty"),
      fields: [.init(name: "F", value: Text(literal: "v"))], links: [.init(label: "L", url: "https://example.com/?a=b")], alert: .loud,
      page: "https://example.com/events/1")
    for message in [full, Message(id: "e-2", event: bare)] {
      for attempt in [1, 1_234_567] { #expect(message.jsonBytes(attempt: attempt) == JSON.object(message.json(attempt: attempt)).bytes) }
    }
  }
}
