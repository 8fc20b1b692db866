/// Reads a regular expression by recursive descent and lays out its steps.
struct PatternParser {
  static let maximumSteps = 1_000
  private static let maximumDepth = 50

  private indirect enum PatternNode {
    case empty
    case set(CharacterSet)
    case start, end
    case boundary(Bool)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, from: Int, to: Int?)

    /// Steps it unfolds to; saturates, since counts multiply. Each part is asked once, or deep groups would take for ever; nothing
    /// counts as one, or counts of it would be free.
    var size: Int {
      switch self {
      case .empty: return 1
      case .set, .start, .end, .boundary: return 1
      case .sequence(let nodes): return nodes.reduce(0) { min(100_000, $0 + $1.size) }
      case .choice(let nodes): return nodes.reduce(0) { min(100_000, $0 + $1.size + 2) }
      case .repeated(let node, let from, let to):
        let size = max(1, node.size)
        return min(100_000, from * size + (to.map { ($0 - from) * (size + 1) } ?? (size + 2)))
      }
    }
  }

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private var ignoresCase = false
  private var steps: [PatternStep] = []

  static func compile(_ source: String) throws(PatternError) -> [PatternStep] {
    var parser = PatternParser(Array(source.unicodeScalars))
    if source.hasPrefix("(?i)") {
      parser.ignoresCase = true
      parser.at = 4
    }
    let node = try parser.choice()
    if parser.at < parser.scalars.count {
      throw PatternError("a ) that closes nothing", hint: "write \\) for the sign itself", offset: parser.at)
    }
    guard node.size < maximumSteps else {
      throw PatternError(
        "the pattern unfolds to more than \(maximumSteps) steps", hint: "use smaller counts in {…}, or * and + instead of them", offset: nil
      )
    }
    parser.lay(node)
    parser.steps.append(.match)
    return parser.steps
  }

  private init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  private mutating func choice() throws(PatternError) -> PatternNode {
    var branches: [PatternNode] = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let start = at
      var node = try atom()
      while let count = try count() {
        switch node {
        case .start, .end, .boundary, .repeated:
          throw PatternError("nothing to repeat here", hint: "put what is repeated in a group: (…)", offset: start)
        default: break
        }
        node = .repeated(node, from: count.from, to: count.to)
        // Greedy or not makes no difference to whether it matches.
        if next == "?" { at += 1 }
      }
      nodes.append(node)
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func count() throws(PatternError) -> (from: Int, to: Int?)? {
    if take("?") { return (0, 1) }
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    let start = at
    guard take("{") else { return nil }
    guard let from = number() else {
      throw PatternError("{ begins no count", hint: "write {2}, {2,} or {2,5}, or \\{ for the sign itself", offset: start)
    }
    var to: Int? = from
    if take(",") { to = number() }
    guard take("}"), to ?? from >= from else {
      throw PatternError("{ begins no count", hint: "write {2}, {2,} or {2,5}, or \\{ for the sign itself", offset: start)
    }
    return (from, to)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      value = min(10_000, (value ?? 0) * 10 + Int(digit.value - 48))
      at += 1
    }
    return value
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let start = at
    guard let scalar = next else { return .empty }
    at += 1
    switch scalar {
    case "^": return .start
    case "$": return .end
    case ".": return .set(.any)
    case "(": return try group(start)
    case "[": return .set(try bracket(start))
    case "\\": return try escape(start)
    case "*", "+", "?": throw PatternError("nothing in front of \(scalar)", hint: "write \\\(scalar) for the sign itself", offset: start)
    case "{": throw PatternError("nothing in front of {", hint: "write \\{ for the sign itself", offset: start)
    default: return .set(set([scalar.value...scalar.value]))
    }
  }

  private func set(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) -> CharacterSet {
    CharacterSet(ranges: ranges, isNegated: isNegated, ignoresCase: ignoresCase)
  }

  private mutating func group(_ start: Int) throws(PatternError) -> PatternNode {
    if take("?") {
      guard take(":") else {
        switch next {
        case "=", "!", "<":
          throw PatternError(
            "look-around and named groups are not supported", hint: "say it with several matchers: not:, any:, or a list", offset: start)
        case "P":
          throw PatternError("groups have no names here", hint: "write (…) without ?P<…>: nothing reads what it takes", offset: start)
        default: throw PatternError("flags stand at the start only", hint: "begin the pattern with (?i), or write (?:…)", offset: start)
        }
      }
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw PatternError("groups nest deeper than \(Self.maximumDepth)", hint: "simplify the pattern", offset: start)
    }
    let inner = try choice()
    guard take(")") else { throw PatternError("( is not closed", hint: "add ), or write \\( for the sign itself", offset: start) }
    // A sequence of one: what is in a group may be repeated again.
    return .sequence([inner])
  }

  private mutating func escape(_ start: Int) throws(PatternError) -> PatternNode {
    switch next {
    case "b"?, "B"?:
      at += 1
      return .boundary(scalars[at - 1] == "b")
    default: return .set(set(try escapedRanges(start)))
    }
  }

  private mutating func escapedRanges(_ start: Int) throws(PatternError) -> [ClosedRange<UInt32>] {
    guard let scalar = next else { throw PatternError("\\ at the end", hint: "write \\\\ for the sign itself", offset: start) }
    at += 1
    switch scalar {
    case "d": return CharacterSet.digits
    case "D": return CharacterSet.complement(of: CharacterSet.digits)
    case "w": return CharacterSet.words
    case "W": return CharacterSet.complement(of: CharacterSet.words)
    case "s": return CharacterSet.spaces
    case "S": return CharacterSet.complement(of: CharacterSet.spaces)
    case "n": return [0x0A...0x0A]
    case "r": return [0x0D...0x0D]
    case "t": return [0x09...0x09]
    case "0"..."9", "k":
      throw PatternError(
        "back-references (\\\(scalar)) are not supported", hint: "they cannot be matched in bounded time; say it without", offset: start)
    case "a"..."z", "A"..."Z":
      throw PatternError("\\\(scalar) is not supported", hint: "there are \\d \\w \\s \\D \\W \\S \\b \\B \\n \\r \\t", offset: start)
    default: return [scalar.value...scalar.value]
    }
  }

  private mutating func bracket(_ start: Int) throws(PatternError) -> CharacterSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      let offset = at
      at += 1
      if scalar == "[", next == ":" {
        throw PatternError("[:names:] are not supported", hint: "write \\d, \\w, \\s or the characters", offset: offset)
      }
      var lower = [scalar.value...scalar.value]
      if scalar == "\\" { lower = try escapedRanges(offset) }
      guard next == "-", at + 1 < scalars.count, scalars[at + 1] != "]" else {
        ranges += lower
        continue
      }
      at += 1
      let end = scalars[at]
      at += 1
      var upper = [end.value...end.value]
      if end == "\\" { upper = try escapedRanges(at - 1) }
      guard lower.count == 1, upper.count == 1, lower[0].count == 1, upper[0].count == 1, lower[0].lowerBound <= upper[0].lowerBound else {
        throw PatternError("a range that ends before it begins", hint: "put - first or last for the sign itself", offset: offset)
      }
      ranges.append(lower[0].lowerBound...upper[0].lowerBound)
    }
    guard take("]") else { throw PatternError("[ is not closed", hint: "add ], or write \\[ for the sign itself", offset: start) }
    return set(ranges, isNegated: isNegated)
  }

  private mutating func lay(_ node: PatternNode) {
    switch node {
    case .empty: break
    case .set(let set): steps.append(.take(set, then: steps.count + 1))
    case .start: steps.append(.start(then: steps.count + 1))
    case .end: steps.append(.end(then: steps.count + 1))
    case .boundary(let isOne): steps.append(.boundary(isOne, then: steps.count + 1))
    case .sequence(let nodes): for node in nodes { lay(node) }
    case .choice(let nodes):
      var exits: [Int] = []
      for (index, node) in nodes.enumerated() {
        let split = steps.count
        let isLast = index == nodes.count - 1
        if !isLast { steps.append(.match) }
        lay(node)
        if !isLast {
          exits.append(steps.count)
          steps.append(.match)
          steps[split] = .split(split + 1, steps.count)
        }
      }
      for exit in exits { steps[exit] = .jump(steps.count) }
    case .repeated(let node, let from, let to):
      for _ in 0..<from { lay(node) }
      guard let to else {
        let split = steps.count
        steps.append(.match)
        lay(node)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
        return
      }
      var splits: [Int] = []
      for _ in from..<to {
        splits.append(steps.count)
        steps.append(.match)
        lay(node)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }
}
