import Bellhop
import Matching
import Store

extension EventFilter {
  /// It asks about deliveries, or about what the plan made of the event.
  var asksOfDeliveries: Bool { !roles.isEmpty || !rows.isEmpty || !states.isEmpty }

  /// Whether one of the event's deliveries is of these roles, rows and states, all at once; of states also where the event as a whole has that
  /// fate. Deliveries that the reader may not see are not there any more.
  func holds(for event: HistoryEvent) -> Bool {
    guard asksOfDeliveries else { return true }
    let places = event.deliveries.filter { delivery in
      (roles.isEmpty || roles.contains(delivery.role)) && (rows.isEmpty || delivery.row.map(rows.contains) ?? false)
    }
    guard !places.isEmpty || (roles.isEmpty && rows.isEmpty) else { return false }
    return states.isEmpty || states.contains(event.fate.word) || places.contains { states.contains($0.state.word) }
  }
}
