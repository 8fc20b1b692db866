/// A text read as one YAML document: its tree, and everything that is wrong with it.
///
/// Reading goes on after duplicate keys and bad aliases, so that one run shows them all; a text that is no YAML ends it.
public struct Document: Sendable {
  /// The tree; nil when the text is no YAML at all. An empty text is a plain, empty scalar.
  public var root: YAMLNode?
  /// Of a text that turned out to be no YAML, the entries of its outermost mapping that stand whole before the fault.
  public var beginning: [YAMLNode.YAMLPair] = []
  /// What is wrong, in the order of the file. The tree has ``YAMLNode/Content/flawed`` in these places.
  public var flaws: [Flaw]

  /// Reads UTF-8.
  public init(parsing bytes: [UInt8], limits: DocumentLimits = DocumentLimits()) {
    if let flaw = Encoding.flaw(in: bytes, limit: limits.bytes) {
      root = nil
      flaws = [flaw]
      return
    }
    // A byte order mark has no column; libyaml would count it.
    let bytes = Encoding.unmarked(bytes)
    let lines = TextLines(bytes)
    var builder = Builder(limits: limits)
    root = bytes.withUnsafeBufferPointer { buffer in
      guard let reader = EventReader(buffer, lines: lines) else {
        builder.flaws.append(Flaw(at: Position(line: 1, column: 1), "there is no memory left to read it"))
        return nil
      }
      return builder.build { () throws(Flaw) in try reader.next() }
    }
    if root == nil { beginning = builder.beginning }
    flaws = builder.flaws.sorted { $0.mark < $1.mark }
  }

  /// Reads text.
  public init(parsing text: String, limits: DocumentLimits = DocumentLimits()) {
    self.init(parsing: Array(text.utf8), limits: limits)
  }
}
