import Bellhop
import Testing

@testable import Catalogue

@Suite struct MarkupTests {
  static let tree: [Text.Node] = [
    .bold([.text("Disk "), .italic([.text("full")])]), .text(" on *web-1* @all"), .line, .code("df `h`"), .line,
    .list([[.text("a<b")], [.link([.text("logs")], url: "https://x.example/?a=1&b=(2)")]]), .line, .emoji("tada"), .emoji("ours"),
    .codeBlock("x = 1\n```"), .link([.text("no")], url: "javascript:alert(1)"),
  ]

  @Test(arguments: [
    (
      Markup.plain,
      "Disk full on *web-1* @\u{2060}all\ndf `h`\n• a<b\n• logs: https://x.example/?a=1&b=%282%29\n🎉:ours:\nx = 1\n```no (javascript:alert(1))"
    ),
    (
      .markdown,
      "**Disk *full*** on \\*web-1\\* @\u{2060}all\n`df ˋhˋ`\n- a\\<b\n- [logs](https://x.example/?a=1&b=%282%29)\n🎉:ours:\n```\nx = 1\nˋˋˋ\n```no (javascript:alert(1))"
    ),
    (
      .stars,
      "*Disk _full_* on ∗web-1∗ @\u{2060}all\n`df ˋhˋ`\n• a<\u{2060}b\n• logs: https://x.example/?a=1&b=%282%29\n🎉:ours:\n```\nx = 1\nˋˋˋ\n```no (javascript:alert(1))"
    ),
    (
      .html,
      "<strong>Disk <em>full</em></strong> on *web-1* @\u{2060}all<br><code>df `h`</code><br><ul><li>a&lt;b</li><li><a href=\"https://x.example/?a=1&amp;b=%282%29\">logs</a></li></ul><br>🎉:ours:<pre><code>x = 1\n```</code></pre>no (javascript:alert(1))"
    ),
    (
      .tags,
      "<b>Disk <i>full</i></b> on *web-1* @\u{2060}all\n<code>df `h`</code>\n• a&lt;b\n• <a href=\"https://x.example/?a=1&amp;b=%282%29\">logs</a>\n🎉:ours:\n<pre>x = 1\n```</pre>no (javascript:alert(1))"
    ),
  ]) func prints(_ markup: Markup, _ expected: String) { #expect(markup.print(Self.tree) == expected) }

  @Test func linesAreRuns() {
    let lines = Lines.of(
      Text([.text("a "), .bold([.text("b")]), .line, .link([.text("c")], url: "https://c.example"), .list([[.text("d")]])]))
    #expect(lines.count == 3)
    #expect(lines[0]["runs"]?.array?[1]["bold"] == true && lines[1]["runs"]?.array?[0]["url"] == "https://c.example")
    #expect(lines[2]["runs"]?.array?.map { $0["text"]?.string } == ["• ", "d"])
  }

  @Test func whatBeginsALineBeginsNothing() {
    #expect(
      Escape.backslashed("# a\n - b\n> c\n1. d\n12) e\n=== 3.5 f-g #h 2>1 & 1.") == """
        \\# a
         \\- b
        \\> c
        1\\. d
        12\\) e
        \\=== 3.5 f-g #h 2>1 \\& 1.
        """)
  }

  @Test func mailsKeepTheirAddresses() {
    #expect(Escape.entities("ann@example.com @ann") == "ann@example.com @\u{2060}ann")
  }

  @Test(arguments: Limits.Unit.allCases) func cutsWithinTheLimit(_ unit: Limits.Unit) {
    let limits = Limits(unit: unit)
    for limit in 0...40 {
      let cut = limits.cut("👩‍👩‍👧 a long heading 🎉🎉🎉 that goes on", to: limit)
      #expect(unit.count(cut) <= limit)
    }
    #expect(limits.cut("short", to: 5) == "short")
  }

  /// Whatever is cut, the printed whole keeps to the vendor's limit and keeps its way to the rest.
  @Test(arguments: Markup.allCases) func aLongMessageIsCutWithALinkToTheRest(_ markup: Markup) {
    let event = Event(id: "e", sender: "s", source: "s", type: "a.b", time: Timestamp(seconds: 1), text: Hostile.long)
    for limit in [100, 500, 4_000] {
      for unit in Limits.Unit.allCases {
        let message = Message(
          id: "m", event: event, title: Text(literal: "heading"), fields: [.init(name: "n", value: Text(literal: Hostile.line))],
          page: "https://b.example/1")
        let printer = Printer(message: message, markup: markup, limits: Limits(unit: unit, title: 20, text: limit, field: 50))
        for name in ["text", "all"] {
          let text = printer.value(name)?.string ?? ""
          #expect(unit.count(text) <= limit, "\(name) in \(unit)")
          #expect(limit < 500 || text.contains("https://b.example/1"))
        }
      }
    }
  }

  @Test func uuidsAreStableAndOfVersion8() {
    let uuid = UUIDText.of("e1-42")
    #expect(uuid == UUIDText.of("e1-42") && uuid != UUIDText.of("e1-43") && uuid.count == 36)
    #expect(Array(uuid)[14] == "8" && "89ab".contains(Array(uuid)[19]))
  }
}
