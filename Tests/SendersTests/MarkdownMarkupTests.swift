import Bellhop
import Testing

@testable import Senders

@Suite struct MarkdownMarkupTests {
  private func tree(_ source: String, _ flavour: MarkdownFlavour = .common) -> String {
    drawn(MarkdownMarkup.read(source, flavour).text.nodes)
  }

  @Test(arguments: [
    ("**b** *i* _i_ __b__ ~~s~~ `c`", "b{b} i{i} i{i} b{b} s c{c}"), ("***x*** ***a** b* ***a* b**", "b{i{x}} i{b{a} b} b{i{a} b}"),
    ("**a *b* c** *a **b** c*", "b{a i{b} c} i{a b{b} c}"), ("**a *b** *a **b*", "b{a *b} i{a **b}"),
    ("snake_case_name 2 * 3 2*3 **open *open", "snake_case_name 2 * 3 2*3 **open *open"), ("**** ___ ~~~ ||x||", "**** ___ ~~~ ||x||"),
    (#"\*a\* \_b\_ \`c\` \\ \x \["#, #"*a* _b_ `c` \ \x ["#), ("``a`b`` `` `c` `` `open", "c{a`b} c{`c`} `open"), ("`**a**`", "c{**a**}"),
    ("**a __b__ c**", "b{a b c}"), ("**1. done:** yes", "b{1. done:} yes"), ("a **b**\n**c** d\n**e\nf**", "a b{b}⏎b{c} d⏎**e⏎f**"),
  ])
  func marks(source: String, expected: String) { #expect(tree(source) == expected) }

  @Test(arguments: [
    ("[l](https://x.y) [**b** l](https://x.y \"t\")", "a{l→https://x.y} a{b{b} l→https://x.y}"),
    (
      "[a](https://x/(z)?q=1) ![alt](https://x/i.png) ![](https://i)",
      "a{a→https://x/(z)?q=1} a{alt→https://x/i.png} a{https://i→https://i}"
    ),
    ("[![build](https://b.svg)](https://ci)", "a{build→https://ci}"),
    ("[a](javascript:x) [a](/p) [a] [a](b c) [a](https://x", "[a](javascript:x) [a](/p) [a] [a](b c) [a](a{https://x→https://x}"),
    ("<https://x.y> <a@b.c> <b> a < b > c", "a{https://x.y→https://x.y} a{a@b.c→mailto:a@b.c} <b> a < b > c"),
    ("see https://x.y/a_b_c. **https://z**", "see a{https://x.y/a_b_c→https://x.y/a_b_c}. b{a{https://z→https://z}}"),
    ("[x] `]` [`]`](https://x)", "[x] c{]} a{c{]}→https://x}"), ("[](https://x)", "a{https://x→https://x}"),
    ("&lt;b&gt; &amp; &#39;", "<b> & '"),
  ])
  func links(source: String, expected: String) { #expect(tree(source) == expected) }

  @Test(arguments: [
    ("# Down **now** ##\ntext #7 ####### x #x", "b{Down now}⏎text #7 ####### x #x"),
    ("- a\n* **b**\n+ c\n1. d\n2) e", "L{a;b{b};c}⏎1. d⏎2) e"),
    ("> quote *x*\n---", "> quote i{x}⏎---"), ("```swift\nlet *a*\n\n- b\n```\nend", "P{let *a*\n\n- b}⏎end"),
    ("```\nopen *a*", "P{open *a*}"),
    ("```just words\nmore```", "P{just words\nmore}"), ("```one line``` x", "c{one line} x"), ("a ``` b", "a ``` b"),
    ("**x\n```\na\n```", "**x⏎P{a}"),
    (":tada: 12:30:45", "e{tada} 12:30:45"), ("a\n\n\nb\n", "a⏎⏎⏎b"), ("|a|b|\n|-|-|\n|1|2|", "|a|b|⏎|-|-|⏎|1|2|"),
  ])
  func blocks(source: String, expected: String) { #expect(tree(source) == expected) }

  /// https://docs.discord.com/developers/reference#message-formatting
  @Test(arguments: [
    ("__under__ ||spoiler|| **a**b ~~s~~", "under spoiler b{a}b s", []),
    ("<@80351110224678912> <@!8> <@&16> <#10>", "@80351110224678912 @8 @16 #10", ["80351110224678912", "8", "&16"]),
    ("<:mmlol:2161> <a:b1nzy:3929> <:mmLol:2161>", "e{mmlol} e{b1nzy} :mmLol:", []),
    ("<t:1618953630> <t:1618953630:R> <t:x>", "2021-04-20T21:20:30Z 2021-04-20T21:20:30Z <t:x>", []),
    ("@everyone @here, a@here @hereby @channel", "@everyone @here, a@here @hereby @channel", ["everyone", "here"]),
    ("</airhorn:816437> <id:customize> <https://x>", "/airhorn #customize a{https://x→https://x}", []),
    ("-# small\n>>> a\nb", "small⏎> a⏎> b", []), ("__**x**__ ***__x__***", "b{x} b{i{x}}", []), ("&amp;", "&amp;", []),
  ])
  func discord(source: String, expected: String, mentions: [String]) {
    #expect(tree(source, .discord) == expected)
    #expect(MarkdownMarkup.read(source, .discord).mentions == mentions)
  }

  @Test func mattermostKnowsSlacksBrackets() {
    let read = MarkdownMarkup.read("<https://x|l> <!here> <@U1|ada> @all @channel @everyone <https://y>", .mattermost)
    #expect(drawn(read.text.nodes) == "a{l→https://x} @here @ada @all @channel @everyone a{https://y→https://y}")
    #expect(read.mentions == ["here", "U1", "all", "channel"])
    #expect(MarkdownMarkup.read("<!here> @here <@U1>").mentions.isEmpty && tree("<!here> <@U1>") == "<!here> <@U1>")
  }
}
