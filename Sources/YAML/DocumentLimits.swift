/// How much of a document is taken. Real configurations stay far below.
public struct DocumentLimits: Sendable, Hashable {
  /// The size of the text.
  public var bytes: Int
  /// How deep lists and mappings may nest, through aliases too: whoever walks the tree may recurse.
  public var depth: Int
  /// Values in all, those that aliases and merge keys bring counted each time.
  public var nodes: Int

  /// Limits; the defaults are 4 MiB, 64 levels and 100,000 values.
  public init(bytes: Int = 4 << 20, depth: Int = 64, nodes: Int = 100_000) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }
}
