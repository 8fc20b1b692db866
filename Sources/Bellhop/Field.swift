/// One key of a kind's settings or target, declared once: decoding, `bellhop schema`, `bellhop transports`, the docs and redaction read it.
public struct Field: Sendable, Hashable {
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
    /// The path of a PEM file of certificates, which must be there. A relative one is relative to the configuration's folder.
    case certificates
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
    /// What lets somebody in: plain, or a mapping of `token` and `expires`, which makes it a ``Value/dated(_:until:)``.
    case dated(Shape)
    /// One of it or a list of it.
    case list(Shape)
    /// Free keys, all values of one shape.
    case map(Shape)
    /// A mapping whose keys are fields of their own; decoded into a ``Value/map(_:)`` in the order of these fields.
    case keys([Field])
  }

  /// The key in YAML.
  public var name: String
  /// What its value must be.
  public var shape: Shape
  /// Leaving it out is a mistake.
  public var required: Bool
  /// What stands in the manual as the default; decoding fills it in where `value` is set.
  public var value: Value?
  /// One line for the manual.
  public var doc: String
  /// A value as it would stand in YAML.
  public var example: String
  /// Target fields only: may hold `{{…}}`, filled from the event when planned; then `only:` is mandatory beside it.
  public var templated: Bool
  /// Target fields that are lists only, one in a kind: each element becomes a delivery of its own when planned, so that one that fails
  /// does not touch the others.
  public var expands: Bool

  /// A field without a default and not required, unless told otherwise. `example` is YAML as ops would write it.
  public init(
    _ name: String, _ shape: Shape, required: Bool = false, value: Value? = nil, doc: String, example: String, templated: Bool = false,
    expands: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.required = required
    self.value = value
    self.doc = doc
    self.example = example
    self.templated = templated
    self.expands = expands
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
  /// What opens nothing from a time on.
  case dated(Value, until: Timestamp)
  /// In the order of the file.
  case map([Entry])

  /// One pair of a map.
  public struct Entry: Sendable, Hashable {
    /// The key as it stands in the file.
    public var key: String
    /// Of the shape that the map's field declares.
    public var value: Value
    /// A pair as it stands in the file; keys that stand twice are a mistake of the YAML and never come here.
    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }
}

extension Value {
  /// When what lets somebody in ends, of all in it.
  public var ends: [Timestamp] {
    switch self {
    case .dated(_, let end): [end]
    case .list(let values): values.flatMap(\.ends)
    case .map(let entries): entries.flatMap(\.value.ends)
    default: []
    }
  }
}

/// The decoded settings of one transport: every required field is there, every default filled in, every value of its field's shape.
public struct Values: Sendable, Hashable {
  /// What was given, and what fields fill in by default.
  public var entries: [String: Value]
  /// The name of the transport in the configuration; empty where there is none.
  public var name: String

  /// Values by the names of their fields; not checked against any field.
  public init(_ entries: [String: Value] = [:], name: String = "") {
    self.entries = entries
    self.name = name
  }

  /// The value of a field, whatever its shape; nil where it is absent.
  public subscript(name: String) -> Value? { entries[name] }
  /// Whether it was given or has a default.
  public func has(_ name: String) -> Bool { entries[name] != nil }

  /// Text of a `string`, `url`, `choice`, `template` or `path` field.
  public func string(_ name: String) -> String? { if case .string(let value)? = entries[name] { value } else { nil } }
  /// A `secret` or `secretURL`.
  public func secret(_ name: String) -> Secret? { if case .secret(let value)? = entries[name] { value } else { nil } }
  /// What lets somebody in, of a list of ``Field/Shape/dated(_:)``, each with its end where it has one.
  public func keys(_ name: String) -> [(key: Secret, until: Timestamp?)] {
    (list(name) ?? []).compactMap { value in
      switch value {
      case .dated(.secret(let key), let end): (key, end)
      case .dated(.string(let key), let end): (Secret(key), end)
      case .secret(let key): (key, nil)
      case .string(let key): (Secret(key), nil)
      default: nil
      }
    }
  }
  /// The value of a `bool` field; nil where it is absent.
  public func bool(_ name: String) -> Bool? { if case .bool(let value)? = entries[name] { value } else { nil } }
  /// The value of an `int` field, inside the field's range; nil where it is absent.
  public func int(_ name: String) -> Int? { if case .int(let value)? = entries[name] { value } else { nil } }
  /// The value of a `duration` field; nil where it is absent.
  public func duration(_ name: String) -> Duration? { if case .duration(let value)? = entries[name] { value } else { nil } }
  /// The value of a `rate` field; nil where it is absent.
  public func rate(_ name: String) -> Rate? { if case .rate(let value)? = entries[name] { value } else { nil } }
  /// The elements of a `list` field, one where YAML had a bare value; nil where it is absent.
  public func list(_ name: String) -> [Value]? { if case .list(let value)? = entries[name] { value } else { nil } }
  /// The pairs of a `map` field in the order of the file; nil where it is absent.
  public func map(_ name: String) -> [Value.Entry]? { if case .map(let value)? = entries[name] { value } else { nil } }
}
