extension JSON {
  /// Compact JSON text (RFC 8259). Control characters are escaped, everything else is UTF-8 as it is.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes of ``text``.
  public var bytes: [UInt8] {
    var out = PrintRoom(reserving: 256)
    write(to: &out)
    out.trim()
    return out.bytes
  }

  /// Appends compact JSON to a buffer.
  public func write(to out: inout [UInt8]) { out.append(contentsOf: bytes) }

  func write(to out: inout PrintRoom) {
    switch self {
    case .null: out.put("null")
    case .bool(let value): out.put(value ? "true" : "false")
    case .int(let value): out.put(value)
    // JSON has no infinity or NaN; the parser refuses them too, so these only come from arithmetic of ours.
    case .double(let value): out.put(asItIs: value.isFinite ? String(value) : "null")
    case .literal(let literal): out.put(asItIs: literal.text)
    case .string(let value): out.put(quoted: value)
    case .array(let elements):
      out.put(UInt8(ascii: "["))
      var isFirst = true
      for element in elements {
        if !isFirst { out.put(UInt8(ascii: ",")) }
        isFirst = false
        element.write(to: &out)
      }
      out.put(UInt8(ascii: "]"))
    case .object(let object): object.write(to: &out)
    }
  }
}

extension JSON.Object {
  /// Appends compact JSON to a buffer.
  public func write(to out: inout [UInt8]) { JSON.object(self).write(to: &out) }

  func write(to out: inout PrintRoom) {
    out.put(UInt8(ascii: "{"))
    var isFirst = true
    for member in members {
      if !isFirst { out.put(UInt8(ascii: ",")) }
      isFirst = false
      out.put(quoted: member.key)
      out.put(UInt8(ascii: ":"))
      member.value.write(to: &out)
    }
    out.put(UInt8(ascii: "}"))
  }
}

/// Prints an object member by member, without building it first.
public struct ObjectPrinter {
  private var out: PrintRoom
  private var isFirst = true

  /// What is printed so far; ``end()`` makes it whole.
  public var bytes: [UInt8] { out.bytes }

  /// An empty object, with room for so many bytes.
  public init(reserving capacity: Int) {
    out = PrintRoom(reserving: capacity)
    out.put(UInt8(ascii: "{"))
  }

  private mutating func begin(_ key: StaticString) {
    out.put(key: key, isFirst: isFirst)
    isFirst = false
  }

  /// A member with a text; nil is `null`. A key must need no escape.
  public mutating func add(_ key: StaticString, _ text: String?) {
    begin(key)
    if let text { out.put(quoted: text) } else { out.put("null") }
  }

  /// A member with any value.
  public mutating func add(_ key: StaticString, _ value: JSON) {
    begin(key)
    value.write(to: &out)
  }

  /// A member that is an object.
  public mutating func add(_ key: StaticString, _ object: JSON.Object) {
    begin(key)
    object.write(to: &out)
  }

  /// A member that is an object printed the same way.
  public mutating func nest(_ key: StaticString, _ members: (inout ObjectPrinter) -> Void) {
    begin(key)
    let outer = isFirst
    isFirst = true
    out.put(UInt8(ascii: "{"))
    members(&self)
    out.put(UInt8(ascii: "}"))
    isFirst = outer
  }

  /// Closes the object; nothing is added after it.
  public mutating func end() {
    out.put(UInt8(ascii: "}"))
    out.trim()
  }
}
