/// A row that no event can reach.
public struct Unreachable: Sendable, Hashable {
  /// Index in the table.
  public let row: Int
  /// The index of the earlier row that takes everything it matches.
  public let by: Int
}

public func unreachable(_ table: Table) -> [Unreachable] { [] }
