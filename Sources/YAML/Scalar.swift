/// A single value as written. Only plain ones can be something else than text.
public struct Scalar: Sendable, Hashable {
  /// The characters, without quotes and with escapes resolved.
  public var text: String
  /// Written without quotes and not as a block: resolved by the core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution
  public var isPlain: Bool

  /// A scalar of that text.
  public init(_ text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// Nothing, `~`, `null`, `Null` or `NULL`.
  public var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// `true` and `false`, also capitalised or in capitals; `on`, `yes` and their like are text.
  public var bool: Bool? {
    guard isPlain else { return nil }
    return switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// Decimal with an optional sign (`017` is 17), `0o17` or `0x1F`; nil beyond 64 bits.
  public var int: Int? {
    guard isPlain, let first = text.utf8.first, first != UInt8(ascii: "_") else { return nil }
    if text.hasPrefix("0o") { return Self.digits(text.dropFirst(2), radix: 8) }
    if text.hasPrefix("0x") { return Self.digits(text.dropFirst(2), radix: 16) }
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard Self.digits(unsigned, radix: 10) != nil || unsigned == "9223372036854775808" else { return nil }
    return Int(text)
  }

  private static func digits(_ text: Substring, radix: Int) -> Int? {
    guard let first = text.first, first != "-", first != "+" else { return nil }
    return Int(text, radix: radix)
  }

  /// A number with or without a fraction, `.inf`, `-.inf` or `.nan`; whole numbers count too.
  public var double: Double? {
    guard isPlain else { return nil }
    if let int { return Double(int) }
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
    case "-.inf", "-.Inf", "-.INF": return -.infinity
    case ".nan", ".NaN", ".NAN": return .nan
    default: return Self.isDecimal(text) ? Double(text.hasSuffix(".") ? text + "0" : text) : nil
    }
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`: Swift's own reading also takes hexadecimal and names.
  private static func isDecimal(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    func digits() -> Int {
      let run = rest.prefix { $0 &- 48 < 10 }.count
      rest = rest.dropFirst(run)
      return run
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-")
    let whole = digits()
    let point = take(".")
    let fraction = point ? digits() : 0
    guard whole + fraction > 0 else { return false }
    if take("eE") {
      _ = take("+-")
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
