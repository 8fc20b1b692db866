import Bellhop
import Testing

@testable import Templates

@Suite struct MarkdownTests {
  func nodes(_ source: String) throws -> [Text.Node] {
    try Template(source).render(Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 0))).nodes
  }

  @Test func inline() throws {
    #expect(
      try nodes("a **b** *c* _d_ `e`") == [
        .text("a "), .bold([.text("b")]), .text(" "), .italic([.text("c")]), .text(" "), .italic([.text("d")]), .text(" "), .code("e"),
      ])
    #expect(try nodes("***x***") == [.bold([.italic([.text("x")])])])
    #expect(try nodes("*a **b***") == [.italic([.text("a "), .bold([.text("b")])])])
    #expect(try nodes("**a *b***") == [.bold([.text("a "), .italic([.text("b")])])])
    #expect(try nodes("``a`b``") == [.code("a`b")])
    #expect(try nodes("`` `a` ``") == [.code("`a`")])
    #expect(try nodes("`**a**`") == [.code("**a**")])
  }

  @Test(arguments: [
    "snake_case_name", "2 * 3 * 4", "**open", "*open", "`open", "[a", "[a]", "[a](b)", "[a](javascript:x)", "[a](/path)", "[a](https://)",
    "12:30:45", "a:b:c", "**", "****", "__x__", "http://a/b_c_d", ": x:", "5 - 3", "-x", "\\",
  ])
  func literal(_ source: String) throws {
    #expect(try nodes(source) == [.text(source)])
  }

  @Test func escapes() throws {
    #expect(try nodes(#"\*a\* \_b\_ \`c\` \[d\](e) \:tada: \\ \x"#) == [.text(#"*a* _b_ `c` [d](e) :tada: \ \x"#)])
    #expect(try nodes(#"**a\*\*b**"#) == [.bold([.text("a**b")])])
  }

  @Test func linksAndEmoji() throws {
    #expect(try nodes("[**a** b](https://x.y/(z)?q=1 )") == [.text("["), .bold([.text("a")]), .text(" b](https://x.y/(z)?q=1 )")])
    #expect(try nodes("[**a** b](https://x.y/(z)?q=1)") == [.link([.bold([.text("a")]), .text(" b")], url: "https://x.y/(z)?q=1")])
    #expect(try nodes("[m](MAILTO:a@b.c)") == [.link([.text("m")], url: "MAILTO:a@b.c")])
    #expect(try nodes(":tada::+1: :bellhop_bell:") == [.emoji("tada"), .emoji("+1"), .text(" "), .emoji("bellhop_bell")])
  }

  @Test func blocks() throws {
    #expect(try nodes("a\r\nb\n\nc\n") == [.text("a"), .line, .text("b"), .line, .line, .text("c")])
    #expect(
      try nodes("x\n- a\n- **b**\ny") == [
        .text("x"), .line, .list([[.text("a")], [.bold([.text("b")])]]), .line, .text("y"),
      ])
    #expect(try nodes("```swift\nlet *a*\n\n- b\n```\nend") == [.codeBlock("let *a*\n\n- b"), .line, .text("end")])
    #expect(try nodes("```\nopen") == [.codeBlock("open")])
    #expect(
      try Template("x\n- a\n- b\ny").render(Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 0))).plain == "x\n- a\n- b\ny"
    )
  }

  /// A parser that reads on for every opening sign takes minutes for these; one that does not, a fraction of a second.
  @Test(arguments: ["*a ", "**a ", "_a ", "`a", "``a `", "[", "[a](", ":a", "[a](https://x ", "\\", "*", "a_", "[a](https://x/", "***a"])
  func hostileTextIsLinear(_ unit: String) {
    let text = String(repeating: unit, count: 30_000)
    let took = ContinuousClock().measure { #expect(!Markdown.parse([.text(text)]).isEmpty) }
    #expect(took < .seconds(20), "\(took)")
  }
}
