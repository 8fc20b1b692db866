import Bellhop
import YAML

/// Examples as they are printed: whoever pastes one meets no mistake.
public enum Example {
  /// `key: value` of a setting.
  public static func setting(_ field: Field) -> String { "\(field.name): \(value(field.example))" }

  /// `key: value` of a target; with a template also the `only` that it needs.
  public static func target(_ field: Field) -> String {
    let pair = setting(field)
    return field.templated && field.example.contains("{{") ? "\(pair), only: \(only(for: field.example, field))" : pair
  }

  /// What a templated value may come to, for a value as it is written.
  static func only(for written: String, _ field: Field) -> String {
    if let before = written.firstRange(of: "{{") {
      let prefix = written[..<before.lowerBound].drop { "[\"' ".contains($0) }
      if !prefix.isEmpty { return "[\"\(prefix)*\"]" }
    }
    let literal = field.example.drop { "[\"' ".contains($0) }
    if literal.hasPrefix("#") { return "[\"#test\", \"#shop-*\"]" }
    if literal.hasPrefix("+") { return "[\"+1*\"]" }
    if let at = literal.firstIndex(of: "@"), at != literal.startIndex, !literal.contains("{{") { return "[\"**@example.com\"]" }
    return "[\"**\"]"
  }

  /// In quotes where YAML would read it otherwise. Quoted texts, lists and mappings are YAML already.
  static func value(_ example: String) -> String {
    if let first = example.first, "\"'[".contains(first) || first == "{" && !example.hasPrefix("{{") { return example }
    let isUnsafe = example.contains("{{") || example.contains(": ") || example.contains(" #") || example.hasSuffix(":")
    guard let first = example.first, isUnsafe || "@`*&!|>%#:?-,".contains(first) else { return example }
    return example.inQuotes
  }

  /// The value itself, for programs.
  static func json(_ example: String) -> JSON { Document(parsing: value(example)).root.map(json) ?? .string(example) }

  private static func json(_ node: YAMLNode) -> JSON {
    switch node.content {
    case .scalar(let scalar): JSON(scalar)
    case .sequence(let nodes): .array(nodes.map(json))
    case .mapping(let pairs): .object(JSON.Object(pairs.map { .init($0.key.scalar?.text ?? "", json($0.value)) }))
    case .flawed: .null
    }
  }
}
