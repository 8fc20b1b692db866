import Bellhop

/// One page of a search by a filter.
public struct SearchPage: Sendable {
  /// Newest first, with the deliveries that the reader may see.
  public var events: [HistoryEvent]
  /// The `cursor` of the next page; nil at the end. A page may be short or empty and still have a next one: a search looks for a bounded time.
  public var next: Int64?
  /// All that was received since then was looked at, and nothing older yet; nil where all there is was looked at.
  public var searchedBackTo: Timestamp?

  /// `next` is nil where nothing older is left to look at.
  public init(events: [HistoryEvent], next: Int64? = nil, searchedBackTo: Timestamp? = nil) {
    self.events = events
    self.next = next
    self.searchedBackTo = searchedBackTo
  }
}
