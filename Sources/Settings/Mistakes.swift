/// Everything wrong with a configuration at once, in the order of the file, warnings included. At least one is no warning.
public struct Mistakes: Error, Sendable, Hashable, CustomStringConvertible {
  /// All of them.
  public var all: [Mistake]

  /// These mistakes.
  public init(_ all: [Mistake]) { self.all = all }

  /// A line each.
  public var description: String { all.map(\.description).joined(separator: "\n") }
}
