import Bellhop

/// How text from outside loses its power to mark up, to ping and to break lines of a protocol.
enum Escape {
  /// Without control characters and what turns the direction of reading round.
  static func clean(_ text: some StringProtocol) -> String { Text.clean(text) }

  /// Where there is no markup: only what calls somebody in one chat or another is cut in two.
  static func plain(_ text: some StringProtocol) -> String {
    var out = String.UnicodeScalarView()
    guarded(text) { out.append($0) }
    return String(out)
  }

  /// A backslash before the signs that Markdown knows: some anywhere, some where a line begins, and the dot behind a number that would
  /// begin a list. A line that begins with `/` is a command to some: `/close`.
  /// https://spec.commonmark.org/0.31.2/#backslash-escapes https://docs.gitlab.com/user/project/quick_actions/
  static func backslashed(_ text: some StringProtocol) -> String {
    var out = String.UnicodeScalarView()
    var line = LineStart()
    guarded(text) { scalar in
      if "\\`*_[]<|~&".unicodeScalars.contains(scalar) || line.means(scalar, of: "#+->=/") { out.append("\\") }
      out.append(scalar)
      line.take(scalar)
    }
    return String(out)
  }

  /// Something invisible behind the signs that make a number or a name refer to another issue, which would tell of it there.
  static func unreferring(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var out = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      out.append(scalar)
      guard "#!$%&~^".unicodeScalars.contains(scalar), index + 1 < scalars.count, isWord(scalars[index + 1]) else { continue }
      out.append("\u{2060}")
    }
    return String(out)
  }

  /// As ``backslashed(_:)``, for a dialect that knows fewer escapes: elsewhere its backslash is a backslash, and something invisible
  /// breaks what would mean something. https://github.com/mattermost/marked/blob/master/lib/marked.js
  static func backslashedForMattermost(_ text: some StringProtocol) -> String {
    let backslashed = Array(backslashed(text).unicodeScalars)
    var out = String.UnicodeScalarView()
    var index = 0
    while index < backslashed.count {
      let scalar = backslashed[index]
      index += 1
      guard scalar == "\\", index < backslashed.count else {
        out.append(scalar)
        continue
      }
      let escaped = backslashed[index]
      index += 1
      switch escaped {
      // Nothing is an escape before a letter, not even a backslash.
      case "\\":
        let isLetter = index < backslashed.count && isWord(backslashed[index])
        out.append(contentsOf: isLetter ? [escaped] : [scalar, escaped])
      case "<": out.append(contentsOf: [escaped, "\u{2060}"])
      case "&":
        out.append(escaped)
        if index < backslashed.count, isWord(backslashed[index]) || backslashed[index] == "#" { out.append("\u{2060}") }
      case "=": out.append(contentsOf: ["\u{2060}", escaped])
      // No command there: a webhook gives none.
      case "/": out.append(escaped)
      default: out.append(contentsOf: [scalar, escaped])
      }
    }
    return String(out)
  }

  /// Where nothing can be escaped: signs that look the same and mean nothing, and something invisible within those that only mean
  /// something together or where a line begins.
  static func unmarked(_ text: some StringProtocol) -> String {
    let twins: [Unicode.Scalar: Unicode.Scalar] = ["`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼", "|": "∣"]
    var out = String.UnicodeScalarView()
    var line = LineStart()
    guarded(text) { scalar in
      // `<users/all>` is no command, `[label](address)` no link and `$$x$$` no formula once something invisible stands in it.
      let isSecondDollar = scalar == "$" && out.last == "$"
      if line.means(scalar, of: "#+->") || isSecondDollar { out.append("\u{2060}") }
      out.append(twins[scalar] ?? scalar)
      if scalar == "<" || scalar == "]" { out.append("\u{2060}") }
      line.take(scalar)
    }
    return String(out)
  }

  /// Something invisible behind the colon that begins the name of an emoji: `:tada:`.
  static func unnamed(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var out = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      out.append(scalar)
      guard scalar == ":" else { continue }
      let name = scalars[(index + 1)...].prefix { isWord($0) || "_+-ˍ".unicodeScalars.contains($0) }
      if !name.isEmpty, index + 1 + name.count < scalars.count, scalars[index + 1 + name.count] == ":" { out.append("\u{2060}") }
    }
    return String(out)
  }

  /// Which signs mean something to Markdown only because a line begins with them: a heading, a quote, an item, a numbered item, a command.
  /// Beyond the beginning of a text node may stand anything, so that it counts as the beginning of a line.
  private struct LineStart {
    private var isStart = true
    private var isNumber = false

    func means(_ scalar: Unicode.Scalar, of signs: String) -> Bool {
      (isStart && signs.unicodeScalars.contains(scalar)) || (isNumber && (scalar == "." || scalar == ")"))
    }

    mutating func take(_ scalar: Unicode.Scalar) {
      isNumber = (0x30...0x39).contains(scalar.value) && (isStart || isNumber)
      isStart = scalar == "\n" || (isStart && (scalar == " " || scalar == "\t" || scalar == "\u{2060}"))
    }
  }

  /// The characters that HTML gives a meaning. https://html.spec.whatwg.org/multipage/parsing.html#data-state
  static func entities(_ text: some StringProtocol) -> String {
    var out = ""
    guarded(text) { scalar in
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Clean scalars, with a word joiner behind every `@` that could call somebody: not the one inside the address of a mail.
  private static func guarded(_ text: some StringProtocol, _ take: (Unicode.Scalar) -> Void) {
    let scalars = Array(clean(text).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      take(scalar)
      guard scalar == "@" else { continue }
      // Of a text that ends in it nobody knows what follows.
      let isInWord = index > 0 && isWord(scalars[index - 1]) && index + 1 < scalars.count
      if !isInWord || callsAll(scalars[(index + 1)...]) { take("\u{2060}") }
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar.properties.numericType != nil }

  /// Whether it begins with a word for a whole group: some read it even within a word. `@hereford.example` is a part of an address.
  private static func callsAll(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    let label = rest.prefix { isWord($0) || $0 == "-" }
    let word = String(String.UnicodeScalarView(label.prefix(8))).lowercased()
    guard let call = ["everyone", "channel", "here", "all", "room"].first(where: word.hasPrefix) else { return false }
    let behind = rest.dropFirst(label.count)
    return label.count == call.count || !(behind.first == "." && behind.dropFirst().first.map(isWord) ?? false)
  }

  /// A text from outside in two sorts of pieces: addresses that it shows, whole, and what stands around them. Marks and escapes within an
  /// address would change where it leads.
  static func pieces(_ text: String) -> [(text: Substring, isAddress: Bool)] {
    var pieces: [(text: Substring, isAddress: Bool)] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var next = start
    while let colon = scalars[next...].firstIndex(of: ":") {
      next = scalars.index(after: colon)
      let word = String(scalars[start..<colon].suffix(5)).lowercased()
      guard let scheme = ["https", "http"].first(where: word.hasSuffix), scalars[next...].starts(with: "//".unicodeScalars),
        let end = Text.endOfAddress(scalars.index(next, offsetBy: 2), in: scalars)
      else { continue }
      let first = scalars.index(colon, offsetBy: -scheme.count)
      if first > start { pieces.append((text[start..<first], false)) }
      pieces.append((text[first..<end], true))
      start = end
      next = end
    }
    if start < scalars.endIndex { pieces.append((text[start...], false)) }
    return pieces
  }

  /// Code has no escapes in Markdown: a sign that looks like its fence.
  static func fenced(_ code: String) -> String { clean(code).escaped(["`": "ˋ"]) }

  /// An address to follow, or nil for schemes that could do something; nothing in it can end a link or call somebody.
  /// - Parameter signs: what stays as it is, of the signs that end a link in one markup or another.
  static func address(_ url: String, leaving signs: String = "") -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "mailto"].contains(scheme), url.utf8.count > scheme.utf8.count + 1 else { return nil }
    let clean = clean(url)
    let host = literalHost(clean)
    var out = String(clean[..<host.lowerBound]).unicodeScalars.map { encoded($0, scheme, signs) }.joined() + clean[host]
    for scalar in clean[host.upperBound...].unicodeScalars { out += encoded(scalar, scheme, signs) }
    return out
  }

  private static func encoded(_ scalar: Unicode.Scalar, _ scheme: String, _ signs: String) -> String {
    switch scalar {
    case "@" where scheme == "mailto", _ where signs.unicodeScalars.contains(scalar): return String(Character(scalar))
    case " ", "<", ">", "|", "\"", "`", "(", ")", "[", "]", "\\", "'", "\n", "\t", "*", "@":
      return String(Character(scalar)).percentEncoded()
    default: return String(Character(scalar))
    }
  }

  /// The brackets around an address of IPv6 belong to it. https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
  private static func literalHost(_ url: String) -> Range<String.Index> {
    let none = url.endIndex..<url.endIndex
    guard let slashes = url.firstRange(of: "://"), url[slashes.upperBound...].first == "[",
      let end = url[slashes.upperBound...].firstIndex(of: "]")
    else { return none }
    let inside = url[url.index(after: slashes.upperBound)..<end]
    let isLiteral =
      !inside.isEmpty && inside.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "abcdefABCDEF:.".utf8.contains($0) }
    return isLiteral ? slashes.upperBound..<url.index(after: end) : none
  }

  /// Whether its host has a dot: some vendors take no other for an address.
  static func hasDottedHost(_ url: String) -> Bool {
    guard let slashes = url.firstRange(of: "://") else { return false }
    let authority = url[slashes.upperBound...].prefix { !"/?#".contains($0) }
    return authority.first != "[" && authority.drop(while: { $0 == "." }).prefix { $0 != ":" }.contains(".")
  }
}
