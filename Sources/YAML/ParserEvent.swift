/// What libyaml tells, in Swift's terms: one step of the tree.
struct ParserEvent {
  var mark: Position
  var step: ParserStep

  enum ParserStep {
    case documentStart
    case alias(String)
    case scalar(Scalar, Properties)
    case sequenceStart(Properties)
    case sequenceEnd
    case mappingStart(Properties)
    case mappingEnd
    case streamEnd
    /// Nothing that the tree needs: the stream's start, a document's end.
    case other
  }

  struct Properties {
    var anchor: String?
    var tag: String?
  }
}
