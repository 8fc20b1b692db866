import Bellhop

/// Slack's mrkdwn. Text from outside enters through ``escaped(_:)`` only.
/// https://docs.slack.dev/messaging/formatting-message-text
enum Mrkdwn {
  /// Nodes as mrkdwn. Every construct is closed again on its own line.
  static func print(_ nodes: [Text.Node]) -> String {
    var writer = MrkdwnWriter()
    writer.write(nodes)
    return writer.out
  }

  /// The three characters that Slack asks to escape: without `<` there is no mention, link or command. Slack links no bare
  /// `@everyone` either, as long as nobody asks for it; servers that speak Slack's webhooks do, so a word joiner stands behind that `@`.
  static func entities(_ text: some StringProtocol) -> String {
    let scalars = Array(Text.clean(text).unicodeScalars)
    var out = String.UnicodeScalarView()
    for index in scalars.indices { append(scalars[index], at: index, in: scalars, to: &out) }
    return String(out)
  }

  private static func append(_ scalar: Unicode.Scalar, at index: Int, in scalars: [Unicode.Scalar], to out: inout String.UnicodeScalarView)
  {
    switch scalar {
    case "&": out.append(contentsOf: "&amp;".unicodeScalars)
    case "<": out.append(contentsOf: "&lt;".unicodeScalars)
    case ">": out.append(contentsOf: "&gt;".unicodeScalars)
    case "@" where callsAll(scalars[(index + 1)...]): out.append(contentsOf: "@\u{2060}".unicodeScalars)
    default: out.append(scalar)
    }
  }

  private static func callsAll(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    let start = string(scalars.prefix(8)).lowercased()
    return ["everyone", "channel", "here", "all"].contains { start.hasPrefix($0) }
  }

  /// Text as it is: no mention, no formatting, no quote, no emoji; only addresses become links to themselves.
  ///
  /// Works on scalars: a mark with an accent upon it is another character to Swift, and the same mark to Slack.
  static func escaped(_ text: some StringProtocol) -> String {
    let scalars = Array(Text.clean(text).unicodeScalars)
    var out = ""
    var done = 0
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "h", let end = endOfAddress(in: scalars, from: index) else {
        index += 1
        continue
      }
      out += literal(scalars[done..<index], in: scalars) + "<\(entities(string(scalars[index..<end])))>"
      (index, done) = (end, end)
    }
    return out + literal(scalars[done...], in: scalars)
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var string = String.UnicodeScalarView()
    string.append(contentsOf: scalars)
    return String(string)
  }

  /// Where an address that starts here ends, without the punctuation of the sentence around it.
  private static func endOfAddress(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
    let scheme = ["https://", "http://"].first { scalars[start...].starts(with: $0.unicodeScalars) }
    return scheme.flatMap { Text.endOfAddress(start + $0.unicodeScalars.count, in: scalars) }
  }

  /// mrkdwn has no escape for its marks. What stands in for a date that Slack cannot read is shown as it is, so marks that could
  /// open or close something go there; the trick is that of https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md
  private static func literal(_ part: ArraySlice<Unicode.Scalar>, in scalars: [Unicode.Scalar]) -> String {
    var out = String.UnicodeScalarView()
    var run = ""
    func flush() {
      if !run.isEmpty { out.append(contentsOf: "<!date^00000000^{_}|\(run)>".unicodeScalars) }
      run = ""
    }
    for index in part.indices {
      let scalar = scalars[index]
      if isMark(scalar, at: index, in: scalars) || opensEmoji(at: index, in: scalars) {
        run.unicodeScalars.append(scalar)
        continue
      }
      flush()
      // At the start of a line it quotes even when escaped; a soft hyphen before it is not seen.
      if scalar == ">" || scalar == "＞", index == 0 || isNewline(scalars[index - 1]) { out.append("\u{AD}") }
      append(scalar, at: index, in: scalars, to: &out)
    }
    flush()
    return String(out)
  }

  /// Inside a word (`snake_case`) and alone between spaces the marks mean nothing to Slack.
  private static func isMark(_ scalar: Unicode.Scalar, at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    if scalar == "`" { return true }
    guard scalar == "*" || scalar == "_" || scalar == "~" else { return false }
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    func isWord(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
    }
    // Beyond the ends of a text node may stand anything.
    func isSpace(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isWhitespace ?? false }
    return !(isWord(before) && isWord(after)) && !(isSpace(before) && isSpace(after))
  }

  /// Slack allows names of 100 characters.
  private static let longestShortcode = 100

  private static func opensEmoji(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    guard scalars[index] == ":" else { return false }
    let end = scalars[(index + 1)...].prefix(longestShortcode + 1).firstIndex(of: ":")
    return end.map { Emoji.isCode(string(scalars[(index + 1)..<$0])) } ?? false
  }

  private static func isNewline(_ scalar: Unicode.Scalar) -> Bool { Character(scalar).isNewline }

  /// Where no trick works, inside code and labels: characters that look like the marks.
  private static func lookalike(_ text: some StringProtocol, marks: String) -> String {
    let twins: [Unicode.Scalar: Unicode.Scalar] = ["`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼", "|": "∣"]
    var out = String.UnicodeScalarView()
    for scalar in Text.clean(text).unicodeScalars { out.append(marks.unicodeScalars.contains(scalar) ? twins[scalar] ?? scalar : scalar) }
    return String(out)
  }

  /// An address between `<` and `|`; nil for schemes that could do something.
  private static func address(_ url: String) -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "mailto"].contains(scheme), url.count > scheme.count + 1 else { return nil }
    var out = ""
    for scalar in Text.clean(url).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "%3C"
      case ">": out += "%3E"
      case "|": out += "%7C"
      case "\"": out += "%22"
      case _ where scalar.value <= 0x20 || scalar.value == 0x7F: out += "%20"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// A link; where the address is not one to follow, the label and the address as text.
  static func link(_ label: String, _ url: String) -> String {
    guard let address = address(url) else { return label.isEmpty ? escaped(url) : "\(escaped(label)) (\(escaped(url)))" }
    let flat = label.split(whereSeparator: \.isNewline).joined(separator: " ")
    return !Text.isVisible(flat) ? "<\(address)>" : "<\(address)|\(entities(lookalike(flat, marks: "`*_~|")))>"
  }

  private struct MrkdwnWriter {
    var out = ""
    /// Marks that are open around this: bold within bold would close it.
    var open: Set<String> = []

    mutating func write(_ nodes: [Text.Node]) { for node in nodes { write(node) } }

    private mutating func write(_ node: Text.Node) {
      switch node {
      case .text(let text):
        joinWord(text.first)
        out += Mrkdwn.escaped(text)
      case .bold(let inner): wrap(inner, "*")
      case .italic(let inner): wrap(inner, "_")
      case .code(let code):
        let flat = lookalike(code, marks: "`").split(whereSeparator: \.isNewline).joined(separator: " ")
        guard !flat.allSatisfy(\.isWhitespace) else { return out += flat }
        Self.joinMark(&out)
        out += "`\(entities(flat))`"
      case .codeBlock(let code):
        if let last = out.last, !last.isNewline { out += "\n" }
        out += "```\n\(entities(lookalike(code, marks: "`")))\n```"
      case .link(let inner, let url):
        out += Mrkdwn.link(Text(inner).plain, url)
      case .line: out += "\n"
      case .list(let items):
        for item in items {
          if let last = out.last, !last.isNewline { out += "\n" }
          out += "• "
          write(item)
        }
      case .emoji(let code): out += Emoji.isCode(code) ? ":\(code):" : Mrkdwn.escaped(":\(code):")
      }
    }

    /// Marks hold for one line and stand at the edge of a word; spaces inside them would undo them.
    private mutating func wrap(_ inner: [Text.Node], _ mark: String) {
      guard !open.contains(mark) else { return write(inner) }
      var writer = MrkdwnWriter(open: open.union([mark]))
      writer.write(inner)
      Text.mark(writer.out, in: &out) { out, words in
        Self.joinMark(&out)
        out += mark + words + mark
      }
    }

    /// Slack sees marks at the edge of words only: a zero-width space makes an edge.
    private static func joinMark(_ out: inout String) {
      if let last = out.last, last.isLetter || last.isNumber { out += "\u{200B}" }
    }
    private mutating func joinWord(_ first: Character?) {
      guard let last = out.last, "*_`".contains(last), let first, first.isLetter || first.isNumber else { return }
      out += "\u{200B}"
    }
  }
}
