import Bellhop
import Store

/// The newest events with their deliveries: most deliveries end a moment after their event came, and need not be looked up then.
struct RecentEvents {
  private var events: [Int64: HistoryEvent] = [:]
  /// The numbers in their order, from `first` on.
  private var order: [(sequence: Int64, weight: Int)] = []
  private var first = 0
  private var weight = 0
  private let most: (events: Int, bytes: Int)

  init(events: Int = 4_096, bytes: Int = 8 << 20) { most = (events, bytes) }

  mutating func add(_ event: HistoryEvent) {
    let own = event.event.footprint + event.deliveries.count * 128
    events[event.sequence] = event
    order.append((event.sequence, own))
    weight += own
    while first < order.count, weight > most.bytes || order.count - first > most.events {
      weight -= order[first].weight
      events[order[first].sequence] = nil
      first += 1
    }
    // What is passed over goes now and then, so that each costs nothing.
    if first > most.events {
      order.removeFirst(first)
      first = 0
    }
  }

  /// A delivery that came later.
  mutating func add(_ delivery: HistoryDelivery) {
    guard let known = events[delivery.sequence]?.deliveries, !known.contains(where: { $0.id == delivery.id }) else { return }
    events[delivery.sequence]?.deliveries.append(delivery)
  }

  /// One of them.
  func event(_ sequence: Int64) -> Event? { events[sequence]?.event }

  /// A delivery of one of them.
  func delivery(_ id: Int64, of sequence: Int64) -> (HistoryDelivery, Event)? {
    guard let event = events[sequence], let delivery = event.deliveries.first(where: { $0.id == id }) else { return nil }
    return (delivery, event.event)
  }
}
