import Bellhop
import YAML

/// Reads the fields that a page declares, and values of their shapes.
enum FieldReading {
  static let shapes = ["string", "secret", "url", "secret url", "bool", "int", "duration", "choice", "list", "map", "path"]
  /// Keys that every transport has already.
  private static let taken =
    ["use", "rate", "concurrency", "timeout", "retry", "repeat", "stale", "only"] + CommonSettings.fields.map(\.name)

  static func fields(_ leaf: Leaf, ofTarget: Bool) -> [Field] {
    leaf.pairs().compactMap { name, value in field(name, value, ofTarget: ofTarget) }
  }

  private static func field(_ name: String, _ leaf: Leaf, ofTarget: Bool) -> Field? {
    if taken.contains(name) { leaf.mistake("every transport has a key \"\(name)\" already", hint: "choose another name") }
    if name.contains(".") || name.isEmpty { leaf.mistake("\"\(name)\" cannot be the name of a key", hint: "use letters, digits and \"_\"") }
    let keys = leaf.keys(["type", "of", "words", "min", "max", "required", "default", "doc", "example", "templated", "pattern"])
    // A wrong type is told once: what uses the field is read as if it were an address, which fits every place.
    let known = shape(keys, leaf, ofTarget: ofTarget)
    if known == nil { leaf.report.untyped.insert(leaf.path) }
    let shape = known ?? (ofTarget ? .string : .url)
    for key in ["doc", "example"] where keys[key] == nil { leaf.mistake("\"\(key)\" is missing", hint: "people read it in the manual") }
    let templated = keys["templated"]?.bool() ?? false
    if templated, !ofTarget { keys["templated"]?.mistake("only fields of targets take templates", hint: "remove it") }
    return Field(
      name, shape, required: keys["required"]?.bool() ?? false, value: known == nil ? nil : keys["default"].flatMap { value(shape, $0) },
      doc: keys["doc"]?.text() ?? "", example: keys["example"]?.text() ?? "", templated: templated)
  }

  private static func shape(_ keys: [String: Leaf], _ leaf: Leaf, ofTarget: Bool) -> Field.Shape? {
    guard let type = keys["type"] else {
      leaf.mistake("\"type\" is missing", hint: "types: \(shapes.joined(separator: ", "))")
      return nil
    }
    guard let word = type.text() else { return nil }
    if ofTarget, word.hasPrefix("secret") {
      type.mistake("a target is shown everywhere and cannot be secret", hint: "make it a setting")
      return nil
    }
    switch word {
    case "int": return .int(range(keys))
    case "choice":
      let words = keys["words"]?.texts() ?? []
      if words.isEmpty { leaf.mistake("a choice needs \"words\"", hint: "words: [a, b]") }
      return .choice(words)
    case "list", "map":
      let inner = keys["of"].map { $0.node.scalar?.text == "int" ? .int(range(keys)) : simple($0) } ?? .string
      return inner.map { word == "list" ? .list($0) : .map($0) }
    default: return simple(type)
    }
  }

  private static func range(_ keys: [String: Leaf]) -> ClosedRange<Int> {
    let min = keys["min"]?.int(Int.min...Int.max) ?? 0
    return min...max(min, keys["max"]?.int(Int.min...Int.max) ?? 1_000_000)
  }

  private static func simple(_ leaf: Leaf) -> Field.Shape? {
    guard let word = leaf.text() else { return nil }
    switch word {
    case "string": return .string
    case "secret": return .secret
    case "url": return .url
    case "secret url": return .secretURL
    case "bool": return .bool
    case "duration": return .duration
    case "path": return .path
    default:
      leaf.mistake("\"\(word)\" is not a type", hint: Leaf.hint(word, among: shapes, called: "types"))
      return nil
    }
  }

  /// A default or an example.
  static func value(_ shape: Field.Shape, _ leaf: Leaf) -> Value? {
    switch shape {
    case .string, .template, .path, .certificates: return leaf.text().map(Value.string)
    case .url: return address(leaf).map(Value.string)
    case .secret: return leaf.text().map { .secret(Secret($0)) }
    case .secretURL: return address(leaf).map { .secret(Secret($0)) }
    case .bool: return leaf.bool().map(Value.bool)
    case .int(let range): return leaf.int(range).map(Value.int)
    case .duration: return leaf.duration().map(Value.duration)
    case .rate: return leaf.rate().map(Value.rate)
    case .choice(let words):
      guard let text = leaf.text() else { return nil }
      if words.contains(text) { return .string(text) }
      leaf.mistake("\"\(text)\" is not a choice here", hint: Leaf.hint(text, among: words, called: "choices"))
      return nil
    case .dated(let inner): return value(inner, leaf)
    case .list(let inner): return .list(leaf.elements().compactMap { value(inner, $0) })
    case .map(let inner): return .map(leaf.pairs().compactMap { key, leaf in value(inner, leaf).map { .init(key, $0) } })
    case .keys(let fields):
      return .map(
        leaf.pairs().compactMap { key, leaf in
          fields.first { $0.name == key }.flatMap { value($0.shape, leaf) }.map { .init(key, $0) }
        })
    }
  }

  private static func address(_ leaf: Leaf) -> String? {
    guard let text = leaf.text() else { return nil }
    if text.hasPrefix("https://") || text.hasPrefix("http://") { return text }
    leaf.mistake("\"\(text.prefix(60))\" is not an address", hint: "write it whole: https://example.com/path")
    return nil
  }
}
