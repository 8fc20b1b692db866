import Bellhop
import Store
import Web

/// What the pages ask for.
extension FakeDesk {
  func activity() async -> ActivityFigures { state.withLock { $0.figures } }

  func awaiting(_ event: HistoryEvent, of roles: Set<String>?) async -> [String] {
    state.withLock { $0.awaiting.filter { roles?.contains($0) ?? true } }
  }

  func names() -> ConfiguredNames { ConfiguredNames(roles: ["finance", "secret-ops"], channels: ["money", "secret-channel"]) }

  func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries {
    if let fault = state.withLock({ $0.fault }) { throw fault }
    return state.withLock { all in
      let meant = all.deliveries.sorted { $0.id > $1.id }.compactMap { delivery -> ToldDelivery? in
        guard let event = all.pages.first(where: { $0.sequence == delivery.sequence }), delivery.id < query.before ?? .max,
          query.takes(role: delivery.role, row: delivery.row, delivery.state), query.takes(delivery.destination),
          query.about?(event.event) ?? true
        else { return nil }
        return ToldDelivery(delivery: delivery, event: event)
      }
      let page = meant.prefix(query.limit)
      let isCut = page.count < meant.count
      return ToldDeliveries(
        deliveries: Array(page), next: isCut ? page.last?.delivery.id : nil, back: isCut ? page.last?.event.received : nil)
    }
  }

  func following(_ subject: String, after: Int64, roles: Set<String>?, limit: Int) async throws(SpoolError) -> [HistoryEvent] {
    state.withLock { all in
      let later = all.pages.filter { event in
        event.event.subject == subject && event.sequence > after
          && roles.map { roles in event.deliveries.contains { roles.contains($0.role) } } ?? true
      }
      return Array(later.sorted { $0.sequence < $1.sequence }.prefix(limit))
    }
  }
}
