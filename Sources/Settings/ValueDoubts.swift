import Bellhop
import Routing
import YAML

/// Values of `data` that are compared as they are written, and were meant to be more.
enum ValueDoubts {
  static func doubt(_ scalar: Scalar) -> Doubt? {
    let text = scalar.text
    if text.contains("${") { return nil }
    if let word = word(scalar) { return word }
    // Numbers, true and null are what they are.
    if scalar.double != nil || scalar.bool != nil || scalar.isNull { return nil }
    if let outside = Lookalike.outside(text, "match") { return outside }
    return comparison(text) ?? negation(text) ?? span(text) ?? flow(text) ?? pattern(text)
  }

  /// An expression that says less, or more, than it seems to.
  static func doubt(expression text: String) -> Doubt? {
    if text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") {
      return Doubt("the slashes are part of the expression", "write \(Plain.yaml(String(text.dropFirst().dropLast())))")
    }
    guard text.hasSuffix("*"), let before = text.dropLast().last, "-_/:@ ".contains(before), !text.contains("\\") else { return nil }
    return Doubt(
      "in a regular expression `*` repeats what stands before it",
      "write glob: \(Plain.yaml(text)), or \(Plain.yaml("\(text.dropLast()).*"))")
  }

  private static func word(_ scalar: Scalar) -> Doubt? {
    guard scalar.isPlain else { return nil }
    let text = scalar.text
    switch text.lowercased() {
    case "yes", "on": return Doubt("`\(text)` is text, not true", "write true, or \"\(text)\" where the data has this word")
    case "no", "off": return Doubt("`\(text)` is text, not false", "write false, or \"\(text)\" where the data has this word")
    case "exists", "present", "any":
      return Doubt("`\(text)` is text", "write { exists: true }, or \"\(text)\" where the data has this word")
    case "absent", "missing", "undefined":
      return Doubt("`\(text)` is text", "write { exists: false }, or \"\(text)\" where the data has this word")
    default: return nil
    }
  }

  private static func comparison(_ text: String) -> Doubt? {
    for sign in [">=", "=>", "<=", "=<", "==", "!=", "<>", ">", "<", "="] where text.hasPrefix(sign) {
      let rest = Lookalike.trimmed(text.dropFirst(sign.count))
      if rest.isEmpty { return nil }
      let isNumber = Scalar(rest, isPlain: true).double != nil
      switch sign {
      case "==", "=": return Doubt("`\(sign)` is part of the text it compares with", "write \(Plain.yaml(rest))")
      case "!=", "<>": return Doubt("`\(sign)` is part of the text it compares with", "write { not: \(Plain.yaml(rest)) }")
      default:
        let proper = ["=>": ">=", "=<": "<="][sign] ?? sign
        return Doubt(
          "this compares texts, not numbers", isNumber ? "write { \"\(proper)\": \(rest) }" : "{ \"\(proper)\": … } takes numbers only")
      }
    }
    if text.hasSuffix("+"), let number = text.dropLast().first?.isNumber, number,
      Scalar(String(text.dropLast()), isPlain: true).double != nil
    {
      return Doubt("this compares texts, not numbers", "write { \">=\": \(text.dropLast()) }")
    }
    if text.hasSuffix("+"), let lowest = Severity(word: text.dropLast()) {
      let words = Severity.allCases.filter { $0 >= lowest }.map(\.word)
      return Doubt("only severity knows `+`", "write \(Plain.list(words))")
    }
    return nil
  }

  private static func negation(_ text: String) -> Doubt? {
    let rest = text.hasPrefix("!") ? text.dropFirst() : text.hasPrefix("not ") ? text.dropFirst(4) : ""
    return rest.isEmpty ? nil : Doubt("this compares with the whole text", "write { not: \(Plain.yaml(Lookalike.trimmed(rest))) }")
  }

  /// `10..20`, `10 - 20`.
  private static func span(_ text: String) -> Doubt? {
    for separator in ["...", "..", " - ", "–", " to "] {
      let ends = text.split(separator: separator).map { Lookalike.trimmed($0) }
      guard ends.count == 2, text.contains(separator), ends.allSatisfy({ Scalar($0, isPlain: true).double != nil }) else { continue }
      return Doubt("this is text, no range", "write { \">=\": \(ends[0]), \"<=\": \(ends[1]) }")
    }
    return nil
  }

  /// `"[pro, team]"`, `"{ glob: x }"`.
  private static func flow(_ text: String) -> Doubt? {
    let isFlow = text.hasPrefix("[") && text.hasSuffix("]") || text.hasPrefix("{") && text.hasSuffix("}") && text.contains(":")
    return isFlow ? Doubt("in quotes this is text", "write it without the quotes: \(text)") : nil
  }

  private static func pattern(_ text: String) -> Doubt? {
    if let expression = Lookalike.expression(text) {
      return Doubt("this is compared as it is written", "write { regex: \(Plain.yaml(expression)) }")
    }
    if let parts = Lookalike.braces(text) ?? Lookalike.alternatives(text), !parts.contains(where: { $0.contains("*") }) {
      return Doubt("this is one value, not \(parts.count)", "write \(Plain.list(parts))")
    }
    guard text.contains("*") else { return nil }
    if ["*", "**"].contains(text) { return Doubt("`\(text)` is compared as it is written", "write { exists: true }") }
    let globs = Lookalike.braces(text) ?? Lookalike.alternatives(text) ?? [text]
    let shown = globs.count == 1 ? Plain.yaml(text) : Plain.list(globs)
    return Doubt("`*` is taken as it is here", "write { glob: \(shown.hasPrefix("\"") || globs.count > 1 ? shown : "\"\(shown)\"") }")
  }
}
