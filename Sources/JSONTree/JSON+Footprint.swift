extension JSON {
  /// Bytes that it takes up in memory, about: a value is far larger than its text where there are many small ones. `[1,1,1]` takes a dozen
  /// bytes for each byte of text.
  public var footprint: Int {
    switch self {
    case .null, .bool, .int, .double: MemoryLayout<JSON>.stride
    case .literal(let literal): MemoryLayout<JSON>.stride + Self.heap(literal.text)
    case .string(let text): MemoryLayout<JSON>.stride + Self.heap(text)
    case .array(let elements): elements.reduce(MemoryLayout<JSON>.stride + Self.head) { $0 + $1.footprint }
    case .object(let object): MemoryLayout<JSON>.stride + object.footprint
    }
  }

  /// What a piece of memory on the heap costs beside its content.
  fileprivate static let head = 48

  /// Up to 15 bytes stand in the value itself.
  fileprivate static func heap(_ text: String) -> Int { text.utf8.count > 15 ? head + text.utf8.count : 0 }
}

extension JSON.Object {
  /// Bytes that it takes up in memory, about.
  public var footprint: Int {
    members.reduce(members.isEmpty ? 0 : JSON.head) { $0 + MemoryLayout<String>.stride + JSON.heap($1.key) + $1.value.footprint }
  }
}
