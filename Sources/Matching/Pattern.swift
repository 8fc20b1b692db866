/// A regular expression that takes time in proportion to text times pattern, whatever the text: all ways to match are followed at once,
/// none is tried again (Thompson's construction, https://swtch.com/~rsc/regexp/regexp1.html).
///
/// Literals, `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\b \B`, `^ $`, groups, `|`, `? * + {m} {m,} {m,n}`, and `(?i)` at the start.
/// It looks for a match anywhere in the text: `^` and `$` tie it to the ends.
public struct Pattern: Sendable {
  /// The expression as written.
  public let source: String
  private let program: [PatternStep]

  /// How much of a text is looked at, in Unicode scalars: with the limit on a pattern's size, what bounds the time.
  public static let reach = 16_384

  /// Throws for what is no regular expression, for back-references and look-around, which cannot be matched in bounded time,
  /// and for patterns that unfold to more than 1,000 steps.
  public init(_ source: String) throws(PatternError) {
    self.source = source
    program = try PatternParser.compile(source)
  }

  /// Whether it occurs in the first ``reach`` characters of the text.
  public func matches(_ text: String) -> Bool {
    var threads = ThreadList(count: program.count)
    var next = ThreadList(count: program.count)
    var stack: [Int] = []
    var before: Unicode.Scalar?
    var rest = text.unicodeScalars.makeIterator()
    var here = rest.next()
    var seen = 0
    while true {
      // A match may begin at every position: the first step joins the others.
      if follow(0, into: &threads, stack: &stack, before: before, after: here) { return true }
      guard let scalar = here, seen < Self.reach else { return false }
      here = rest.next()
      seen += 1
      next.clear()
      for index in threads.steps {
        guard case .take(let set, let target) = program[index], set.contains(scalar) else { continue }
        if follow(target, into: &next, stack: &stack, before: scalar, after: here) { return true }
      }
      before = scalar
      swap(&threads, &next)
    }
  }

  /// Adds all steps that can be reached without taking a character; true when one of them is the end.
  private func follow(
    _ start: Int, into threads: inout ThreadList, stack: inout [Int], before: Unicode.Scalar?, after: Unicode.Scalar?
  ) -> Bool {
    stack.append(start)
    defer { stack.removeAll(keepingCapacity: true) }
    while let index = stack.popLast() {
      guard threads.insert(index) else { continue }
      switch program[index] {
      case .match: return true
      case .take: break
      case .split(let first, let second):
        stack.append(second)
        stack.append(first)
      case .jump(let target): stack.append(target)
      case .start(let target): if before == nil { stack.append(target) }
      case .end(let target): if after == nil { stack.append(target) }
      case .boundary(let isOne, let target):
        if (CharacterSet.isWord(before) != CharacterSet.isWord(after)) == isOne { stack.append(target) }
      }
    }
    return false
  }
}

extension Pattern: Hashable, CustomStringConvertible {
  /// By ``source``: it says all.
  public static func == (left: Self, right: Self) -> Bool { left.source == right.source }
  /// By ``source``.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
  /// ``source``.
  public var description: String { source }
}

/// Steps without repeats; clearing costs nothing.
private struct ThreadList {
  private(set) var steps: [Int] = []
  private var marks: [Int]
  private var generation = 1

  init(count: Int) { marks = [Int](repeating: 0, count: count) }

  mutating func insert(_ step: Int) -> Bool {
    if marks[step] == generation { return false }
    marks[step] = generation
    steps.append(step)
    return true
  }

  mutating func clear() {
    steps.removeAll(keepingCapacity: true)
    generation += 1
  }
}
