extension JSON {
  /// Compact JSON text (RFC 8259). Control characters are escaped, everything else is UTF-8 as it is.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes of ``text``.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    write(to: &out)
    return out
  }

  /// Appends compact JSON to a buffer.
  public func write(to out: inout [UInt8]) {
    switch self {
    case .null: Self.append(word: "null", to: &out)
    case .bool(let value): Self.append(word: value ? "true" : "false", to: &out)
    case .int(let value): Self.append(value, to: &out)
    // JSON has no infinity or NaN; the parser refuses them too, so these only come from arithmetic of ours.
    case .double(let value): out.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
    case .literal(let literal): out.append(contentsOf: literal.text.utf8)
    case .string(let value): Self.append(value, to: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      var isFirst = true
      for element in elements {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        element.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let object): object.write(to: &out)
    }
  }

  private static func append(word: StaticString, to out: inout [UInt8]) {
    out.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  private static func append(_ value: Int64, to out: inout [UInt8]) {
    if 0..<10 ~= value { return out.append(48 + UInt8(truncatingIfNeeded: value)) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { room in
      var at = 20
      var rest = value.magnitude
      repeat {
        at -= 1
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        room[at] = 48 + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      } while rest > 0
      if value < 0 {
        at -= 1
        room[at] = UInt8(ascii: "-")
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: room[at...]))
    }
  }

  fileprivate static func append(_ string: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { bytes in
      // What needs no escape, nearly everything, is copied in runs.
      var start = 0
      for index in 0..<bytes.count where needsEscape(bytes[index]) {
        if start < index { out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index])) }
        escape(bytes[index], to: &out)
        start = index + 1
      }
      if start < bytes.count { out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...])) }
    }
    out.append(UInt8(ascii: "\""))
  }

  @inline(__always) private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): append(word: "\\\"", to: &out)
    case UInt8(ascii: "\\"): append(word: "\\\\", to: &out)
    case 0x0A: append(word: "\\n", to: &out)
    case 0x0D: append(word: "\\r", to: &out)
    case 0x09: append(word: "\\t", to: &out)
    default:
      append(word: "\\u00", to: &out)
      for nibble in [byte >> 4, byte & 15] { out.append(nibble < 10 ? 48 + nibble : 87 + nibble) }
    }
  }
}

extension JSON.Object {
  /// Appends compact JSON to a buffer.
  public func write(to out: inout [UInt8]) {
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    for member in members {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      JSON.append(member.key, to: &out)
      out.append(UInt8(ascii: ":"))
      member.value.write(to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }
}

/// Prints an object member by member, without building it first.
public struct ObjectPrinter {
  /// What is printed so far; ``end()`` makes it whole.
  public private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
  private var isFirst = true

  /// An empty object, with room for so many bytes.
  public init(reserving capacity: Int) { bytes.reserveCapacity(capacity) }

  private mutating func begin(_ key: StaticString) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// A member with a text; nil is `null`. A key must need no escape.
  public mutating func add(_ key: StaticString, _ text: String?) {
    begin(key)
    if let text { JSON.append(text, to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
  }

  /// A member with any value.
  public mutating func add(_ key: StaticString, _ value: JSON) {
    begin(key)
    value.write(to: &bytes)
  }

  /// A member that is an object.
  public mutating func add(_ key: StaticString, _ object: JSON.Object) {
    begin(key)
    object.write(to: &bytes)
  }

  /// A member that is an object printed the same way.
  public mutating func nest(_ key: StaticString, _ members: (inout ObjectPrinter) -> Void) {
    begin(key)
    let outer = isFirst
    isFirst = true
    bytes.append(UInt8(ascii: "{"))
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    isFirst = outer
  }

  /// Closes the object; nothing is added after it.
  public mutating func end() { bytes.append(UInt8(ascii: "}")) }
}
