import Bellhop

/// Patterns that take other texts than they seem to.
enum GlobDoubts {
  /// Whose pattern it is.
  enum Taker: String {
    case type, source, sender, subject
    /// What a templated target may come to.
    case only
    /// A value of `data`, behind `glob:`.
    case value
  }

  static func doubt(_ text: String, of taker: Taker) -> Doubt? {
    if let outside = Lookalike.outside(text, "match") { return outside }
    return negation(text, taker) ?? alternatives(text, taker) ?? expression(text, taker) ?? wildcards(text, taker) ?? stars(text, taker)
      ?? (taker == .type ? type(text) : nil)
  }

  private static func negation(_ text: String, _ taker: Taker) -> Doubt? {
    guard text.hasPrefix("!"), text.count > 1, taker != .only else { return nil }
    let rest = Plain.yaml(Lookalike.trimmed(text.dropFirst()))
    let mend = taker == .value ? "not: { glob: \(rest) }" : "not: { \(taker.rawValue): \(rest) }"
    return Doubt("`!` is no \"not\" here", "write \(mend)")
  }

  private static func alternatives(_ text: String, _ taker: Taker) -> Doubt? {
    if Lookalike.expression(text) != nil { return nil }
    if let parts = Lookalike.braces(text) { return Doubt("braces are taken as they are here", "write a list: \(Plain.list(parts))") }
    // Subjects and sources may be whole sentences.
    let isFree = taker != .type && taker != .sender
    guard let parts = Lookalike.alternatives(text),
      !isFree || text.contains("|") || parts.allSatisfy({ $0.contains { "*.@/".contains($0) } })
    else { return nil }
    return Doubt("this is one pattern, not \(parts.count)", "write a list: \(Plain.list(parts))")
  }

  private static func expression(_ text: String, _ taker: Taker) -> Doubt? {
    if let expression = Lookalike.expression(text) {
      if taker == .value { return Doubt("a glob is no regular expression", "write regex: \(Plain.yaml(expression))") }
      return Doubt(
        "this looks like a regular expression, and is taken as it is",
        "\(taker.rawValue) takes globs: write \(Plain.yaml(glob(of: expression)))")
    }
    if text.hasPrefix("/"), text.hasSuffix("/"), text.count > 2, taker == .type || taker == .sender {
      return Doubt("the slashes are part of the pattern", "write \(Plain.yaml(String(text.dropFirst().dropLast())))")
    }
    return nil
  }

  /// `^user[.].*$` → `user.**`.
  private static func glob(of expression: String) -> String {
    var text = expression
    for sign in ["(?i)", "^", "$"] { text = text.replacing(sign, with: "") }
    text = text.replacing("[.]", with: "\u{1}").replacing("\\.", with: "\u{1}")
    for any in [".*", ".+"] { text = text.replacing(any, with: "**") }
    return text.replacing("\u{1}", with: ".")
  }

  private static func wildcards(_ text: String, _ taker: Taker) -> Doubt? {
    let isStrict = taker == .type || taker == .sender || text.contains("*")
    if isStrict, text.contains("?"), !text.contains("=") {
      return Doubt("`?` is no wildcard here", "`*` takes any characters of a part: \(Plain.yaml(text.replacing("?", with: "*")))")
    }
    if isStrict, let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]"), close > text.index(after: open) {
      let letters = text[text.index(after: open)..<close]
      let isRange = letters.contains("-") || letters.count > 6
      let parts = letters.map { "\(text[..<open])\($0)\(text[text.index(after: close)...])" }
      return Doubt("`[…]` is taken as it is here", isRange ? "write a list of patterns, or `*`" : "write a list: \(Plain.list(parts))")
    }
    return nil
  }

  /// A star ends at a dot.
  private static func stars(_ text: String, _ taker: Taker) -> Doubt? {
    guard text.contains("*"), !text.contains("**"), taker != .only else { return nil }
    if text == "*" {
      if taker == .value { return Doubt("`*` takes no value with a dot", "write { exists: true } for any value, or \"**\" for any text") }
      if taker == .sender { return nil }
      return Doubt(
        "`*` takes what has no dot only", "`**` takes all\(taker == .subject ? "" : ", and so does leaving \(taker.rawValue) out")")
    }
    if taker == .type, !text.contains(".") {
      let whole = text.hasSuffix("*") ? "\(text.dropLast()).*" : text.replacing("*", with: "**")
      return Doubt(
        "`*` ends at a dot: this takes types of one part only",
        "write \(Plain.yaml(whole)), or \(Plain.yaml(text.replacing("*", with: "**")))")
    }
    if taker == .type { return nil }
    for sign in ["@*", "://*", "*@"] where text.contains(sign) {
      let example = sign == "*@" ? "ann.lee@…" : sign == "@*" ? "…@example.com" : "…://shop.example.com"
      return Doubt("`*` ends at a dot: \(example) is not taken", "write \(Plain.yaml(text.replacing("*", with: "**")))")
    }
    return nil
  }

  /// What the gateway takes as a type at all.
  private static func type(_ text: String) -> Doubt? {
    let odd = text.unicodeScalars.first { !($0.isASCII && ($0.properties.isAlphabetic || "0123456789_-/:.*".unicodeScalars.contains($0))) }
    if let odd {
      return Doubt("no type holds \(odd == " " ? "a blank" : "`\(odd)`")", "types are letters, digits and _ - / : between dots")
    }
    guard text.split(separator: ".", omittingEmptySubsequences: false).contains("") else { return nil }
    let mend = text.hasSuffix(".") ? "\(text)*" : text.hasPrefix(".") ? "*\(text)" : text.replacing("..", with: ".")
    return Doubt("no type has an empty part", "write \(Plain.yaml(mend))")
  }
}
