import Bellhop
import Courier

/// Counts what commits made true, and prints it in Prometheus' text format 0.0.4.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
final class Metrics: Sendable {
  private struct State {
    var counters: [Family: [String: Int]] = [:]
    var delivery: [String: Histogram] = [:]
    var attempt: [String: Histogram] = [:]

    mutating func count(_ family: Family, _ labels: String) { counters[family, default: [:]][labels, default: 0] += 1 }
  }

  private enum Family: String, CaseIterable {
    case events = "bellhop_events_total"
    case deliveries = "bellhop_deliveries_total"
    case attempts = "bellhop_attempts_total"
    case faults = "bellhop_faults_total"

    var help: String {
      switch self {
      case .events: "Events accepted, by sender and what their plan made of them."
      case .deliveries: "Deliveries that ended, by role and state."
      case .attempts: "Attempts, by kind of transport and outcome."
      case .faults: "Attempts that did not deliver, by kind of transport and kind of fault."
      }
    }
  }

  private let state = Guarded(State())

  /// Called for each commit, in order.
  func note(_ committed: Committed) {
    state.withLock { state in
      for kept in committed.arrivals {
        state.count(.events, "sender=\"\(Self.escape(kept.event.sender))\",fate=\"\(kept.plan.fate.word)\"")
        for planned in kept.plan.deliveries where planned.state != .waiting {
          state.count(.deliveries, "role=\"\(Self.escape(planned.role))\",state=\"\(planned.state.word)\"")
        }
      }
      for settlement in committed.settlements { Self.note(settlement, in: &state) }
    }
  }

  private static func note(_ settlement: Settlement, in state: inout State) {
    if settlement.state != .waiting {
      state.count(.deliveries, "role=\"\(escape(settlement.role))\",state=\"\(settlement.state.word)\"")
    }
    guard let attempt = settlement.attempt else { return }
    let kind = "kind=\"\(escape(attempt.kind))\""
    state.count(.attempts, "\(kind),outcome=\"\(attempt.outcome.word)\"")
    if let fault = attempt.outcome.fault { state.count(.faults, "\(kind),fault=\"\(fault.kind.word)\"") }
    state.attempt[kind, default: Histogram()].observe(attempt.took)
    if case .delivered = attempt.outcome, let received = settlement.received {
      state.delivery[kind, default: Histogram()].observe(attempt.at + attempt.took - received)
    }
  }

  /// The page for `GET /metrics`.
  func render(lanes: [LaneReport], storeBytes: Int64, ready: Bool, now: Timestamp = Timepiece.system.wall()) -> String {
    var out = ""
    func head(_ name: String, _ type: String, _ help: String) { out += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }
    let state = state.withLock { $0 }
    for family in Family.allCases {
      head(family.rawValue, "counter", family.help)
      for (labels, count) in (state.counters[family] ?? [:]).sorted(by: { $0.key < $1.key }) {
        out += "\(family.rawValue){\(labels)} \(count)\n"
      }
    }
    head("bellhop_delivery_seconds", "histogram", "From an event's acceptance to the vendor's yes, by kind of transport.")
    for (labels, histogram) in state.delivery.sorted(by: { $0.key < $1.key }) { out += histogram.lines("bellhop_delivery_seconds", labels) }
    head("bellhop_attempt_seconds", "histogram", "How long one attempt took, by kind of transport.")
    for (labels, histogram) in state.attempt.sorted(by: { $0.key < $1.key }) { out += histogram.lines("bellhop_attempt_seconds", labels) }

    let byTransport = Dictionary(grouping: lanes, by: \.transport).sorted { $0.key < $1.key }
    head("bellhop_waiting", "gauge", "Deliveries that wait, by transport.")
    for (name, lanes) in byTransport {
      out += "bellhop_waiting{transport=\"\(Self.escape(name))\"} \(lanes.reduce(0) { $0 + $1.waiting })\n"
    }
    head("bellhop_in_flight", "gauge", "Attempts under way, by transport.")
    for (name, lanes) in byTransport {
      out += "bellhop_in_flight{transport=\"\(Self.escape(name))\"} \(lanes.reduce(0) { $0 + $1.inFlight })\n"
    }
    head("bellhop_oldest_waiting_seconds", "gauge", "Age of the oldest delivery that waits, by transport.")
    for (name, lanes) in byTransport {
      let age = lanes.compactMap(\.oldest).min().map { max(0, Double((now - $0).microseconds) / 1_000_000) } ?? 0
      out += "bellhop_oldest_waiting_seconds{transport=\"\(Self.escape(name))\"} \(age)\n"
    }
    head("bellhop_lanes_held", "gauge", "Lanes that are paused or broken, by transport.")
    for (name, lanes) in byTransport {
      let held = lanes.count { $0.pause != nil || $0.breaker != "closed" }
      out += "bellhop_lanes_held{transport=\"\(Self.escape(name))\"} \(held)\n"
    }
    head("bellhop_store_bytes", "gauge", "Size of the store on disk.")
    out += "bellhop_store_bytes \(storeBytes)\n"
    head("bellhop_ready", "gauge", "1 when events are taken.")
    out += "bellhop_ready \(ready ? 1 : 0)\n"
    return out
  }

  static func escape(_ label: String) -> String {
    label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
