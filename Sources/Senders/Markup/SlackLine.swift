import Bellhop

/// What means something in a line of mrkdwn.
struct MrkdwnRules: Sendable {
  /// `*`, `_`, `~` and backticks.
  var marks: Bool
  /// What stands between Slack's own brackets.
  var controls: Bool
  /// Bare `@here`, `@channel` and `@everyone`.
  var names: Bool
}

/// One line of mrkdwn. Marks hold at the bounds of words only, and never beyond the line.
struct SlackLine {
  private var scan: MarkupScan
  private let rules: MrkdwnRules
  private(set) var mentions: [String] = []

  init(_ line: ArraySlice<Unicode.Scalar>, _ rules: MrkdwnRules) {
    scan = MarkupScan(line)
    self.rules = rules
  }

  var steps: Int { scan.steps }

  mutating func nodes() -> [Text.Node] { nodes(in: 0..<scan.scalars.count, inLink: false) }

  private mutating func nodes(in range: Range<Int>, inLink: Bool) -> [Text.Node] {
    var stack = MarkStack { sign, _ in sign == "*" ? .bold : sign == "_" ? .italic : [] }
    var at = range.lowerBound
    while at < range.upperBound {
      scan.spend(1)
      let scalar = scan.scalars[at]
      switch scalar {
      case "`" where rules.marks:
        at = backticks(at, in: range, &stack)
        continue
      case "*" where rules.marks, "_" where rules.marks, "~" where rules.marks:
        at = mark(at, in: range, &stack)
        continue
      case SlackMarkup.open:
        if !inLink, let (nodes, end) = control(at, in: range) {
          for node in nodes { stack.append(node) }
          at = end
          continue
        }
      case ":":
        if let (code, end) = scan.emoji(at: at, in: range) {
          stack.append(.emoji(code))
          at = end
          continue
        }
      case "h", "H":
        if let end = scan.address(at: at, in: range) {
          let url = scan.string(at..<end)
          stack.append(inLink || !rules.controls ? .text(url) : .link([.text(url)], url: url))
          at = end
          continue
        }
      case "@" where rules.names: noteName(at, in: range)
      default: break
      }
      stack.append(SlackMarkup.shown(scalar))
      at += 1
    }
    return stack.finish()
  }

  private mutating func backticks(_ at: Int, in range: Range<Int>, _ stack: inout MarkStack) -> Int {
    let run = scan.run(at: at, in: range)
    if !scan.isWord(at - 1), let (inside, end) = scan.code(at: at, run, in: range), !scan.isWord(end),
      !scan.scalars[inside].allSatisfy(\.properties.isWhitespace)
    {
      scan.spend(2 * inside.count)
      stack.append(.code(Self.visible(scan.string(inside))))
      return end
    }
    stack.append(scan.scalars[at..<at + run])
    return at + run
  }

  private mutating func mark(_ at: Int, in range: Range<Int>, _ stack: inout MarkStack) -> Int {
    let sign = scan.scalars[at]
    let run = scan.run(at: at, in: range)
    let before = at > range.lowerBound ? at - 1 : -1
    let after = at + run < range.upperBound ? at + run : scan.scalars.count
    // Slack shows `**x**` as it is written.
    if run == 1 {
      if stack.isOpen(sign, 1), !scan.isSpace(before), !scan.isWord(after) {
        if stack.close(sign, 1) == 0 { return at + 1 }
      } else if !stack.isOpen(sign, 1), !scan.isWord(before), !scan.isSpace(after) {
        stack.open(sign, 1)
        return at + 1
      }
    }
    stack.append(scan.scalars[at..<at + run])
    return at + run
  }

  private mutating func noteName(_ at: Int, in range: Range<Int>) {
    guard !scan.isWord(at - 1) else { return }
    for name in ["channel", "here", "everyone"] where scan.spells(name, at: at + 1, in: range) && !scan.isWord(at + 1 + name.utf8.count) {
      mentions.append(name)
    }
  }

  /// What Slack's brackets hold; nil where it is nothing that Slack knows, which is shown as it is.
  private mutating func control(_ at: Int, in range: Range<Int>) -> (nodes: [Text.Node], end: Int)? {
    var end = at + 1
    while end < range.upperBound, !MarkupScan.isSentinel(scan.scalars[end]) { end += 1 }
    scan.spend(2 * (end - at))
    guard end < range.upperBound, scan.scalars[end] == SlackMarkup.close,
      let control = SlackControl(scan.string(at + 1..<end))
    else { return nil }
    if let mention = control.mention { mentions.append(mention) }
    let bar = scan.scalars[at..<end].firstIndex(of: "|").map { $0 + 1 } ?? end
    let label = bar < end && control.showsLabel ? nodes(in: bar..<end, inLink: true) : []
    let words = label.isEmpty ? [.text(control.words)] : label
    return (control.url.map { [.link(words, url: $0)] } ?? words, end + 1)
  }

  /// Code as people see it: only what stands in Slack's brackets is replaced by its words. Nobody is called from within code.
  static func visible(_ code: String) -> String {
    let scalars = Array(code.unicodeScalars)
    var out = String.UnicodeScalarView()
    var at = 0
    while at < scalars.count {
      if scalars[at] == SlackMarkup.open {
        var end = at + 1
        while end < scalars.count, !MarkupScan.isSentinel(scalars[end]) { end += 1 }
        if end < scalars.count, scalars[end] == SlackMarkup.close,
          let control = SlackControl(String(String.UnicodeScalarView(scalars[at + 1..<end])))
        {
          out.append(contentsOf: (control.showsLabel && !control.label.isEmpty ? control.label : control.words).unicodeScalars)
          at = end + 1
          continue
        }
      }
      out.append(SlackMarkup.shown(scalars[at]))
      at += 1
    }
    return String(out)
  }
}
