import Bellhop

/// What ops may do to silences by hand.
public enum SilenceAction: Sendable, Hashable {
  /// Makes one.
  case add(SilenceRequest)
  /// Changes what the request names.
  case edit(Int64, SilenceRequest)
  /// Ends it now.
  case end(Int64)
}

/// What a request says about a silence; nil is what it does not name.
public struct SilenceRequest: Sendable, Hashable {
  /// Which events, as typed.
  public var filter: String?
  /// Only this role's, only this row's; empty for `null`, which takes that away.
  public var role: String?, row: String?
  /// When it begins and ends.
  public var from: Timestamp?, until: Timestamp?
  /// How long from its beginning, or from now; how much longer than before.
  public var length: Duration?, extend: Duration?
  /// By whom, and why.
  public var who: String?, why: String?
  /// It may be about every event.
  public var all = false

  /// Names nothing.
  public init() {}
}
