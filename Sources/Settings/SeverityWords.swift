import Bellhop
import Templates
import YAML

/// Reads `severity`: `error`, `error+` for it and worse, or a list.
enum SeverityWords {
  static let words = Severity.allCases.map(\.word)

  static func read(_ reader: Reader) -> Set<Severity>? {
    var found: Set<Severity> = []
    for element in reader.elements("a severity such as error or error+") ?? [] {
      guard let text = element.text("a severity such as error or error+") else { continue }
      let word = text.text.hasSuffix("+") ? text.text.dropLast() : text.text[...]
      guard let severity = Severity(word: word) else {
        element.mistake("\(text.shown) is not a severity", hint: hint(text.text))
        continue
      }
      found.formUnion(text.text.hasSuffix("+") ? Severity.allCases.filter { $0 >= severity } : [severity])
    }
    return found.isEmpty ? nil : found
  }

  private static func hint(_ text: String) -> String {
    let word = String(text.drop { ">=<! ".contains($0) })
    if text.hasPrefix(">"), Severity(word: word) != nil { return "write \(word)+ for \(word) and worse" }
    return Words.hint(text.hasSuffix("+") ? String(text.dropLast()) : text, among: words, called: "severities, each also with +")
  }

  /// `severity: >=error` is no YAML at all; what was meant is plain.
  static func hint(for flaw: Flaw, in context: Context) -> String? {
    let rest = context.rest(from: flaw.mark)
    guard rest.hasPrefix(">"), context.rest(from: Position(line: flaw.mark.line, column: 1)).contains("severity") else { return nil }
    let word = String(rest.drop { ">= ".contains($0) }.prefix { $0.isLetter })
    return Severity(word: word) == nil ? nil : "write \(word)+ for \(word) and worse"
  }
}
