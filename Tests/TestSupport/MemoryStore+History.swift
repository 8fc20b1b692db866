import Bellhop
import Store

extension MemoryStore {
  /// The newest first, a page at a time.
  package func search(_ query: HistoryQuery) -> HistoryPage {
    let found = events.keys.sorted(by: >).filter { sequence in
      guard sequence < query.cursor ?? .max, let row = events[sequence], !row.forgotten else { return false }
      return (query.type.map { Glob($0).matches(row.event.type) } ?? true) && (query.subject.map { $0 == row.event.subject } ?? true)
        && (query.role.map { row.concerns([$0]) } ?? true) && (query.only.map { row.concerns($0) } ?? true)
        && (query.fate.map { $0 == row.plan.fate } ?? true) && (query.since.map { row.received >= $0 } ?? true)
        && (query.until.map { row.received < $0 } ?? true)
    }
    let page = found.prefix(query.limit)
    return HistoryPage(
      events: page.compactMap { history(of: $0, withDeliveries: false) }, next: found.count > page.count ? page.last : nil)
  }

  /// The newest of that id.
  package func event(id: String, of roles: Set<String>?) -> HistoryEvent? {
    events.filter { $0.value.event.id == id && !$0.value.forgotten && roles.map($0.value.concerns) ?? true }.keys.max().flatMap {
      event(sequence: $0)
    }
  }

  package func event(sequence: Int64) -> HistoryEvent? { history(of: sequence, withDeliveries: true) }

  /// Newest first.
  package func history(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) -> [HistoryDelivery] {
    let rows = deliveries.values.filter { row in
      row.state == state && row.delivery.id < before ?? .max && (destination.map { row.delivery.destination.description == $0 } ?? true)
        && (roles?.contains(row.delivery.role) ?? true)
    }
    return rows.sorted { $0.delivery.id > $1.delivery.id }.prefix(limit).map(\.history)
  }

  /// Newest first, whatever became of them.
  package func told(_ query: DeliveryQuery) -> ToldDeliveries {
    let before = min(query.before ?? .max, query.until.map(firstDelivery) ?? .max)
    let from = query.since.map(firstDelivery) ?? .min
    let meant = deliveries.values.filter { row in
      guard let event = events[row.delivery.sequence] else { return false }
      return (from..<before).contains(row.delivery.id) && query.takes(role: row.delivery.role, row: row.delivery.row, row.state)
        && query.takes(row.delivery.destination) && query.about.map { !event.forgotten && $0(event.event) } ?? true
    }
    let page = meant.sorted { $0.delivery.id > $1.delivery.id }.prefix(query.limit)
    let isCut = meant.count > page.count
    return ToldDeliveries(
      deliveries: page.compactMap { row in
        history(of: row.delivery.sequence, withDeliveries: false).map { ToldDelivery(delivery: row.history, event: $0) }
      },
      next: isCut ? page.last?.delivery.id : nil,
      back: isCut ? page.last.flatMap { events[$0.delivery.sequence]?.received } : nil)
  }

  private func firstDelivery(receivedFrom time: Timestamp) -> Int64 {
    deliveries.values.filter { row in
      events[row.delivery.sequence].map { $0.received >= time } ?? false
    }.map(\.delivery.id).min() ?? .max
  }

  /// Oldest first.
  package func following(_ subject: String, after: Int64, roles: Set<String>?, limit: Int) -> [HistoryEvent] {
    let found = events.keys.sorted().filter { sequence in
      guard sequence > after, let row = events[sequence], !row.forgotten, row.event.subject == subject else { return false }
      return roles.map(row.concerns) ?? true
    }
    return found.prefix(limit).compactMap { history(of: $0, withDeliveries: false) }
  }

  /// The place of the newest event.
  package var newest: Int64 { lastSequence }

  /// An event without attempts.
  package func briefly(_ sequence: Int64) -> HistoryEvent? {
    guard var event = history(of: sequence, withDeliveries: true) else { return nil }
    for index in event.deliveries.indices { event.deliveries[index].attempts = [] }
    return event
  }

  /// Oldest first, from behind a place on.
  package func stretch(after: Int64, limit: Int, bytes: Int) -> HistoryStretch {
    var stretch = HistoryStretch(events: [], end: after, isEnd: true)
    var room = ByteBudget(bytes)
    for sequence in (events.keys.filter { $0 > after }.sorted()) {
      guard let row = events[sequence] else { continue }
      let size = row.forgotten ? 0 : row.event.text.utf8.count + (row.event.data.isEmpty ? 0 : JSON.object(row.event.data).bytes.count)
      guard stretch.end < after + Int64(max(limit, 1)), room.spend(size) || stretch.end == after else {
        stretch.isEnd = false
        return stretch
      }
      stretch.miss(from: stretch.end + 1, through: sequence - 1)
      stretch.end = sequence
      if !row.forgotten, let event = briefly(sequence) { stretch.events.append(event) }
    }
    stretch.isEnd = stretch.end - after < Int64(max(limit, 1))
    return stretch
  }

  private func history(of sequence: Int64, withDeliveries: Bool) -> HistoryEvent? {
    guard let row = events[sequence] else { return nil }
    let own = withDeliveries ? deliveries.values.filter { $0.delivery.sequence == sequence } : []
    return HistoryEvent(
      sequence: sequence, received: row.received, event: row.event, fate: row.plan.fate, note: row.plan.note,
      deliveries: own.sorted { $0.delivery.id < $1.delivery.id }.map(\.history))
  }
}

extension MemoryStore.EventRow {
  func concerns(_ roles: Set<String>) -> Bool { plan.deliveries.contains { roles.contains($0.role) } }
}

extension MemoryStore.DeliveryRow {
  /// As ``History`` tells it.
  package var history: HistoryDelivery {
    HistoryDelivery(
      id: delivery.id, sequence: delivery.sequence, destination: delivery.destination, role: delivery.role, row: delivery.row,
      alert: delivery.alert, state: state, note: note, fault: fault?.word, due: delivery.due,
      attempts: log.map { record in
        var line = record.outcome.fault?.line ?? ""
        if case .delivered(let receipt) = record.outcome { line = receipt.note }
        return HistoryAttempt(
          number: record.number, at: record.at, took: record.took, lane: record.lane, outcome: record.outcome.word, line: line,
          fault: record.outcome.fault?.kind.word)
      })
  }
}
