/// A value in an event's `data`: JSON. Literals are values: `["plan": "pro", "seats": 3, "trial": false]`.
public enum EventValue: Sendable, Hashable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case int(Int64)
  /// Any number. What is not finite goes out as text: JSON has no word for it.
  case double(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([EventValue])
  /// Values by name; they go out in the order of their names.
  case object([String: EventValue])

  /// Writes it as JSON. https://www.rfc-editor.org/rfc/rfc8259
  func write(to out: inout [UInt8]) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .int(let value): out += String(value).utf8
    case .double(let value) where value.isFinite: out += String(value).utf8
    case .double(let value): Self.write(String(value), to: &out)
    case .string(let value): Self.write(value, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        value.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members): Self.write(members.sorted { $0.key < $1.key }, to: &out)
    }
  }

  /// An object in this order.
  static func write(_ members: [(key: String, value: EventValue)], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      write(member.key, to: &out)
      out.append(UInt8(ascii: ":"))
      member.value.write(to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  private static func write(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: out += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}

extension EventValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Values in order.
  public init(arrayLiteral elements: EventValue...) { self = .array(elements) }
  /// Values by name; of two with one name the later counts.
  public init(dictionaryLiteral elements: (String, EventValue)...) { self = .object(.init(elements) { $1 }) }
  /// Nothing.
  public init(nilLiteral: ()) { self = .null }
}
