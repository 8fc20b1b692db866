import Bellhop

/// Conditions that nothing can meet: rows that never match, which nobody would ever hear of. A proof by what stands side by side: nil means
/// only that none was found. Of a list in the data each test may pass by another element; that is passed over, as nobody means it.
public enum Contradiction {
  /// Why no event can match, in one sentence; nil where nothing speaks against it.
  public static func found(in match: Match) -> String? {
    switch match {
    case .all(let parts): return among(parts.flatMap(\.flat))
    case .any(let parts):
      if parts.isEmpty { return "any: is empty" }
      let reasons = parts.compactMap(found)
      return reasons.count == parts.count ? reasons[0] : nil
    case .not(let inner): return Implication.holds(.all([]), implies: inner) ? "not: excludes every event" : nil
    case .data(let path, let tests):
      let reasons = tests.compactMap(found)
      return reasons.count == tests.count ? reasons.first.map { "\((["data"] + path).joined(separator: ".")): \($0)" } : nil
    case .type, .source, .sender, .subject, .severity, .during, .outside: return nil
    }
  }

  /// Why no value can pass.
  public static func found(in test: ValueTest) -> String? {
    guard case .all(let tests) = test else { return nil }
    for (index, one) in tests.enumerated() {
      if let reason = found(in: one) { return reason }
      for other in tests[(index + 1)...] where clash(one, other) || clash(other, one) {
        return "no value is both \(one) and \(other)"
      }
    }
    return nil
  }

  private static func among(_ parts: [Match]) -> String? {
    for (index, part) in parts.enumerated() {
      if let reason = found(in: part) { return reason }
      if let reason = pair(part, with: parts[(index + 1)...]) { return reason }
    }
    for (index, part) in parts.enumerated() {
      let others = parts[..<index] + parts[(index + 1)...]
      switch part {
      case .not(let inner) where !others.isEmpty && Implication.holds(.all(Array(others)), implies: inner):
        return "not: excludes all that the rest takes"
      case .any(let ways) where ways.allSatisfy({ way in way.flat.contains { pair($0, with: others) != nil } || found(in: way) != nil }):
        return "nothing of any: fits what stands beside it"
      default: break
      }
    }
    return nil
  }

  private static func pair(_ one: Match, with others: ArraySlice<Match>) -> String? {
    others.first { clash(one, $0) }.map { "no event has both \(one) and \($0)" }
  }

  private static func clash(_ one: Match, _ other: Match) -> Bool {
    switch (one, other) {
    case (.severity(let a), .severity(let b)): a.isDisjoint(with: b)
    case (.type(let a), .type(let b)), (.source(let a), .source(let b)), (.sender(let a), .sender(let b)),
      (.subject(let a), .subject(let b)):
      a.allSatisfy { glob in b.allSatisfy { areApart(glob, $0) } }
    case (.data(let path, let a), .data(let same, let b)):
      path == same && a.allSatisfy { test in b.allSatisfy { clash(test, $0) || clash($0, test) } }
    case (.during(let name), .outside(let same)), (.outside(let name), .during(let same)): name == same
    default: false
    }
  }

  private static func clash(_ one: ValueTest, _ other: ValueTest) -> Bool {
    switch (one, other) {
    case (.exists(false), .exists(true)): return true
    case (.exists, _): if case .exists(false) = one, !other.passes(nil), other != .exists(true) { return true }
    case (.not(let tests), _): return tests.contains { Implication.holds(other, implies: $0) }
    case (.equals(.array), _), (.equals(.object), _): return false
    case (.equals(let value), .not): return !other.passes(value)
    case (.equals(let value), _): return !other.passes(value)
    case (.less(let top), .greater(let bottom)), (.less(let top), .greaterOrEqual(let bottom)),
      (.lessOrEqual(let top), .greater(let bottom)):
      return bottom >= top
    case (.lessOrEqual(let top), .greaterOrEqual(let bottom)): return bottom > top
    case (.glob(let a), .glob(let b)): return areApart(a, b)
    default: break
    }
    return false
  }

  /// No text matches both: one is no pattern, or they begin or end otherwise.
  private static func areApart(_ one: Glob, _ other: Glob) -> Bool {
    if one.isLiteral { return !other.matches(one.pattern) }
    if other.isLiteral { return !one.matches(other.pattern) }
    let (a, b) = (Array(one.pattern.utf8), Array(other.pattern.utf8))
    let star = UInt8(ascii: "*")
    func differ(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
      zip(a.prefix { $0 != star }, b.prefix { $0 != star }).contains { $0 != $1 }
    }
    return differ(a, b) || differ(a.reversed(), b.reversed())
  }
}

extension Match {
  /// The parts of a conjunction, without the conjunctions inside it.
  fileprivate var flat: [Match] { if case .all(let parts) = self { parts.flatMap(\.flat) } else { [self] } }
}
