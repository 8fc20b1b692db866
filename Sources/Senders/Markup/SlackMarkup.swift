import Bellhop

/// Reads Slack's mrkdwn in time linear to its length. Strikes and quotes have no place in the tree: the words stay, and `> ` before them.
/// https://docs.slack.dev/messaging/formatting-message-text
enum SlackMarkup {
  /// - Parameters:
  ///   - marks: whether `*`, `_`, `~` and backticks mean something. What stands in `<…>` and the entities always do.
  ///   - names: whether bare `@here`, `@channel` and `@everyone` call.
  static func read(_ text: String, marks: Bool = true, names: Bool = false) -> OutsideText {
    read(unescaped(text), MrkdwnRules(marks: marks, controls: true, names: names))
  }

  /// A text of Slack in which nothing is a mark, as in `plain_text` objects.
  static func literal(_ text: String, emoji: Bool) -> OutsideText {
    guard emoji else {
      let scalars = MarkupScan.clean(text)
      return OutsideText(text: Text(literal: String(String.UnicodeScalarView(scalars))), steps: scalars.count)
    }
    return read(MarkupScan.clean(text), MrkdwnRules(marks: false, controls: false, names: false))
  }

  private static func read(_ scalars: [Unicode.Scalar], _ rules: MrkdwnRules) -> OutsideText {
    var reader = MrkdwnReader(rules: rules)
    reader.steps = scalars.count
    let passages = rules.marks ? CodePassages.part(scalars, isMarkdown: false) : [.prose(scalars[...])]
    for (index, passage) in passages.enumerated() {
      switch passage {
      case .prose(let prose):
        let lines = CodePassages.lines(prose, behindCode: index > 0, beforeCode: index + 1 < passages.count)
        for line in lines { reader.add(line) }
      case .code(let code):
        reader.steps += code.unicodeScalars.count
        reader.blocks.add(code: SlackLine.visible(code))
      }
    }
    return OutsideText(text: reader.blocks.text, mentions: reader.mentions.names, steps: reader.steps)
  }

  // MARK: Brackets

  /// `<` and `>` that are Slack's own, told from those that a sender escaped. Clean texts hold neither.
  static let open: Unicode.Scalar = "\u{1}"
  static let close: Unicode.Scalar = "\u{2}"

  /// The character as people see it.
  static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar { scalar == open ? "<" : scalar == close ? ">" : scalar }

  private static let entities: [(name: [Unicode.Scalar], scalar: Unicode.Scalar)] = [
    (Array("&amp;".unicodeScalars), "&"), (Array("&lt;".unicodeScalars), "<"), (Array("&gt;".unicodeScalars), ">"),
  ]

  /// The three entities become what they stand for, once; bare brackets become ``open`` and ``close``.
  private static func unescaped(_ text: String) -> [Unicode.Scalar] {
    let scalars = MarkupScan.clean(text)
    var out: [Unicode.Scalar] = []
    out.reserveCapacity(scalars.count)
    var index = 0
    while index < scalars.count {
      if scalars[index] == "&", let entity = entities.first(where: { scalars[index...].starts(with: $0.name) }) {
        out.append(entity.scalar)
        index += entity.name.count
        continue
      }
      out.append(scalars[index] == "<" ? open : scalars[index] == ">" ? close : scalars[index])
      index += 1
    }
    return out
  }

  // MARK: Lines

  private struct MrkdwnReader {
    let rules: MrkdwnRules
    var blocks = TextBlocks()
    var mentions = MentionList()
    var steps = 0
    /// `>>>` quotes all that follows.
    private var quotes = false

    init(rules: MrkdwnRules) { self.rules = rules }

    mutating func add(_ line: ArraySlice<Unicode.Scalar>) {
      if line.allSatisfy(MarkupScan.isBlank) { return blocks.add(line: []) }
      var line = line
      if rules.marks, !quotes, line.prefix(3).map(SlackMarkup.shown) == [">", ">", ">"] {
        quotes = true
        line = line.dropFirst(3).drop(while: MarkupScan.isBlank)
        if line.isEmpty { return }
      }
      if quotes { return blocks.add(line: nodes(line), behind: "> ") }
      if rules.marks, let item = MarkupScan.item(line, bullets: "•◦▪-") { return blocks.add(item: nodes(item)) }
      blocks.add(line: nodes(line))
    }

    private mutating func nodes(_ line: ArraySlice<Unicode.Scalar>) -> [Text.Node] {
      var reader = SlackLine(line, rules)
      let nodes = reader.nodes()
      steps += reader.steps
      for name in reader.mentions { mentions.insert(name) }
      return nodes
    }
  }
}
