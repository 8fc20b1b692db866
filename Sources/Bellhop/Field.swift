/// One key of a kind's settings or target, declared once: decoding, `bellhop schema`, `bellhop transports`, the docs and redaction read it.
public struct Field: Sendable {
  /// What a value must be. The decoder turns YAML into a ``Value`` of the same case or reports a mistake.
  public indirect enum Shape: Sendable, Hashable {
    /// Any scalar, taken as text.
    case string
    /// Text that must never be shown.
    case secret
    /// An absolute `http://` or `https://` address.
    case url
    /// An address that carries a credential, as app webhooks do.
    case secretURL
    case bool
    case int(ClosedRange<Int>)
    /// `80ms`, `15m`, `24h`.
    case duration
    /// `1/s`, `30/m`.
    case rate
    /// One of these words.
    case choice([String])
    /// Mustache whose values enter as they are; the kind escapes them for its format.
    case template
    /// A dotted path into an event: `subject`, `data.order.id`.
    case path
    /// One of it or a list of it.
    case list(Shape)
    /// Free keys, all values of one shape.
    case map(Shape)
  }

  public var name: String
  public var shape: Shape
  public var required: Bool
  /// What stands in the manual as the default; decoding fills it in where `value` is set.
  public var value: Value?
  /// One line for the manual.
  public var doc: String
  /// A value as it would stand in YAML.
  public var example: String
  /// Target fields only: may hold `{{…}}`, filled from the event when planned; then `only:` is mandatory beside it.
  public var templated: Bool

  public init(
    _ name: String, _ shape: Shape, required: Bool = false, value: Value? = nil, doc: String, example: String, templated: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.required = required
    self.value = value
    self.doc = doc
    self.example = example
    self.templated = templated
  }
}

/// A decoded setting.
public indirect enum Value: Sendable, Hashable {
  case string(String)
  case secret(Secret)
  case bool(Bool)
  case int(Int)
  case duration(Duration)
  case rate(Rate)
  case list([Value])
  /// In the order of the file.
  case map([Entry])

  public struct Entry: Sendable, Hashable {
    public var key: String
    public var value: Value
    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }
}

/// The decoded settings of one transport: every required field is there, every default filled in, every value of its field's shape.
public struct Values: Sendable, Hashable {
  public var entries: [String: Value]

  public init(_ entries: [String: Value] = [:]) { self.entries = entries }

  public subscript(name: String) -> Value? { entries[name] }
  public func has(_ name: String) -> Bool { entries[name] != nil }

  /// Text of a `string`, `url`, `choice`, `template` or `path` field.
  public func string(_ name: String) -> String? { if case .string(let value)? = entries[name] { value } else { nil } }
  /// A `secret` or `secretURL`.
  public func secret(_ name: String) -> Secret? { if case .secret(let value)? = entries[name] { value } else { nil } }
  public func bool(_ name: String) -> Bool? { if case .bool(let value)? = entries[name] { value } else { nil } }
  public func int(_ name: String) -> Int? { if case .int(let value)? = entries[name] { value } else { nil } }
  public func duration(_ name: String) -> Duration? { if case .duration(let value)? = entries[name] { value } else { nil } }
  public func rate(_ name: String) -> Rate? { if case .rate(let value)? = entries[name] { value } else { nil } }
  public func list(_ name: String) -> [Value]? { if case .list(let value)? = entries[name] { value } else { nil } }
  public func map(_ name: String) -> [Value.Entry]? { if case .map(let value)? = entries[name] { value } else { nil } }
}
