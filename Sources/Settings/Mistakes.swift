/// Everything wrong with a configuration at once, in the order of the file, warnings included. At least one is no warning.
public struct Mistakes: Error, Sendable, Hashable, CustomStringConvertible {
  /// All of them.
  public var all: [Mistake]
  /// Where the store is, as written: known in spite of mistakes elsewhere, so that a running gateway is found while its file is edited.
  public var store: String

  /// As in ``Configuration/unknown``.
  public var unknown: [String]

  /// These mistakes.
  public init(_ all: [Mistake], store: String = StoreSettings().path, unknown: [String] = []) {
    self.all = all
    self.store = store
    self.unknown = unknown
  }

  /// A line each.
  public var description: String { all.map(\.description).joined(separator: "\n") }
}
