/// A JSON value. Objects keep the order of their keys, so that what goes out reads as it came in.
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  /// A number that neither of the two holds without a change: above 64 bits, or with more digits than a double has.
  case literal(NumberLiteral)
  case string(String)
  case array([JSON])
  case object(Object)

  /// Members in order. Look-up is linear: events have few keys at each level.
  public struct Object: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// In the order of the text. A key may stand twice; see ``subscript(_:)``.
    public var members: [Member]

    /// A key and its value.
    public struct Member: Sendable, Hashable {
      /// Any text, the empty one too.
      public var key: String
      /// What stands under the key.
      public var value: JSON
      /// A pair, unlabelled, as there are many of them.
      public init(_ key: String, _ value: JSON) {
        self.key = key
        self.value = value
      }
    }

    /// Keeps the order, and keys that stand twice.
    public init(_ members: [Member] = []) { self.members = members }
    /// Keeps the order of the literal.
    public init(dictionaryLiteral elements: (String, JSON)...) { members = elements.map { Member($0.0, $0.1) } }

    /// Has no members: `{}`.
    public var isEmpty: Bool { members.isEmpty }
    /// In order, with those that stand twice.
    public var keys: [String] { members.map(\.key) }

    /// Of keys that stand twice the last one counts, as in most parsers. Setting nil removes the key.
    public subscript(key: String) -> JSON? {
      get { members.last { $0.key == key }?.value }
      set {
        let index = members.lastIndex { $0.key == key }
        switch (index, newValue) {
        case (let index?, let value?): members[index].value = value
        case (nil, let value?): members.append(Member(key, value))
        case (_, nil): members.removeAll { $0.key == key }
        }
      }
    }
  }

  /// The member of an object; nil for other values and absent keys.
  public subscript(key: String) -> JSON? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  /// The value at a path such as `["data", "user", "id"]`; a number picks from an array.
  public func value(at path: ArraySlice<String>) -> JSON? {
    guard let key = path.first else { return self }
    switch self {
    case .object(let object): return object[key]?.value(at: path.dropFirst())
    case .array(let array):
      guard let index = Int(key), array.indices.contains(index) else { return nil }
      return array[index].value(at: path.dropFirst())
    default: return nil
    }
  }

  /// The text of a string; nil for all else, numbers too.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The value of `true` or `false`; nil for all else.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements of an array; nil for all else.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// The members of an object; nil for all else.
  public var object: Object? { if case .object(let value) = self { value } else { nil } }
  /// It is JSON's `null`. An absent key is not: it is nil.
  public var isNull: Bool { self == .null }
  /// A whole number of 64 bits; doubles without a fraction count.
  public var int: Int64? {
    switch self {
    case .int(let value): value
    case .double(let value): Int64(exactly: value)
    default: nil
    }
  }
  /// Any number, rounded where a double does not hold it: whole ones beyond 2^53 and those with more than some 16 digits.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .literal(let literal): literal.double
    default: nil
    }
  }

  /// A scalar as people write it: strings bare, whole doubles without `.0`, null empty; arrays and objects as JSON text.
  public var plain: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): Int64(exactly: value).map(String.init) ?? String(value)
    case .literal(let literal): literal.text
    case .string(let value): value
    case .array, .object: text
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A number with a fraction.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object that keeps the order of the literal.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements.map { Object.Member($0.0, $0.1) })) }
}
