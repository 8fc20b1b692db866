import Bellhop

/// Something that is allowed and hardly meant: what it really says, and how to write what was meant.
struct Doubt: Hashable {
  var problem: String
  var hint: String

  init(_ problem: String, _ hint: String) {
    self.problem = problem
    self.hint = hint
  }
}

extension Reader {
  func warning(_ doubt: Doubt) { warning(doubt.problem, hint: doubt.hint) }
}

/// What both patterns and values may look like without being it.
enum Lookalike {
  /// `pro|team`, `user.a, user.b`, `eu or us`: the alternatives, which only a list holds.
  static func alternatives(_ text: String) -> [String]? {
    for separator in ["||", "|", ",", " or "] where text.contains(separator) {
      let parts = text.split(separator: separator, omittingEmptySubsequences: false).map { trimmed($0) }
      guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty }) else { continue }
      if separator == ",", !parts.allSatisfy(isWord) { continue }
      return parts
    }
    return nil
  }

  /// `{user,team}.*`: what a shell makes of it.
  static func braces(_ text: String) -> [String]? {
    guard let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}"), !text.contains("{{") else { return nil }
    let inner = text[text.index(after: open)..<close].split(separator: ",").map { trimmed($0) }
    return inner.count < 2 ? nil : inner.map { "\(text[..<open])\($0)\(text[text.index(after: close)...])" }
  }

  /// The expression inside `/…/`, or the text itself where it has what only regular expressions have.
  static func expression(_ text: String) -> String? {
    var inner = text[...]
    if inner.count > 2, inner.hasPrefix("/"), let last = inner.lastIndex(of: "/"), last > inner.startIndex,
      ["", "i"].contains(inner[inner.index(after: last)...])
    {
      let flag = inner.hasSuffix("i") ? "(?i)" : ""
      inner = inner[inner.index(after: inner.startIndex)..<last]
      if signs(of: inner) || inner.contains(".*") { return flag + inner }
      return nil
    }
    return signs(of: inner) ? text : nil
  }

  private static func signs(of text: Substring) -> Bool {
    if text.hasPrefix("^") || text.hasPrefix(".*") || text.hasPrefix("(?") { return true }
    if ["\\d", "\\w", "\\s", "\\.", "[.]", "[a-z", "[0-9", "[^", ".*$"].contains(where: text.contains) { return true }
    // Sentences may hold these for their own sake.
    if text.contains(where: \.isWhitespace) { return false }
    return [".+", ")?", ")+", ")*"].contains(where: text.contains) || text.contains("(") && text.contains("|")
      || text.hasSuffix("$") && text.contains { ".*[\\".contains($0) }
  }

  /// Blanks at an end, quotes around it, signs that nobody sees, a template: never in what an event brings, or not on purpose.
  static func outside(_ text: String, _ what: String) -> Doubt? {
    if text.contains("{{") { return Doubt("`{{` is taken as it is: \(what) takes no template", "write the value itself") }
    if let first = text.first, let last = text.last, first == last, "\"'`".contains(first), text.count > 1 {
      return Doubt("the value has quotes inside the quotes", "write \(Plain.yaml(String(text.dropFirst().dropLast())))")
    }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      return Doubt(
        "the value has a blank at its \(text.first?.isWhitespace == true ? "start" : "end")", "write \(Plain.yaml(trimmed(text[...])))")
    }
    if let hidden = text.unicodeScalars.first(where: isUnseen) {
      return Doubt("the value holds the character \(name(of: hidden)), which nobody sees", "type it anew")
    }
    return nil
  }

  /// No-break and other odd spaces, and what has no width at all.
  static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x7F && (scalar.properties.isWhitespace || scalar.properties.generalCategory == .format)
  }

  /// `U+00A0`.
  static func name(of scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    return "U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)"
  }

  static func trimmed(_ text: Substring) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// No part of a sentence and no name of a person: `eu`, `user.a`, `a@b.c`, `EU`, `502`.
  private static func isWord(_ text: String) -> Bool {
    !text.contains(where: \.isWhitespace) && (text.first?.isUppercase != true || text.allSatisfy { !$0.isLowercase })
  }
}

/// Text as it may stand in a file, for hints that are copied.
enum Plain {
  /// The text, in quotes where YAML would read it otherwise.
  static func yaml(_ text: String) -> String {
    guard let first = text.first else { return "\"\"" }
    let isPlain =
      (first.isLetter || first.isNumber || "/.+".contains(first))
      && text.allSatisfy { $0.isLetter || $0.isNumber || "._-/@+".contains($0) }
    if isPlain { return text }
    return text.contains("\\") && !text.contains("'")
      ? "'\(text)'" : text.inQuotes
  }

  static func list(_ texts: [String]) -> String { "[\(texts.map(yaml).joined(separator: ", "))]" }
}
