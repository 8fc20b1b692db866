/// A JSON number as it was written, for those that change when they are read as 64 bits or as a double. Two are equal where their values
/// are: `1.50e3` and `1500`.
public struct NumberLiteral: Sendable, Hashable, CustomStringConvertible {
  /// The number as it was written, valid JSON (RFC 8259, section 6).
  public let text: String

  /// The caller has seen to it that this is a JSON number.
  init(unchecked text: String) { self.text = text }

  /// ``text``.
  public var description: String { text }

  /// The nearest double.
  public var double: Double { Double(text) ?? 0 }

  /// Equal values are equal numbers.
  public static func == (left: Self, right: Self) -> Bool { left.text == right.text || left.decimal == right.decimal }
  /// By value.
  public func hash(into hasher: inout Hasher) { hasher.combine(decimal) }

  private var decimal: Decimal? {
    var text = text
    return text.withUTF8 { Decimal($0) }
  }

  /// A decimal number by its value: the digits without zeros around them, and where the point stands.
  struct Decimal: Hashable {
    private var isNegative = false
    private var digits: [UInt8] = []
    /// The value is `0.digits` times ten to this power.
    private var exponent = 0

    /// Reads a JSON number, or what Swift prints of a double; nil for an exponent that no number of sense has.
    init?(_ bytes: some Collection<UInt8>) {
      var isFraction = false
      var rest = bytes[...]
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "-"): isNegative = true
        case UInt8(ascii: "."): isFraction = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
          if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
          guard let power = Int(String(decoding: rest, as: UTF8.self)), abs(power) < 1 << 40 else { return nil }
          exponent += power
          rest = rest.dropFirst(rest.count)
        default:
          if byte == UInt8(ascii: "0"), digits.isEmpty {
            if isFraction { exponent -= 1 }
          } else {
            digits.append(byte)
            if !isFraction { exponent += 1 }
          }
        }
      }
      while digits.last == UInt8(ascii: "0") { digits.removeLast() }
      if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }
  }

  /// Whether a double that was read from these bytes prints as the same number. Of up to 15 digits that is sure.
  static func holds(_ value: Double, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.count <= 15, value.magnitude > 1e-290 || value == 0 && !bytes.contains(where: isExponent) { return true }
    var printed = String(value)
    return printed.withUTF8 { Decimal($0) == Decimal(bytes) }
  }

  private static func isExponent(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "e") }
}
