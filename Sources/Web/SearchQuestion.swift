import Bellhop
import Store

/// What somebody asks of the history. All of it must hold; what is nil does not narrow.
public struct SearchQuestion: Sendable, Hashable {
  /// In the grammar of filters; empty takes every event.
  public var text = ""
  /// A glob: `user.*`.
  public var type: String?
  /// Exactly this one.
  public var subject: String?
  /// Only what this role heard of.
  public var role: String?
  /// Only events whose plan ended so.
  public var fate: Fate?
  /// Received at this time or later.
  public var since: Timestamp?
  /// Received before this time.
  public var until: Timestamp?
  /// ``SearchPage/next`` of the page before; nil begins with the newest.
  public var cursor: Int64?
  /// 1 to 1,000.
  public var limit = 50
  /// Each event comes with the deliveries that its reader may see.
  public var withDeliveries = false

  /// The newest 50 events, unless narrowed.
  public init() {}
}

/// Why a question has no answer.
public enum SearchRefusal: Error, Sendable, Hashable {
  /// What was typed is no filter: one sentence, where in Unicode scalars, and the text with a mark below the place.
  case mistake(String, offset: Int, caret: String)
  /// The store does not answer now.
  case store(SpoolError)
}
