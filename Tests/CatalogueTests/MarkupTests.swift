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
      VendorMarkup.plain,
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
  ]) func prints(_ markup: VendorMarkup, _ expected: String) { #expect(markup.print(Self.tree) == expected) }

  /// A sign with a combining mark behind it is another character, and the vendor reads the sign all the same.
  @Test func signsInFrontOfMarksAreSigns() {
    let code = VendorMarkup.markdown.print([.code("a`\u{301}b")])
    #expect(code.unicodeScalars.count { $0 == "`" } == 2, "\(code)")
    let percents = VendorMarkup.plain.print([.text("%%%\u{301} # not a heading")])
    #expect(!percents.unicodeScalars.contains("%%%".unicodeScalars), "\(percents)")
  }

  @Test func linesAreRuns() {
    let lines = TextRuns.of(
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

  @Test(arguments: VendorMarkup.allCases) func mailsKeepTheirAddressesAndNobodyIsCalled(_ markup: VendorMarkup) {
    let text = "ann@example.com (@ann) ann@hereford.example x@everyone x@all.hands @pagerduty root@web-1 x@"
    #expect(
      markup.escaped(text.replacing("(", with: "").replacing(")", with: ""))
        == "ann@example.com @\u{2060}ann ann@hereford.example x@\u{2060}everyone x@\u{2060}all.hands @\u{2060}pagerduty root@web-1 x@\u{2060}"
    )
  }

  @Test(arguments: [
    (VendorMarkup.plain, "see https://x.example/a_b?c=1&d=%40e. (or https://y.example/_~)"),
    (.markdown, "see <https://x.example/a_b?c=1&d=%40e>. (or <https://y.example/>\\_\\~)"),
    (.mattermost, "see <https://x.example/a_b?c=1&d=%40e>. (or <https://y.example/>\\_\\~)"),
    (.zulip, "see https://x.example/a_b?c=1&d=%40e. (or https://y.example/ˍ∼)"),
    (.html, "see https://x.example/a_b?c=1&amp;d=%40e. (or https://y.example/_~)"),
  ]) func addressesStayWhole(_ markup: VendorMarkup, _ expected: String) {
    #expect(markup.escaped("see https://x.example/a_b?c=1&d=@e. (or HTTPS://y.example/_~)".replacing("HTTPS", with: "https")) == expected)
  }

  @Test(arguments: [
    (VendorMarkup.plain, "https://x.example/Foo_(bar) http://p/?e=rate(x[5m])"),
    (.html, "https://x.example/Foo_(bar) http://p/?e=rate(x[5m])"), (.stars, "https://x.example/Foo_(bar) http://p/?e=rate(x%5B5m%5D)"),
    (.markdown, "<https://x.example/Foo_%28bar%29> <http://p/?e=rate%28x%5B5m%5D%29>"),
  ]) func addressesKeepTheirBrackets(_ markup: VendorMarkup, _ expected: String) {
    #expect(markup.escaped("https://x.example/Foo_(bar) http://p/?e=rate(x[5m])") == expected)
  }

  @Test func addressesOfIPv6KeepTheirBrackets() {
    #expect(Escape.address("http://[2001:db8::7]:9090/a[b]") == "http://[2001:db8::7]:9090/a%5Bb%5D")
    #expect(Escape.address("http://[x]/") == "http://%5Bx%5D/" && Escape.address("http://x/[::1]") == "http://x/%5B::1%5D")
    #expect(VendorMarkup.markdown.print([.link([.text("g")], url: "http://[::1]/(x)")]) == "[g](http://[::1]/%28x%29)")
  }

  @Test func whatBeginsALineBeginsNothingWhereNothingCanBeEscaped() {
    for markup in [VendorMarkup.zulip, .stars] {
      #expect(
        markup.print(Text(literal: "# a\n> b\n- c\n + d\n1. e\n10) f\nx - y > 2.").nodes)
          == "\u{2060}# a\n\u{2060}> b\n\u{2060}- c\n \u{2060}+ d\n1\u{2060}. e\n10\u{2060}) f\nx - y > 2.")
    }
    #expect(VendorMarkup.zulip.escaped(":tada: at 10:30:15 $$x^2$$") == ":\u{2060}tada: at 10:\u{2060}30:15 $\u{2060}$x^2$\u{2060}$")
    #expect(VendorMarkup.zulip.print([.emoji("ours")]) == ":ours:")
  }

  @Test(arguments: [
    ("http://b.example/1", true), ("http://127.0.0.1:8484/1", true), ("http://bellhop:8484/1.2", false), ("http://localhost/", false),
    ("http://[::1.2.3.4]/", false), ("b.example", false),
  ]) func hostsHaveADotOrNot(_ url: String, _ has: Bool) { #expect(Escape.hasDottedHost(url) == has) }

  @Test(arguments: [
    ("Disk full: 93 % @ [web]\n€{}", "gsm"), ("…", "unicode"), ("x\u{2060}", "unicode"), ("Ä ñ ß Ω", "gsm"), ("ç", "unicode"),
  ])
  func textMessagesAreOfOneAlphabetOrTheOther(_ text: String, _ alphabet: String) { #expect(ShortMessage.alphabet(of: text) == alphabet) }

  @Test func whatIsNoAddressIsText() {
    for text in ["https://", "http:", "a: b", "://x", ":", "https:/x", "https://...", "https://<x>", ""] {
      #expect(Escape.pieces(text).allSatisfy { !$0.isAddress } && Escape.pieces(text).map(\.text).joined() == text)
    }
    for (text, address) in [("HTTPS://x", "HTTPS://x"), ("xhttp://a:8/b:c", "http://a:8/b:c")] {
      #expect(Escape.pieces(text).last.map { $0.isAddress && $0.text == address } == true)
    }
  }

  @Test func noLineIsACommand() {
    #expect(VendorMarkup.markdown.print(Text(literal: "/close\n /assign me\na /b").nodes) == "\\/close\n \\/assign me\na /b")
  }

  @Test func linesEndInTwoSpacesWhereOthersDoNotCount() {
    #expect(
      VendorMarkup.commonmark.print(Text(literal: "see #12, shop!3, ~bug & 5 # 6").nodes)
        == "see #\u{2060}12, shop!\u{2060}3, \\~\u{2060}bug \\& 5 # 6")
    #expect(VendorMarkup.commonmark.print(Text(literal: "a\nb\n\n* c").nodes) == "a  \nb  \n  \n\\* c")
  }

  @Test func mattermostShowsNoEscapesThatItDoesNotKnow() {
    #expect(
      VendorMarkup.mattermost.escaped("C:\\temp \\*b\\* <a> & &amp; *x* [x](y) \\")
        == "C:\\temp \\\\\\*b\\\\\\* <\u{2060}a> & &\u{2060}amp; \\*x\\* \\[x\\](y) \\\\")
    #expect(VendorMarkup.mattermost.escaped("=== x") == "\u{2060}=== x")
  }

  @Test func noLinkIsMadeWhereNothingCanBeEscaped() {
    #expect(VendorMarkup.zulip.escaped("[x](y)") == "[x]\u{2060}(y)" && VendorMarkup.stars.escaped("[ ](y)") == "[ ]\u{2060}(y)")
  }

  /// Three of them would make all that follows Markdown, even those that two values bring together.
  @Test func plainTextStaysPlain() {
    #expect(VendorMarkup.plain.print([.text("%%"), .bold([.text("%")]), .text(" x 100%")]) == "%\u{2060}%% x 100%")
    for count in 3...9 { #expect(!VendorMarkup.plain.print([.text(String(repeating: "%", count: count))]).contains("%%%")) }
  }

  @Test(arguments: PageLimits.CountUnit.allCases) func cutsWithinTheLimit(_ unit: PageLimits.CountUnit) {
    let limits = PageLimits(unit: unit)
    for limit in 0...40 {
      let cut = limits.cut("👩‍👩‍👧 a long heading 🎉🎉🎉 that goes on", to: limit)
      #expect(unit.count(cut) <= limit)
    }
    #expect(limits.cut("short", to: 5) == "short")
  }

  /// Whatever is cut, the printed whole keeps to the vendor's limit and keeps its way to the rest.
  @Test(arguments: VendorMarkup.allCases) func aLongMessageIsCutWithALinkToTheRest(_ markup: VendorMarkup) {
    let event = Event(id: "e", sender: "s", source: "s", type: "a.b", time: Timestamp(seconds: 1), text: Hostile.long)
    for limit in [100, 500, 4_000] {
      for unit in PageLimits.CountUnit.allCases {
        let message = Message(
          id: "m", event: event, title: Text(literal: "heading"), fields: [.init(name: "n", value: Text(literal: Hostile.line))],
          page: "https://b.example/1")
        let printer = Printer(message: message, markup: markup, limits: PageLimits(unit: unit, title: 20, text: limit, field: 50))
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
