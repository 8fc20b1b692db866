import Bellhop
import Testing

@testable import Senders

/// Whatever stands in a text: there is a tree, all words are in it, and the work grows with the length.
@Suite struct MarkupPropertyTests {
  static let markups: [ChatMarkup] = [
    .mrkdwn(), .mrkdwn(names: true), .markdown(.common), .markdown(.discord), .markdown(.mattermost), .plain(emoji: true),
    .plain(emoji: false),
  ]
  private static let signs = [
    "*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "```\n", "||", "|", "<", ">", "<!channel>", "<@U1>", "<https://x|",
    "<!date^1^x|",
    "[", "](https://x)", "](", ")", "![", "\\", ":", ":tada:", "&lt;", "&amp;", "&", "@here", "@", "#", "# ", "- ", "• ", "> ", ">>> ",
    "\n", "\r\n",
    "\u{2028}", " ", "  ", "https://x/", "http://", "-# ", "<t:1:R>", "<:x:1>", "\u{301}", "\u{200D}", "\u{0}", "\u{1}", "\u{2}", "\"", "(",
    "+", "1. ",
  ]

  @Test(arguments: markups) func noWordIsLost(markup: ChatMarkup) {
    var luck = Seeded(11)
    for round in 0..<2_000 {
      var words: [String] = []
      var source = ""
      for _ in 0..<Int.random(in: 1...14, using: &luck) {
        if Int.random(in: 0..<3, using: &luck) == 0 {
          words.append("Wört\(words.count)x\(round)")
          source += words.last ?? ""
        } else {
          source += Self.signs.randomElement(using: &luck) ?? ""
        }
      }
      let read = markup.read(source)
      #expect(flaws(read.text.nodes).isEmpty, "\(source.debugDescription): \(flaws(read.text.nodes))")
      // A word right behind ``` and alone in its line names a language.
      let plain = bare(read.text.plain)
      let asked = bare(source)
      for word in words where !plain.contains(word) && !isLanguage(word, in: asked) && !isHidden(word, in: asked) {
        Issue.record("\(word) is lost: \(source.debugDescription) became \(plain.debugDescription)")
      }
      #expect(Text(json: read.text.json) == read.text || plain.isEmpty)
    }
  }

  /// Without what makes another character of the sign before it.
  private func bare(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { ![0, 1, 2, 0x301, 0x200D].contains($0.value) }))
  }

  private func isLanguage(_ word: String, in source: String) -> Bool { source.contains("`\(word)\n") || source.contains("`\(word)\r\n") }

  /// What a vendor takes for an address, a title or a format is not shown by it where a label is.
  private func isHidden(_ word: String, in source: String) -> Bool {
    guard let range = source.firstRange(of: word) else { return true }
    let before = source[..<range.lowerBound].split(omittingEmptySubsequences: false) { $0.isWhitespace }.last ?? ""
    return ["<https://x", "](https://x", "\"", "<!date^", "<@U1", "http://", "https://"].contains { before.contains($0) }
  }

  /// Beside each of these a parser that reads on for every opening sign takes hours.
  static let hostile = [
    "*", "**", "***", "* ", "*a ", "**a ", "***a", "_a ", "~a", "~a~", "~~a~~ ", "`", "` ", "`a", "``a `", "```", "```\n", "```a", "``` a ",
    "<", ">", "<a", "<@", "<!",
    "<https://x|", "<https://x|a", "<https://x|*a>", "&", "&amp;", "&lt;", "[", "[a](", "[a](https://x ", "[a](https://x/",
    "[a](https://x \"", "![", "![a](", "[`", "[*a](https://x)",
    "](", "(", "\\", ":", ":a", ":a:", "h", "http", "https://", "https://x", "https://.", "https://(", "@", "@here", "@here ", "- ", "- \n",
    "• a\n", "> ", "\n", "\r\n", "||a", "||a||", "|",
    "# ", "# #", "#", "# a\n", "*a _b ~c ", "*a _b* ", "**a *b** ", "a_", "é", "\u{301}", "<t:1:R>", "<:a:1>", "1. ", "-# ", ">>> ",
    "\u{2028}", "<!date^1^a^", "<!subteam^",
  ]

  @Test(arguments: hostile) func workIsLinear(piece: String) {
    for markup in [ChatMarkup.mrkdwn(), .markdown(.discord), .markdown(.mattermost)] {
      func steps(_ count: Int) -> Int { markup.read(String(repeating: piece, count: count / piece.utf8.count)).steps }
      let (small, large) = (steps(1 << 10), steps(1 << 13))
      #expect(large <= 8 * small + 2_048, "\(markup): \(small) steps for 1 KiB, \(large) for 8 KiB")
      #expect(large <= 12 << 13, "\(markup): \(large) steps for 8 KiB")
    }
  }

  /// Decreasing runs: no run closes another, and each could look at all that follow.
  @Test func twoHundredKilobytes() {
    let decreasing =
      (0..<600).map { String(repeating: "`", count: 600 - $0) }.joined(separator: " ") + String(repeating: " ```", count: 5_000)
    let mixed = String(repeating: "*a _b `c <https://x|d [e](https://f \u{2028}", count: 5_000)
    for text in [
      String(repeating: "*", count: 200_000), String(repeating: "<", count: 200_000), String(repeating: "`", count: 200_000), decreasing,
      mixed,
    ] {
      for markup in [ChatMarkup.mrkdwn(), .markdown(.discord)] {
        let read = markup.read(text)
        #expect(read.steps <= 12 * text.utf8.count, "\(markup): \(read.steps) for \(text.utf8.count)")
        #expect(flaws(read.text.nodes).isEmpty)
      }
    }
  }

  /// The counted steps stand for the time: what is not counted would show here, by minutes.
  @Test func timeFollowsTheSteps() {
    let clock = ContinuousClock()
    let took = clock.measure {
      for piece in ["~a~", "*a _b* ", "<https://x|*a>", "[*a](https://x)", "- a\n", "***a"] {
        for markup in [ChatMarkup.mrkdwn(), .markdown(.discord)] {
          _ = markup.read(String(repeating: piece, count: 200_000 / piece.utf8.count))
        }
      }
    }
    #expect(took < .seconds(60), "\(took)")
  }
}
