import YAML

/// The keys of a mapping that may have certain ones only.
struct Keys {
  let reader: Reader
  private let values: [String: Reader]

  init(_ pairs: [(key: String, mark: Position, value: Reader)], known: [String], of what: String, in reader: Reader) {
    self.reader = reader
    var values: [String: Reader] = [:]
    for pair in pairs {
      if known.contains(pair.key) {
        values[pair.key] = pair.value
      } else {
        reader.context.tell(
          pair.mark, pair.value.path, "unknown key", hint: Words.hint(pair.key, among: known, called: "keys of \(what)"))
      }
    }
    self.values = values
  }

  subscript(key: String) -> Reader? { values[key] }

  /// A key that must be there.
  func required(_ key: String, example: String) -> Reader? {
    if let value = values[key] { return value }
    reader.mistake("\"\(key)\" is missing", hint: "for example \(key): \(example)")
    return nil
  }
}
