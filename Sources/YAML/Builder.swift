/// Makes a tree of events, and checks what libyaml does not: keys that stand twice, aliases, tags, depth and size.
struct Builder {
  let limits: DocumentLimits
  var flaws: [Flaw] = []

  private var frames: [Frame] = []
  private var anchors: [String: Anchored] = [:]
  private var root: Built?

  /// A list or mapping that is still open.
  private struct Frame {
    var mark: Position
    var anchor: String?
    var isMapping: Bool
    var items: [Built] = []
  }

  /// A node with the size and height of its tree, aliases expanded.
  struct Built {
    var node: YAMLNode
    var size = 1
    var height = 0
  }

  private enum Anchored {
    /// Inside itself an anchor cannot be used.
    case open
    case done(Built)
  }

  init(limits: DocumentLimits) { self.limits = limits }

  /// Reads to the end of the stream; nil when the text is no YAML or beyond the limits.
  mutating func build(_ next: () throws(Flaw) -> ParserEvent) -> YAMLNode? {
    var documents = 0
    do throws(Flaw) {
      while true {
        let event = try next()
        switch event.step {
        case .streamEnd: return root?.node ?? YAMLNode(at: Position(line: 1, column: 1), .scalar(Scalar("", isPlain: true)))
        case .documentStart:
          documents += 1
          if documents > 1 { throw Flaw(at: event.mark, "a second document starts here", hint: "keep one document in a file") }
        case .alias(let name): try place(alias(name, at: event.mark))
        case .scalar(let scalar, let properties):
          let built = Built(node: YAMLNode(at: event.mark, content(scalar, tag: properties.tag, at: event.mark)))
          if let anchor = properties.anchor { anchors[anchor] = .done(built) }
          try place(built)
        case .sequenceStart(let properties): try open(event.mark, properties, isMapping: false)
        case .mappingStart(let properties): try open(event.mark, properties, isMapping: true)
        case .sequenceEnd, .mappingEnd: try close()
        case .other: break
        }
      }
    } catch {
      flaws.append(error)
      return nil
    }
  }

  /// What stands whole in the outermost mapping, once reading has ended within it.
  var beginning: [YAMLNode.YAMLPair] {
    guard let outermost = frames.first, outermost.isMapping else { return [] }
    return stride(from: 0, to: outermost.items.count - 1, by: 2).map {
      YAMLNode.YAMLPair(key: outermost.items[$0].node, value: outermost.items[$0 + 1].node)
    }
  }

  private mutating func open(_ mark: Position, _ properties: ParserEvent.Properties, isMapping: Bool) throws(Flaw) {
    if frames.count >= limits.depth { throw Flaw(at: mark, "lists and mappings nest deeper than \(limits.depth) levels") }
    let expected = isMapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq"
    if let tag = properties.tag, tag != expected, tag != "!" { flaws.append(Self.unknown(tag: tag, at: mark)) }
    if let anchor = properties.anchor { anchors[anchor] = .open }
    frames.append(Frame(mark: mark, anchor: properties.anchor, isMapping: isMapping))
  }

  private mutating func close() throws(Flaw) {
    guard let frame = frames.popLast() else { return }
    let built = frame.isMapping ? try mapping(frame) : list(frame)
    if let anchor = frame.anchor { anchors[anchor] = .done(built) }
    try place(built)
  }

  private mutating func place(_ built: Built) throws(Flaw) {
    if frames.count + built.height > limits.depth {
      throw Flaw(at: built.node.mark, "lists and mappings nest deeper than \(limits.depth) levels, through an alias")
    }
    // What one open list holds cannot be more than the whole may, so no sum here can overflow.
    let size = frames.reduce(built.size) { $0 + ($1.items.last?.size ?? 0) }
    guard size <= limits.nodes else { throw tooMany(at: built.node.mark) }
    guard !frames.isEmpty else {
      root = built
      return
    }
    var built = built
    // Items carry running sums: the last one tells the size of all.
    let frame = frames.count - 1
    built.size += frames[frame].items.last?.size ?? 0
    guard built.size <= limits.nodes else { throw tooMany(at: built.node.mark) }
    frames[frame].items.append(built)
  }

  private func tooMany(at mark: Position) -> Flaw {
    if anchors.isEmpty {
      return Flaw(at: mark, "the document has more than the \(limits.nodes) values that are read", hint: "say it in fewer")
    }
    return Flaw(
      at: mark, "the document has more than \(limits.nodes) values once its aliases are expanded", hint: "repeat less through aliases")
  }

  private func list(_ frame: Frame) -> Built {
    Built(
      node: YAMLNode(at: frame.mark, .sequence(frame.items.map(\.node))), size: 1 + (frame.items.last?.size ?? 0),
      height: 1 + (frame.items.map(\.height).max() ?? 0))
  }

  private mutating func mapping(_ frame: Frame) throws(Flaw) -> Built {
    var pairs = Pairs()
    var size = 1 + (frame.items.last?.size ?? 0)
    for index in stride(from: 0, to: frame.items.count - 1, by: 2) {
      pairs.add(key: frame.items[index].node, value: frame.items[index + 1].node)
    }
    let entries = pairs.merged(into: &flaws)
    size = max(size, 1 + 2 * entries.count)
    return Built(node: YAMLNode(at: frame.mark, .mapping(entries)), size: size, height: 1 + (frame.items.map(\.height).max() ?? 0))
  }

  private mutating func alias(_ name: String, at mark: Position) -> Built {
    switch anchors[name] {
    case .done(let built): return built
    case .open: flaws.append(Flaw(at: mark, "the alias *\(name) stands inside its own anchor", hint: "a value cannot contain itself"))
    case nil:
      flaws.append(
        Flaw(
          at: mark, "the alias *\(name) has no anchor &\(name) before it",
          hint: "a value that starts with `*` must be quoted: \"*\(name)\""))
    }
    return Built(node: YAMLNode(at: mark, .flawed))
  }

  /// A tag of the core schema overrides how a scalar is written.
  private mutating func content(_ scalar: Scalar, tag: String?, at mark: Position) -> YAMLNode.Content {
    switch tag {
    case nil: return .scalar(scalar)
    case "!", "tag:yaml.org,2002:str": return .scalar(Scalar(scalar.text, isPlain: false))
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      return .scalar(Scalar(scalar.text, isPlain: true))
    case let tag?:
      flaws.append(Self.unknown(tag: tag, at: mark))
      return .flawed
    }
  }

  private static func unknown(tag: String, at mark: Position) -> Flaw {
    let short = tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
    return Flaw(at: mark, "the tag \(short) is not known here", hint: "a value that starts with `!` must be quoted")
  }
}
