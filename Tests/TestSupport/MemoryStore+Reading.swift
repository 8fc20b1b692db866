import Bellhop
import Store

// What the courier reads.
extension MemoryStore {
  package func waiting(for destinations: [Int64], after: Int64, within limit: PageLimit) -> DeliveryPage {
    var ids: [Int64] = []
    for destination in Set(destinations) {
      guard let line = lines[destination] else { continue }
      ids += line[Self.place(of: after == .max ? after : after + 1, in: line)...].prefix(limit.count)
    }
    var rest = ids.sorted()[...]
    return DeliveryPage(within: limit) { rest.popFirst().flatMap { deliveries[$0]?.delivery } }
  }

  package func waiting(ids: [Int64], whole: Int = .max) -> [Delivery] {
    ids.compactMap { id in deliveries[id].flatMap { $0.state == .waiting ? $0.delivery.waiting(upTo: whole) : nil } }
  }

  package func backlog() -> [Backlog] {
    var found: [Int64: Backlog] = [:]
    for row in deliveries.values where row.state == .waiting {
      let id = row.delivery.destinationID
      var entry = found[id] ?? Backlog(destinationID: id, destination: row.delivery.destination, count: 0)
      entry.count += 1
      found[id] = entry
    }
    return found.values.sorted { $0.destinationID < $1.destinationID }
  }

  package func heads() -> [BacklogHead] {
    let firsts = Dictionary(grouping: deliveries.values.filter { $0.state == .waiting }, by: \.delivery.destinationID)
    return firsts.sorted { $0.key < $1.key }.map { id, rows in
      BacklogHead(destinationID: id, count: rows.count, first: rows.map(\.delivery.id).min() ?? 0)
    }
  }

  package func alarms(_ kind: Alarm.Kind = .delivery, dueBy time: Timestamp, after: Alarm? = nil, limit: Int) -> [Alarm] {
    var due = (kind == .delivery ? timed : windows).filter { $0.value <= time }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    if let after { due.removeAll { ($0.value, $0.key) <= (after.due, after.ref) } }
    return due.prefix(limit).map { Alarm(kind: kind, ref: $0.key, due: $0.value) }
  }

  package func nextAlarm(_ kind: Alarm.Kind = .delivery) -> Timestamp? { (kind == .delivery ? timed : windows).values.min() }
}
