import Matching

/// A row that no event can reach.
public struct Unreachable: Sendable, Hashable {
  /// Its index in the table.
  public let row: Int
  /// The index of the earlier row that takes everything it matches.
  public let by: Int

  /// Indexes in the table; `by` is the lower.
  public init(row: Int, by: Int) {
    self.row = row
    self.by = by
  }
}

/// The rows of a table that are provably never reached, because an earlier row without `continue` matches everything they match.
/// Never wrong about a row it names; rows that are hidden in ways it cannot prove are not named.
public func unreachable(_ table: Table) -> [Unreachable] {
  let index = MatchIndex(table.rows.map(\.match))
  // Ten thousand rows that all look alike would be compared in pairs for seconds; past the budget it is silent.
  var budget = 2_000_000
  var found: [Unreachable] = []
  for (number, row) in table.rows.enumerated() {
    var candidates = index.candidates(covering: row.match)
    var minimum = 0
    while let earlier = candidates.next(from: minimum), earlier < number, budget > 0 {
      minimum = earlier + 1
      budget -= 1
      if !table.rows[earlier].continue, Implication.holds(row.match, implies: table.rows[earlier].match) {
        found.append(Unreachable(row: number, by: earlier))
        break
      }
    }
  }
  return found
}
