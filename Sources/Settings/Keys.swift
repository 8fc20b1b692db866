import Bellhop
import YAML

extension Reader {
  /// Tells of a key with a character in it that nobody sees, as pages on the web have them for blanks; false where there is none.
  func tellOddBlank(in key: String, _ mark: Position) -> Bool {
    guard let odd = key.unicodeScalars.first(where: Lookalike.isUnseen) else { return false }
    context.tell(
      mark, path, "\(Self.shown(key)) is no key: \(Lookalike.name(of: odd)) is no blank to YAML", hint: "type a blank in its place")
    return true
  }
}

/// The keys of a mapping that may have certain ones only.
struct Keys {
  let reader: Reader
  private let values: [String: Reader]
  /// Known keys that an unknown one most likely meant.
  let meant: Set<String>

  /// - Parameter elsewhere: where a key belongs that has slipped in here.
  init(
    _ pairs: [(key: String, mark: Position, value: Reader)], known: [String], of what: String, in reader: Reader,
    elsewhere: (String) -> String?
  ) {
    self.reader = reader
    var values: [String: Reader] = [:]
    var meant: Set<String> = []
    for pair in pairs {
      if known.contains(pair.key) {
        values[pair.key] = pair.value
      } else {
        if let near = pair.key.nearest(among: known) { meant.insert(near) }
        if reader.tellOddBlank(in: pair.key, pair.mark) {
          let seen = String(String.UnicodeScalarView(pair.key.unicodeScalars.filter { !Lookalike.isUnseen($0) }))
          if known.contains(seen), values[seen] == nil { values[seen] = pair.value }
          continue
        }
        reader.context.tell(
          pair.mark, pair.value.path, "unknown key",
          hint: elsewhere(pair.key) ?? Words.hint(pair.key, among: known, called: "keys of \(what)"))
      }
    }
    self.values = values
    self.meant = meant.subtracting(values.keys)
  }

  subscript(key: String) -> Reader? { values[key] }

  /// A key that must be there.
  func required(_ key: String, example: String) -> Reader? {
    if let value = values[key] { return value }
    // Told already, as an unknown key.
    if meant.contains(key) { return nil }
    reader.mistake("\"\(key)\" is missing", hint: "for example \(key): \(example)")
    return nil
  }
}
