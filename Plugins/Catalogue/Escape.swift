import Bellhop

/// How text from outside loses its power to mark up, to ping and to break lines of a protocol.
enum Escape {
  /// Without control characters, which no vendor shows and some refuse, and without what turns the direction of reading round
  /// (https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings).
  static func clean(_ text: some StringProtocol) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !isControl(scalar) { out.append(scalar) }
    return String(out)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

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
    // Beyond the beginning of a text node may stand anything, so that it counts as the beginning of a line.
    var isStart = true
    var isNumber = false
    guarded(text) { scalar in
      let isDigit = (0x30...0x39).contains(scalar.value)
      let means =
        "\\`*_[]<|~&".unicodeScalars.contains(scalar) || (isStart && "#+->=/".unicodeScalars.contains(scalar))
        || (isNumber && (scalar == "." || scalar == ")"))
      if means { out.append("\\") }
      out.append(scalar)
      isNumber = isDigit && (isStart || isNumber)
      isStart = scalar == "\n" || (isStart && (scalar == " " || scalar == "\t" || scalar == "\u{2060}"))
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
  /// something together.
  static func unmarked(_ text: some StringProtocol) -> String {
    let twins: [Unicode.Scalar: Unicode.Scalar] = ["`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼", "|": "∣"]
    var out = String.UnicodeScalarView()
    guarded(text) { scalar in
      out.append(twins[scalar] ?? scalar)
      // `<users/all>` is no command and `[label](address)` no link once something invisible stands in it.
      if scalar == "<" || scalar == "]" { out.append("\u{2060}") }
    }
    return String(out)
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
  static func pieces(_ text: String) -> [(text: Substring, address: String?)] {
    var pieces: [(text: Substring, address: String?)] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var next = start
    while let colon = scalars[next...].firstIndex(of: ":") {
      next = scalars.index(after: colon)
      let word = String(scalars[start..<colon].suffix(5)).lowercased()
      guard let scheme = ["https", "http"].first(where: word.hasSuffix), scalars[next...].starts(with: "//".unicodeScalars) else {
        continue
      }
      let host = scalars.index(next, offsetBy: 2)
      var end = scalars[host...].firstIndex(where: endsAddress) ?? scalars.endIndex
      while end > host, ".,;:!?_~…".unicodeScalars.contains(scalars[scalars.index(before: end)]) { end = scalars.index(before: end) }
      guard end > host else { continue }
      let first = scalars.index(colon, offsetBy: -scheme.count)
      if first > start { pieces.append((text[start..<first], nil)) }
      pieces.append((text[first..<end], address(String(text[first..<end]))))
      start = end
      next = end
    }
    if start < scalars.endIndex { pieces.append((text[start...], nil)) }
    return pieces
  }

  private static func endsAddress(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint || "<>|\"`()[]\\'*".unicodeScalars.contains(scalar)
  }

  /// Code has no escapes in Markdown: a sign that looks like its fence.
  static func fenced(_ code: String) -> String { clean(code).replacing("`", with: "ˋ") }

  /// An address to follow, or nil for schemes that could do something; nothing in it can end a link or call somebody.
  static func address(_ url: String) -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "mailto"].contains(scheme), url.utf8.count > scheme.utf8.count + 1 else { return nil }
    var out = ""
    for scalar in clean(url).unicodeScalars {
      switch scalar {
      case "@" where scheme == "mailto": out.unicodeScalars.append(scalar)
      case " ", "<", ">", "|", "\"", "`", "(", ")", "[", "]", "\\", "'", "\n", "\t", "*", "@":
        let byte = String(scalar.value, radix: 16, uppercase: true)
        out += "%" + (byte.count == 1 ? "0" : "") + byte
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
