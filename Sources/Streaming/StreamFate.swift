import Bellhop
import Store

/// Something changed about a delivery.
struct StreamFate {
  /// As it is now.
  var delivery: HistoryDelivery
  /// What it is about.
  var event: Event
  var when: Timestamp

  /// A delivery that waits, again or newly.
  init(_ delivery: Delivery, at now: Timestamp) {
    self.delivery = HistoryDelivery(
      id: delivery.id, sequence: delivery.sequence, destination: delivery.destination, role: delivery.role, row: delivery.row,
      alert: delivery.alert, state: .waiting, note: nil, fault: nil, due: delivery.due, attempts: [])
    event = delivery.event
    when = now
  }

  /// A delivery that ended.
  init(_ settlement: Settlement, of delivery: HistoryDelivery, _ event: Event, at now: Timestamp) {
    self.delivery = delivery
    self.delivery.state = settlement.state
    self.delivery.note = settlement.note ?? settlement.attempt.flatMap { Self.line(of: $0.outcome) }
    self.delivery.fault = settlement.fault?.word ?? settlement.attempt?.outcome.fault?.kind.word
    self.event = event
    when = settlement.attempt.map { $0.at + $0.took } ?? now
  }

  private static func line(of outcome: Outcome) -> String? {
    let line = if case .delivered(let receipt) = outcome { receipt.note } else { outcome.fault?.line ?? "" }
    return line.isEmpty ? nil : line
  }
}
