import Bellhop

/// Slack's mrkdwn. Text from outside enters through ``escaped(_:)`` only.
/// https://docs.slack.dev/messaging/formatting-message-text
enum Markup {
  /// Nodes as mrkdwn. Every construct is closed again on its own line.
  static func print(_ nodes: [Text.Node]) -> String {
    var writer = Writer()
    writer.write(nodes)
    return writer.out
  }

  /// A shortcode without its colons.
  static func isShortcode(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "_+-'".utf8.contains($0) }
  }

  /// The three characters that Slack asks to escape: without `<` there is no mention, link or command.
  static func entities(_ text: some StringProtocol) -> String {
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }

  /// Text as it is: no mention, no formatting, no quote, no emoji; only addresses become links to themselves.
  static func escaped(_ text: some StringProtocol) -> String {
    var out = ""
    var rest = Substring(text)
    while let start = rest.firstRange(ofAny: ["https://", "http://"]) {
      let tail = rest[start...]
      var end = tail.firstIndex { $0.isWhitespace || "<>\"|`".contains($0) } ?? tail.endIndex
      while end > start, ".,;:!?)'*_~]}".contains(tail[tail.index(before: end)]) { end = tail.index(before: end) }
      guard tail[..<end].count > 8 else {
        let after = tail.index(start, offsetBy: 7)
        out += literal(rest[..<after], before: out.last)
        rest = rest[after...]
        continue
      }
      out += literal(rest[..<start], before: out.last) + "<\(entities(tail[..<end]))>"
      rest = rest[end...]
    }
    return out + literal(rest, before: out.last)
  }

  /// mrkdwn has no escape for its marks. What stands in for a date that Slack cannot read is shown as it is, so marks that could
  /// open or close something go there; the trick is that of https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md
  private static func literal(_ text: Substring, before: Character?) -> String {
    var out = ""
    var run = ""
    func flush() {
      if !run.isEmpty { out += "<!date^00000000^{_}|\(run)>" }
      run = ""
    }
    var previous = before
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      let next = text.index(after: index)
      let following = next < text.endIndex ? text[next] : nil
      if isMark(character, previous, following) || opensEmoji(text[index...]) {
        run.append(character)
      } else {
        flush()
        // At the start of a line an escaped `>` still quotes; a soft hyphen before it is not seen.
        if character == ">" || character == "＞", previous == nil || previous?.isNewline == true { out += "\u{AD}" }
        out += entities(String(character))
      }
      previous = character
      index = next
    }
    flush()
    return out
  }

  /// Inside a word (`snake_case`) and alone between spaces the marks mean nothing to Slack.
  private static func isMark(_ character: Character, _ previous: Character?, _ following: Character?) -> Bool {
    if character == "`" { return true }
    guard "*_~".contains(character) else { return false }
    func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
    func isSpace(_ character: Character?) -> Bool { character?.isWhitespace ?? true }
    return !(isWord(previous) && isWord(following)) && !(isSpace(previous) && isSpace(following))
  }

  /// Slack allows names of 100 characters.
  private static let longestShortcode = 100

  private static func opensEmoji(_ text: Substring) -> Bool {
    guard text.first == ":", let end = text.dropFirst().prefix(longestShortcode + 1).firstIndex(of: ":") else { return false }
    return isShortcode(text[text.index(after: text.startIndex)..<end])
  }

  /// Where no trick works, inside code and labels: characters that look like the marks.
  private static func lookalike(_ text: some StringProtocol, marks: String) -> String {
    let twins: [Character: Character] = ["`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼", "|": "∣"]
    return String(text.map { marks.contains($0) ? twins[$0] ?? $0 : $0 })
  }

  /// An address between `<` and `|`; nil for schemes that could do something.
  private static func address(_ url: String) -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "mailto"].contains(scheme), url.count > scheme.count + 1 else { return nil }
    var out = ""
    for scalar in url.unicodeScalars {
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
    return flat.isEmpty ? "<\(address)>" : "<\(address)|\(entities(lookalike(flat, marks: "`*_~|")))>"
  }

  private struct Writer {
    var out = ""

    mutating func write(_ nodes: [Text.Node]) { for node in nodes { write(node) } }

    private mutating func write(_ node: Text.Node) {
      switch node {
      case .text(let text):
        joinWord(text.first)
        out += Markup.escaped(text)
      case .bold(let inner): wrap(inner, "*")
      case .italic(let inner): wrap(inner, "_")
      case .code(let code):
        let flat = lookalike(code, marks: "`").split(whereSeparator: \.isNewline).joined(separator: " ")
        guard !flat.allSatisfy(\.isWhitespace) else { return out += flat }
        joinMark()
        out += "`\(entities(flat))`"
      case .codeBlock(let code):
        if let last = out.last, !last.isNewline { out += "\n" }
        out += "```\n\(entities(lookalike(code, marks: "`")))\n```"
      case .link(let inner, let url):
        out += Markup.link(Text(inner).plain, url)
      case .line: out += "\n"
      case .list(let items):
        for item in items {
          if let last = out.last, !last.isNewline { out += "\n" }
          out += "• "
          write(item)
        }
      case .emoji(let code): out += isShortcode(code) ? ":\(code):" : Markup.escaped(":\(code):")
      }
    }

    /// Marks hold for one line and stand at the edge of a word; spaces inside them would undo them.
    private mutating func wrap(_ inner: [Text.Node], _ mark: String) {
      let printed = Markup.print(inner)
      guard !printed.contains("```") else { return out += printed }
      for (index, line) in printed.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if index > 0 { out += "\n" }
        let core = line.drop(while: \.isWhitespace)
        guard let last = core.lastIndex(where: { !$0.isWhitespace }) else {
          out += line
          continue
        }
        out += line[..<core.startIndex]
        joinMark()
        out += mark + core[...last] + mark + core[core.index(after: last)...]
      }
    }

    /// Slack sees marks at the edge of words only: a zero-width space makes an edge.
    private mutating func joinMark() {
      if let last = out.last, last.isLetter || last.isNumber { out += "\u{200B}" }
    }
    private mutating func joinWord(_ first: Character?) {
      guard let last = out.last, "*_`".contains(last), let first, first.isLetter || first.isNumber else { return }
      out += "\u{200B}"
    }
  }
}

extension Substring {
  fileprivate func firstRange(ofAny needles: [String]) -> Index? {
    var index = startIndex
    while let candidate = self[index...].firstIndex(of: "h") {
      if needles.contains(where: { self[candidate...].hasPrefix($0) }) { return candidate }
      index = self.index(after: candidate)
    }
    return nil
  }
}
