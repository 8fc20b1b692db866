import Bellhop

/// What is known about the store without asking it.
struct Gauges {
  /// Deliveries waiting, by destination; none is zero.
  var waiting: [Int64: Int] = [:]
  var counts = Ledger.Counts()
  var statistics = Ledger.Statistics()
  /// Bytes of the pages that hold something.
  var usedBytes: Int64 = 0
  /// The place of the newest event that was ever kept.
  var newest: Int64 = 0

  mutating func apply(_ changes: Changes) {
    for (destination, change) in changes.waiting {
      let count = waiting[destination, default: 0] + change
      waiting[destination] = count > 0 ? count : nil
      counts.waiting += change
    }
    counts.dead += changes.dead
    counts.unclear += changes.unclear
    if let last = changes.committed.arrivals.last { newest = max(newest, last.sequence) }
    statistics.events += changes.committed.arrivals.count
    statistics.settlements += changes.committed.settlements.count
  }
}

extension Ledger {
  /// Deliveries by state, for metrics. What is delivered or folded is counted by who hears of the commits.
  public struct Counts: Sendable, Hashable {
    /// In line or due at a time.
    public var waiting = 0
    /// Sent, and nobody knows.
    public var unclear = 0
    /// To be retried by hand.
    public var dead = 0
    /// Events handed in and not yet on disk.
    public var queued = 0
  }

  /// What the writer did since it was opened.
  public struct Statistics: Sendable, Hashable {
    /// Transactions of batches; each is one fsync.
    public var commits = 0
    /// Batches in them.
    public var batches = 0
    /// Events accepted, without duplicates.
    public var events = 0
    /// Steps of deliveries, without those that came too late.
    public var settlements = 0
  }
}
