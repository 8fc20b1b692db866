/// A value of a document, with its place. https://yaml.org/spec/1.2.2/#321-representation-graph
public struct YAMLNode: Sendable, Hashable {
  /// Where it begins. What an alias brings keeps the place of its anchor: that is where it can be changed.
  public var mark: Position
  /// What it is.
  public var content: Content

  /// The three kinds of YAML, and a fourth for what is already reported.
  public enum Content: Sendable, Hashable {
    /// A single value; `a: ` holds a plain, empty one.
    case scalar(Scalar)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values in the order of the file. Merge keys are resolved, no key stands twice.
    case mapping([YAMLPair])
    /// A flaw of the document stands in its place.
    case flawed
  }

  /// A key and its value.
  public struct YAMLPair: Sendable, Hashable {
    /// Mostly a scalar; YAML permits anything.
    public var key: YAMLNode
    /// The value.
    public var value: YAMLNode

    /// A pair of both.
    public init(key: YAMLNode, value: YAMLNode) {
      self.key = key
      self.value = value
    }
  }

  /// A value at that place.
  public init(at mark: Position, _ content: Content) {
    self.mark = mark
    self.content = content
  }

  /// The scalar, if it is one.
  public var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  /// The elements, if it is a list.
  public var sequence: [YAMLNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }
  /// The entries, if it is a mapping.
  public var mapping: [YAMLPair]? { if case .mapping(let entries) = content { entries } else { nil } }
  /// An absent value: `a:`, `~` or `null`.
  public var isNull: Bool { scalar?.isNull ?? false }

  /// The value of a key that is that text.
  public subscript(key: String) -> YAMLNode? { mapping?.first { $0.key.scalar?.text == key }?.value }
}
