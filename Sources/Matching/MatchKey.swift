import Bellhop

/// A plain fact about an event (of a list in its data, one for each element) that a match depends on: without it, it does not hold. Matches
/// are found by such keys.
enum MatchKey: Hashable {
  case type(String)
  /// The first segments of the type: `server` of `server.*`.
  case prefix(String)
  case source(String)
  case sender(String)
  case subject(String)
  case data([String], MatchFact)

  /// A value as ``ValueTest/equals(_:)`` compares: equal values have equal facts.
  enum MatchFact: Hashable {
    case number(Double)
    case value(JSON)

    init(_ json: JSON) {
      if let number = json.double { self = .number(number) } else { self = .value(json) }
    }
  }

  /// How many segments of a type are looked up at most: a hostile type may have a million.
  static let segments = 4

  /// The beginnings of a type that end before a dot, shortest first.
  static func prefixes(of type: String) -> [String] {
    var prefixes: [String] = []
    let bytes = type.utf8
    var start = bytes.startIndex
    while prefixes.count < segments, let dot = bytes[start...].firstIndex(of: UInt8(ascii: ".")) {
      prefixes.append(String(type[..<dot]))
      start = bytes.index(after: dot)
    }
    return prefixes
  }
}

extension Match {
  /// Ways to find it: every event that matches has at least one key of each way. A part that offers none is not listed.
  var ways: [[MatchKey]] {
    switch self {
    case .all(let parts): return parts.flatMap(\.ways)
    case .any(let parts):
      var keys: [MatchKey] = []
      for part in parts {
        guard let way = part.ways.first else { return [] }
        keys += way
      }
      return [keys]
    case .type(let globs): return Self.way(globs.map(Self.typeKey))
    case .source(let globs): return Self.way(globs.map { $0.isLiteral ? .source($0.pattern) : nil })
    case .sender(let globs): return Self.way(globs.map { $0.isLiteral ? .sender($0.pattern) : nil })
    case .subject(let globs): return Self.way(globs.map { $0.isLiteral ? .subject($0.pattern) : nil })
    case .data(let path, let tests): return Self.way(tests.map { $0.fact.map { .data(path, $0) } })
    case .not, .severity, .during, .outside: return []
    }
  }

  private static func way(_ keys: [MatchKey?]) -> [[MatchKey]] {
    let known = keys.compactMap(\.self)
    return known.count == keys.count ? [known] : []
  }

  private static func typeKey(_ glob: Glob) -> MatchKey? {
    if glob.isLiteral { return .type(glob.pattern) }
    let literal = String(glob.pattern.prefix { $0 != "*" })
    return MatchKey.prefixes(of: literal).last.map(MatchKey.prefix)
  }
}

extension ValueTest {
  fileprivate var fact: MatchKey.MatchFact? {
    switch self {
    case .equals(let json): MatchKey.MatchFact(json)
    case .all(let tests): tests.lazy.compactMap(\.fact).first
    default: nil
    }
  }
}
