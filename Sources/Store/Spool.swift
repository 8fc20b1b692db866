import Bellhop

/// What must survive power loss, as one atomic batch at a time. SQLite implements it; its contract test holds every other one to the same.
public protocol Spool: Sendable {
  /// Random, given to the store when it was made: the first half of message and stream ids.
  var epoch: String { get }

  /// Commits the whole batch or nothing and comes back when it is on disk. Concurrent callers share one fsync.
  /// An arrival whose (sender, source, id) is remembered is answered as a duplicate and changes nothing.
  func commit(_ batch: Batch) async throws(SpoolError) -> [Acceptance]

  /// The deliveries that stand in line (waiting, not due at a time of their own) for any of these destinations,
  /// with an id above `after`, in order of id.
  func waiting(for destinations: [Int64], after: Int64, limit: Int) async throws(SpoolError) -> [Delivery]

  /// Deliveries by id, as far as they still wait; for alarms that have come due.
  func waiting(ids: [Int64]) async throws(SpoolError) -> [Delivery]

  /// All destinations that have deliveries waiting. Costs a look at each destination, not at each delivery.
  func backlog() async throws(SpoolError) -> [Backlog]

  /// Alarms due at `time` or before, earliest first; from the one behind `after` on.
  func alarms(dueBy time: Timestamp, after: Alarm?, limit: Int) async throws(SpoolError) -> [Alarm]

  /// When the earliest alarm is due.
  func nextAlarm() async throws(SpoolError) -> Timestamp?

  /// A value of ``Batch/states``.
  func state(_ key: String) async throws(SpoolError) -> [UInt8]?

  /// All states whose key starts so, by key.
  func states(prefix: String) async throws(SpoolError) -> [String: [UInt8]]
}
