import Bellhop

/// Why a batch was not committed. Nothing of it is in the store.
public enum SpoolError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The disk is full, or nearly: come back later.
  case full(String)
  /// The disk does not take data, or does not give it, for another reason than its room: look at its health.
  case failing(String)
  /// Above `store.max`.
  case overLimit(String)
  /// More is queued than the disk takes.
  case busy(String)
  /// A question of people's took longer than any may: narrow it.
  case slow(String)
  /// The store is damaged, closed, or of a newer Bellhop.
  case broken(String)

  /// The line for people, with what to do.
  public var description: String {
    switch self {
    case .full(let line), .failing(let line), .overLimit(let line), .busy(let line), .slow(let line), .broken(let line): line
    }
  }
}
