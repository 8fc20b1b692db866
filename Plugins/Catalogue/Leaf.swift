import Bellhop
import Templates
import YAML

/// A value of a page at its place, being read. What does not fit is told, and nil comes back; the reader goes on.
struct Leaf {
  let node: YAMLNode
  let path: String
  let report: LeafReport

  /// What is wrong with a page.
  final class LeafReport {
    var mistakes: [Catalogue.PageMistake] = []
    /// Places of fields whose type could not be read: what their values should be nobody knows.
    var untyped: Set<String> = []
  }

  func mistake(_ problem: String, hint: String? = nil) {
    report.mistakes.append(.init(line: node.mark.line, column: node.mark.column, path: path, problem: problem, hint: hint))
  }

  /// What is only doubtful.
  func warning(_ problem: String, hint: String? = nil) {
    report.mistakes.append(.init(line: node.mark.line, column: node.mark.column, path: path, problem: problem, hint: hint, isWarning: true))
  }

  func below(_ key: String, _ node: YAMLNode) -> Leaf { Leaf(node: node, path: path.isEmpty ? key : "\(path).\(key)", report: report) }
  func at(_ index: Int, _ node: YAMLNode) -> Leaf { Leaf(node: node, path: "\(path)[\(index)]", report: report) }

  /// The pairs of a mapping, in the order of the page.
  func pairs() -> [(key: String, value: Leaf)] {
    guard let entries = node.mapping else {
      expected("a mapping")
      return []
    }
    return entries.compactMap { entry in
      guard let key = entry.key.scalar?.text else {
        Leaf(node: entry.key, path: path, report: report).mistake("a key must be a word", hint: "quote it")
        return nil
      }
      return (key, below(key, entry.value))
    }
  }

  /// The values of a mapping's keys; unknown keys are mistakes, with the near miss.
  func keys(_ known: [String]) -> [String: Leaf] {
    var leaves: [String: Leaf] = [:]
    for entry in node.mapping ?? [] {
      guard let key = entry.key.scalar?.text else { continue }
      if known.contains(key) {
        leaves[key] = below(key, entry.value)
      } else {
        Leaf(node: entry.key, path: path, report: report).mistake(
          "\"\(key)\" is not a key here", hint: Self.hint(key, among: known, called: "keys"))
      }
    }
    if node.mapping == nil { expected("a mapping with \(known.prefix(4).joined(separator: ", "))") }
    return leaves
  }

  func elements() -> [Leaf] {
    guard let nodes = node.sequence else { return [self] }
    return nodes.enumerated().map { at($0.offset, $0.element) }
  }

  func text() -> String? {
    guard let scalar = node.scalar, !scalar.isNull else {
      expected("text")
      return nil
    }
    return scalar.text
  }

  func texts() -> [String] { elements().compactMap { $0.text() } }

  func bool() -> Bool? {
    if let bool = node.scalar?.bool { return bool }
    if let text = node.scalar?.text, let bool = ["yes": true, "no": false][text] { return bool }
    expected("true or false")
    return nil
  }

  func int(_ range: ClosedRange<Int>) -> Int? {
    guard let int = node.scalar?.int, range.contains(int) else {
      expected("a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return int
  }

  func choice<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> Word? where Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    guard let text = text() else { return nil }
    if let word = Word(rawValue: text) { return word }
    mistake("\"\(text)\" is not a choice here", hint: Self.hint(text, among: words, called: "choices"))
    return nil
  }

  func duration() -> Duration? {
    guard let text = text() else { return nil }
    if let duration = Duration(parsing: text) { return duration }
    mistake("\"\(text)\" is not a duration", hint: "write a number and ms, s, m, h or d: 90s, 15m")
    return nil
  }

  func rate() -> Rate? {
    guard let text = text() else { return nil }
    if let rate = Rate(parsing: text) { return rate }
    mistake("\"\(text)\" is not a rate", hint: "write a number and /s, /m, /h or /d: 1/s, 30/m")
    return nil
  }

  /// `result.message_id`
  func dotted() -> [String]? {
    guard let text = text() else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.allSatisfy({ !$0.isEmpty }) { return parts }
    mistake("\"\(text)\" is not a path", hint: "write names with dots between them: result.message_id")
    return nil
  }

  func expected(_ what: String) {
    switch node.content {
    case .flawed: break
    case .scalar(let scalar):
      if scalar.isNull {
        mistake("there is no value", hint: "expected \(what)")
      } else {
        mistake("expected \(what), found \"\(scalar.text.prefix(60))\"")
      }
    case .sequence: mistake("expected \(what), found a list")
    case .mapping: mistake("expected \(what), found a mapping")
    }
  }

  static func hint(_ word: String, among known: [String], called name: String) -> String {
    let all = "\(name): \(known.joined(separator: ", "))"
    return word.nearest(among: known).map { "did you mean \"\($0)\"? \(all)" } ?? all
  }
}
