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

  /// Where there is no markup: only what calls a whole group in one chat or another is cut in two.
  static func plain(_ text: some StringProtocol) -> String {
    let cleaned = clean(text)
    guard cleaned.utf8.contains(UInt8(ascii: "@")) else { return cleaned }
    var out = String.UnicodeScalarView()
    var rest = cleaned.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      out.append(scalar)
      guard scalar == "@" else { continue }
      let next = String(rest.prefix(8)).lowercased()
      if ["everyone", "channel", "here", "all", "room"].contains(where: next.hasPrefix) { out.append("\u{2060}") }
    }
    return String(out)
  }

  /// A backslash before the signs that Markdown knows: some anywhere, some where a line begins, and the dot behind a number that would
  /// begin a list. https://spec.commonmark.org/0.31.2/#backslash-escapes
  static func backslashed(_ text: some StringProtocol) -> String {
    var out = String.UnicodeScalarView()
    // Beyond the beginning of a text node may stand anything, so that it counts as the beginning of a line.
    var isStart = true
    var isNumber = false
    guarded(text) { scalar in
      let isDigit = (0x30...0x39).contains(scalar.value)
      let means =
        "\\`*_[]<|~&".unicodeScalars.contains(scalar) || (isStart && "#+->=".unicodeScalars.contains(scalar))
        || (isNumber && (scalar == "." || scalar == ")"))
      if means { out.append("\\") }
      out.append(scalar)
      isNumber = isDigit && (isStart || isNumber)
      isStart = scalar == "\n" || (isStart && (scalar == " " || scalar == "\t" || scalar == "\u{2060}"))
    }
    return String(out)
  }

  /// Where nothing can be escaped: signs that look the same and mean nothing.
  static func unmarked(_ text: some StringProtocol) -> String {
    let twins: [Unicode.Scalar: Unicode.Scalar] = ["`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼", "|": "∣"]
    var out = String.UnicodeScalarView()
    guarded(text) { scalar in
      out.append(twins[scalar] ?? scalar)
      // `<users/all>`: what stands behind the sign is no command once something invisible stands between.
      if scalar == "<" { out.append("\u{2060}") }
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

  /// Clean scalars, with a word joiner behind every `@` that could call somebody: not the one inside an address of a mail.
  private static func guarded(_ text: some StringProtocol, _ take: (Unicode.Scalar) -> Void) {
    var before: Unicode.Scalar?
    for scalar in clean(text).unicodeScalars {
      take(scalar)
      if scalar == "@", !(before.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false) { take("\u{2060}") }
      before = scalar
    }
  }

  /// Code has no escapes in Markdown: a sign that looks like its fence.
  static func fenced(_ code: String) -> String { clean(code).replacing("`", with: "ˋ") }

  /// An address to follow, or nil for schemes that could do something; nothing in it can end a link.
  static func address(_ url: String) -> String? {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "mailto"].contains(scheme), url.utf8.count > scheme.utf8.count + 1 else { return nil }
    var out = ""
    for scalar in clean(url).unicodeScalars {
      switch scalar {
      case " ", "<", ">", "|", "\"", "`", "(", ")", "[", "]", "\\", "'", "\n", "\t", "*":
        let byte = String(scalar.value, radix: 16, uppercase: true)
        out += "%" + (byte.count == 1 ? "0" : "") + byte
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
