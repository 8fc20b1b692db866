import Bellhop
import Testing

@testable import Senders

/// The forms of https://docs.slack.dev/messaging/formatting-message-text
@Suite struct SlackMarkupTests {
  @Test(arguments: [
    ("*bold* _italic_ ~strike~ `code`", "b{bold} i{italic} strike c{code}"),
    ("*_both_* _*both*_ ~*b*~", "b{i{both}} i{b{both}} b{b}"),
    ("*a _b* c_", "b{a _b} c_"),
    ("so *it* is, (*here*), *here*.", "so b{it} is, (b{here}), b{here}."),
    ("snake_case_name a*b*c 2 * 3 * 4 *a", "snake_case_name a*b*c 2 * 3 * 4 *a"),
    ("*bold*text text*bold* ** *** **x** * x *", "b{bold*text text*bold} ** *** **x** * x *"),
    ("*over\nlines*", "*over⏎lines*"),
    ("`*raw* <b> &amp; :tada:` don`t can`t", "c{*raw* <b> & :tada:} don`t can`t"),
    ("Ärger *über* 東京 *京*", "Ärger b{über} 東京 b{京}"),
  ])
  func marks(source: String, tree: String) { #expect(drawn(SlackMarkup.read(source).text.nodes) == tree) }

  @Test(arguments: [
    ("<https://x.y|label>", "a{label→https://x.y}"), ("<https://x.y>", "a{https://x.y→https://x.y}"),
    ("<https://x.y?a=1&amp;b=2|*a* &amp; b>", "a{b{a} & b→https://x.y?a=1&b=2}"),
    ("<https://x.y|>", "a{https://x.y→https://x.y}"),
    ("*<https://x.y|label>*", "b{a{label→https://x.y}}"),
    ("<mailto:a@b.c|a@b.c> <mailto:a@b.c>", "a{a@b.c→mailto:a@b.c} a{a@b.c→mailto:a@b.c}"),
    ("see https://x.y/a_b_c?d=*e*, (http://z).", "see a{https://x.y/a_b_c?d=*e→https://x.y/a_b_c?d=*e}*, (a{http://z→http://z})."),
    ("<tel:+123|call> <javascript:x|y>", "call (tel:+123) y (javascript:x)"),
    ("List<String> a < b > c <foo> <|> <>", "List<String> a < b > c <foo> <|> <>"),
    ("&lt;!channel&gt; &amp;lt; &quot;", "<!channel> &lt; &quot;"),
    ("<https://x.y|:tada: go>", "a{e{tada} go→https://x.y}"),
    ("<https://x.y|a <b", "<a{https://x.y→https://x.y}|a <b"),
  ])
  func links(source: String, tree: String) {
    let read = SlackMarkup.read(source)
    #expect(drawn(read.text.nodes) == tree && read.mentions.isEmpty)
  }

  @Test(arguments: [
    ("<@U123|ada> <@W123>", "@ada @W123", ["U123", "W123"]), ("<#C123|general> <#C123>", "#general #C123", []),
    ("<!subteam^S1|@group> <!subteam^S2>", "@group @S2", ["@group", "S2"]),
    ("<!channel> <!here|here> <!everyone> <!channel>", "@channel @here @everyone @channel", ["channel", "here", "everyone"]),
    ("<!date^1392734382^{date_num} {time}|Feb 18, 2014>", "Feb 18, 2014", []),
    ("<!date^1392734382^{date}^https://x.y|then>", "a{then→https://x.y}", []), ("<!date^1392734382^{date}>", "2014-02-18T14:39:42Z", []),
    ("<!unknown|shown> <!unknown>", "shown <!unknown>", []),
    ("*<!channel>* down", "b{@channel} down", ["channel"]), ("`<!channel>` <@U1>s", "c{@channel} @U1s", ["U1"]),
    ("@channel @here a@here", "@channel @here a@here", []),
  ])
  func mentionsAreWords(source: String, tree: String, mentions: [String]) {
    let read = SlackMarkup.read(source)
    #expect(drawn(read.text.nodes) == tree)
    #expect(read.mentions == mentions)
  }

  @Test func bareNamesCallWhereTheSenderAsksForIt() {
    #expect(SlackMarkup.read("@channel, @here a@everyone @hereby", names: true).mentions == ["channel", "here"])
  }

  @Test(arguments: [
    (":tada: done:tada: :bellhop_bell: 12:30:45 a:b:c :+1: :Tada:", "e{tada} done:tada: e{bellhop_bell} 12:30:45 a:b:c e{+1} :Tada:"),
    ("• one\n• *two*\n- three\n\nend -x", "L{one;b{two};three}⏎⏎end -x"), ("a\n-b\n- \n-", "a⏎-b⏎- ⏎-"),
    ("> quoted *x*\n&gt; too\nnot", "> quoted b{x}⏎> too⏎not"), (">>> all\nof *it*", "> all⏎> of b{it}"),
    ("\n\na\r\nb\n \n\nc\n\n", "a⏎b⏎⏎⏎c"), ("a\u{2028}b\u{85}c\u{B}d", "a⏎b⏎c⏎d"),
    ("```let x = 1;```", "P{let x = 1;}"),
    ("Error: ```\n  a *b*\n\n<https://x|c> &lt;d&gt;\n``` then", "Error: ⏎P{  a *b*\n\nc <d>}⏎ then"),
    ("```a", "```a"), ("``````", "``````"), ("``` ```", "``` ```"), ("a\n```b```\n```c```\nd", "a⏎P{b}⏎P{c}⏎d"), ("", ""), (" \n ", ""),
    ("a\u{0}b\u{1}c\u{2}", "abc"),
  ])
  func blocks(source: String, tree: String) { #expect(drawn(SlackMarkup.read(source).text.nodes) == tree) }

  @Test func withoutMarksOnlyBracketsMean() {
    let read = SlackMarkup.read("*a* `b` <https://x|c_d_e> <!here> &amp; - :tada:\n- x", marks: false)
    #expect(drawn(read.text.nodes) == "*a* `b` a{c_d_e→https://x} @here & - e{tada}⏎- x" && read.mentions == ["here"])
    #expect(drawn(SlackMarkup.literal("*a* <!here> &amp; :tada:", emoji: true).text.nodes) == "*a* <!here> &amp; e{tada}")
    #expect(drawn(SlackMarkup.literal("*a* <!here>\n:tada:", emoji: false).text.nodes) == "*a* <!here>⏎:tada:")
  }

  @Test func plainTextIsWhatPeopleSee() {
    let text = SlackMarkup.read("*Build* <https://ci/7|#7> failed :x:\n• `make` &lt;all&gt;\n• ~old~").text
    #expect(text.plain == "Build #7 (https://ci/7) failed ❌\n- make <all>\n- old")
  }
}
