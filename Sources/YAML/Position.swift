/// A place in a file. Both numbers start at 1; a column counts Unicode code points, as editors do.
public struct Position: Sendable, Hashable, Comparable {
  /// The line, from 1.
  public var line: Int
  /// The column, from 1.
  public var column: Int

  /// The place at that line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Earlier in the file is less.
  public static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
