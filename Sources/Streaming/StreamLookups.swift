import Bellhop
import Store

/// Changes of deliveries whose events are not at hand: they are told once their events have been looked up, in the order in which they were made.
struct StreamLookups {
  private struct AwaitedChange {
    var delivery: Int64
    var event: Int64
    var made: (at: Timestamp, Settlement)?
    /// Known already, but not before an older change of the same delivery.
    var fate: StreamFate?
  }

  private var waiting: [AwaitedChange] = []
  /// Those whose events are being looked up; nil where none are.
  private var asked: [AwaitedChange]?
  /// How many changes of each delivery there are in both.
  private var deliveries: [Int64: Int] = [:]

  /// Events of one look-up.
  private static let most = 256

  var count: Int { waiting.count + (asked?.count ?? 0) }

  mutating func add(_ settlement: Settlement, at now: Timestamp) {
    waiting.append(AwaitedChange(delivery: settlement.delivery, event: settlement.event, made: (now, settlement)))
    deliveries[settlement.delivery, default: 0] += 1
  }

  /// Keeps a change that may not be told yet; false where it may.
  mutating func wait(_ fate: StreamFate) -> Bool {
    guard deliveries[fate.delivery.id] != nil else { return false }
    waiting.append(AwaitedChange(delivery: fate.delivery.id, event: fate.delivery.sequence, fate: fate))
    deliveries[fate.delivery.id, default: 0] += 1
    return true
  }

  /// The events to look up next; nil where none are to be.
  mutating func ask() -> [Int64]? {
    guard asked == nil, !waiting.isEmpty else { return nil }
    let some = Array(waiting.prefix(Self.most))
    waiting.removeFirst(some.count)
    asked = some
    return Set(some.map(\.event)).sorted()
  }

  /// What is told, now that the events are there. What the history does not have any more is not told.
  mutating func answer(_ found: [HistoryEvent]) -> [StreamFate] {
    let events = Dictionary(found.map { ($0.sequence, $0) }) { first, _ in first }
    let changes = asked ?? []
    asked = nil
    return changes.compactMap { change in
      let left = (deliveries[change.delivery] ?? 1) - 1
      deliveries[change.delivery] = left > 0 ? left : nil
      if let fate = change.fate { return fate }
      guard let (time, settlement) = change.made, let event = events[change.event],
        let delivery = event.deliveries.first(where: { $0.id == change.delivery })
      else { return nil }
      return StreamFate(settlement, of: delivery, event.event, at: time)
    }
  }

  /// Nobody follows any more.
  mutating func forget() {
    waiting = []
    asked = asked.map { _ in [] }
    deliveries = [:]
  }
}
