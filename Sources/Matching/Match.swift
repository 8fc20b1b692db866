import Bellhop

/// Which events a row, a watch or a silence is for. Pure: a function of the event and the time.
public indirect enum Match: Sendable, Hashable {
  /// AND; empty matches every event.
  case all([Match])
  /// OR.
  case any([Match])
  case not(Match)
  case type([Glob])
  case source([Glob])
  case sender([Glob])
  case subject([Glob])
  case severity(Set<Severity>)
  /// A dotted path below `data`: `["user", "id"]`; any of the tests.
  case data([String], [ValueTest])
  case during(String)
  case outside(String)
}

/// A test of a value inside `data`. An absent value passes `exists(false)` and `not` only. Of a list it is enough that one of its first
/// 100 elements passes, for each test by itself.
public indirect enum ValueTest: Sendable, Hashable {
  /// Numbers compare as numbers, everything else as written.
  case equals(JSON)
  case glob(Glob)
  case regex(Pattern)
  case less(Double), lessOrEqual(Double), greater(Double), greaterOrEqual(Double)
  case exists(Bool)
  case not([ValueTest])
  /// All of them: the keys of one mapping.
  case all([ValueTest])
}
