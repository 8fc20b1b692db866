import Bellhop

/// Events one behind the other, oldest first, as a stream tells them.
public struct HistoryStretch: Sendable {
  /// With their deliveries as they are now, but without attempts. What was forgotten is not among them.
  public var events: [HistoryEvent]
  /// All up to this place was looked at.
  public var end: Int64
  /// Nothing more was behind it.
  public var isEnd: Bool
  /// From the first to the last place among them whose event was removed for its age; nil where none was.
  public var missing: ClosedRange<Int64>?

  /// A stretch without a hole, unless told otherwise.
  public init(events: [HistoryEvent], end: Int64, isEnd: Bool, missing: ClosedRange<Int64>? = nil) {
    self.events = events
    self.end = end
    self.isEnd = isEnd
    self.missing = missing
  }

  /// Notes that all events from one place to another are gone; nothing where there is none between.
  public mutating func miss(from first: Int64, through last: Int64) {
    guard first <= last else { return }
    missing = min(first, missing?.lowerBound ?? first)...max(last, missing?.upperBound ?? last)
  }
}
