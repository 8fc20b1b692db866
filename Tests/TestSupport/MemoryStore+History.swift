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
