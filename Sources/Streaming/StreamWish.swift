import Bellhop

/// What a reader of a stream asks for.
public struct StreamWish: Sendable {
  /// Where it begins.
  public enum StreamBeginning: Sendable, Hashable {
    /// With what comes from now on.
    case now
    /// Behind an id, as it was told.
    case behind(String)
    /// With what was received at that time or later.
    case since(Timestamp)
    /// With the newest so many that it sees.
    case newest(Int)
  }

  /// What it sees.
  public var sight: StreamSight
  /// Where it begins.
  public var beginning: StreamBeginning

  /// A wish.
  public init(_ sight: StreamSight, from beginning: StreamBeginning = .now) {
    self.sight = sight
    self.beginning = beginning
  }
}

/// A beginning as far as the history has been asked about it.
enum StreamStart: Sendable, Hashable {
  case now
  case behind(String)
  case place(Int64)
}
