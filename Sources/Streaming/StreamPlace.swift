import Bellhop

/// Behind which event a reader stands: the id of a stream's events, `epoch-sequence`.
public struct StreamPlace: Sendable, Hashable, CustomStringConvertible {
  /// The store's.
  public var epoch: String
  /// The event's in that store; 0 is before the first.
  public var sequence: Int64

  /// A place; not checked against any store.
  public init(_ epoch: String, _ sequence: Int64) {
    self.epoch = epoch
    self.sequence = sequence
  }

  /// Reads an id; nil for what is none.
  public init?(_ text: String) {
    guard let dash = text.lastIndex(of: "-"), let sequence = Int64(text[text.index(after: dash)...]), sequence >= 0 else { return nil }
    self.init(String(text[..<dash]), sequence)
  }

  /// As it stands behind `id:`.
  public var description: String { "\(epoch)-\(sequence)" }
}
