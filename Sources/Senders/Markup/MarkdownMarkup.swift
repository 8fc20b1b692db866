import Bellhop

/// Reads other vendors' Markdown in time linear to its length. Headings become bold lines; strikes, underlines, spoilers and quotes have no
/// place in the tree: the words stay, and `> ` before them. Numbered lists stay lines, so that no number is lost.
enum MarkdownMarkup {
  static func read(_ text: String, _ flavour: MarkdownFlavour = .common) -> OutsideText {
    let scalars = MarkupScan.clean(text)
    var reader = MarkdownReader(flavour: flavour)
    reader.steps = scalars.count
    let passages = CodePassages.part(scalars, isMarkdown: true)
    for (index, passage) in passages.enumerated() {
      switch passage {
      case .prose(let prose):
        let lines = CodePassages.lines(prose, behindCode: index > 0, beforeCode: index + 1 < passages.count)
        for line in lines { reader.add(line) }
      case .code(let code):
        reader.steps += code.unicodeScalars.count
        reader.blocks.add(code: code)
      }
    }
    return OutsideText(text: reader.blocks.text, mentions: reader.mentions.names, steps: reader.steps)
  }

  private struct MarkdownReader {
    let flavour: MarkdownFlavour
    var blocks = TextBlocks()
    var mentions = MentionList()
    var steps = 0
    /// `>>>` quotes all that follows.
    private var quotes = false

    init(flavour: MarkdownFlavour) { self.flavour = flavour }

    mutating func add(_ line: ArraySlice<Unicode.Scalar>) {
      if line.allSatisfy(MarkupScan.isBlank) { return blocks.add(line: []) }
      var line = line
      if flavour == .discord, !quotes, line.starts(with: ">>> ".unicodeScalars) {
        quotes = true
        line = line.dropFirst(4)
      }
      if quotes { return blocks.add(line: nodes(line), behind: "> ") }
      if let words = heading(line) {
        let inner = nodes(words, outer: .bold)
        return blocks.add(line: inner.isEmpty ? [] : [.bold(inner)])
      }
      if flavour == .discord, line.starts(with: "-# ".unicodeScalars) { line = line.dropFirst(3) }
      if let item = MarkupScan.item(line, bullets: "-*+•") { return blocks.add(item: nodes(item)) }
      blocks.add(line: nodes(line))
    }

    /// What stands behind `# ` … `###### `, without such signs at the end.
    private func heading(_ line: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
      let body = line.drop(while: MarkupScan.isBlank)
      let signs = body.prefix { $0 == "#" }
      guard (1...6).contains(signs.count), let next = body.dropFirst(signs.count).first, MarkupScan.isBlank(next) else { return nil }
      var words = body.dropFirst(signs.count).drop(while: MarkupScan.isBlank)
      var end = words
      while let last = end.last, MarkupScan.isBlank(last) { end.removeLast() }
      let hashless = end.reversed().drop { $0 == "#" }.count
      if hashless < end.count, hashless == 0 || MarkupScan.isBlank(end[end.startIndex + hashless - 1]) { end = end.prefix(hashless) }
      while let last = end.last, MarkupScan.isBlank(last) { end.removeLast() }
      words = end
      return words.isEmpty ? nil : words
    }

    private mutating func nodes(_ line: ArraySlice<Unicode.Scalar>, outer: MarkStyle = []) -> [Text.Node] {
      var reader = MarkdownLine(line, flavour)
      let nodes = reader.nodes(outer: outer)
      steps += reader.steps
      for name in reader.mentions { mentions.insert(name) }
      return nodes
    }
  }
}
