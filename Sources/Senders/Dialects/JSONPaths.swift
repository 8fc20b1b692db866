import Bellhop

extension JSON {
  /// The value at a path of keys written with dots: `data.object.id`. A number picks from an array.
  subscript(path path: String) -> JSON? { value(at: path.split(separator: ".").map(String.init)[...]) }
}

extension JSON.Object {
  /// The value at a path of keys written with dots.
  subscript(path path: String) -> JSON? { JSON.object(self)[path: path] }

  /// The first of these paths at which something stands that can be read.
  func words(_ paths: String...) -> String? {
    for path in paths { if let words = self[path: path]?.words { return words } }
    return nil
  }

  /// Sets what is not nil; of what is long, the beginning.
  mutating func put(_ key: String, _ value: String?) {
    if let value { self[key] = .string(value.utf8.count > 2_048 ? value.prefix(1_024) + "…" : value) }
  }
}

extension Timestamp {
  /// A time as a number of seconds or milliseconds, or as text.
  init?(foreign json: JSON?, now: Timestamp) {
    switch json {
    case .int(let number): self.init(foreignEpoch: number, now: now)
    case .double(let number): self.init(foreignEpoch: number, now: now)
    case .string(let text): self.init(foreign: text, now: now)
    default: return nil
    }
  }
}

extension Severity {
  /// The same of a word that may not be there.
  init?(foreign word: String?) {
    guard let word, let severity = Severity(foreign: word) else { return nil }
    self = severity
  }
}
