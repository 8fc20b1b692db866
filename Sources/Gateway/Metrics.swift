import Bellhop
import Courier
import Store
import Streaming

/// Counts what commits made true, and prints it in Prometheus' text format 0.0.4.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
final class Metrics: Sendable {
  private struct MetricsState {
    var counters = RecentMap<Series, Int>()
    var delivery = RecentMap<String, Histogram>()
    var attempt = RecentMap<String, Histogram>()
    var closed: [ClosedKeys: Int] = [:]
    /// Connected or not, by the transport's name there.
    var upstreams: [String: Bool] = [:]

    mutating func count(_ family: Family, _ name: String, _ word: String) {
      counters.change(Series(family: family, name: name, word: word), from: 0) { $0 += 1 }
    }
  }

  /// One line of a counter by the values of its two labels. They are escaped when they are printed: every event is counted, on the thread
  /// of the store's writer, and a page is printed now and then.
  private struct Series: Hashable {
    var family: Family
    var name: String
    var word: String

    var labels: String { "\(family.labels.0)=\"\(Metrics.escape(name))\",\(family.labels.1)=\"\(word)\"" }
  }

  private enum Family: String, CaseIterable {
    case events = "bellhop_events_total"
    case deliveries = "bellhop_deliveries_total"
    case attempts = "bellhop_attempts_total"
    case faults = "bellhop_faults_total"
    case refusals = "bellhop_refused_requests_total"
    case proofs = "bellhop_wrong_proofs_total"

    var help: String {
      switch self {
      case .events: "Events accepted, by sender and what their plan made of them."
      case .deliveries: "Deliveries that ended, by role and state."
      case .attempts: "Attempts, by kind of transport and outcome."
      case .faults: "Attempts that did not deliver, by kind of transport and kind of fault."
      case .refusals: "Requests that got a 4xx or 5xx, by what they wanted (events: to post some) and status."
      case .proofs: "Requests with a wrong token, key or signature, by what they wanted, and whether their address was told to wait."
      }
    }

    var labels: (String, String) {
      switch self {
      case .events: ("sender", "fate")
      case .deliveries: ("role", "state")
      case .attempts: ("kind", "outcome")
      case .faults: ("kind", "fault")
      case .refusals: ("route", "status")
      case .proofs: ("route", "slowed")
      }
    }
  }

  private let state = Guarded(MetricsState())

  /// Called for each commit, in order.
  func note(_ committed: Committed) {
    state.withLock { state in
      for kept in committed.arrivals {
        state.count(.events, kept.event.sender, kept.plan.fate.word)
        for planned in kept.plan.deliveries where planned.state != .waiting {
          state.count(.deliveries, planned.role, planned.state.word)
        }
      }
      for settlement in committed.settlements { Self.note(settlement, in: &state) }
      if !committed.closed.isEmpty { state.closed.merge(committed.closed, uniquingKeysWith: +) }
    }
  }

  func upstream(_ name: String, isConnected: Bool) { state.withLock { $0.upstreams[name] = isConnected } }
  func forgetUpstreams() { state.withLock { $0.upstreams = [:] } }

  /// Counts a request that was refused.
  func refused(route: String, status: Int) { state.withLock { $0.count(.refusals, route, String(status)) } }

  /// Counts a request that brought a wrong token, key or signature.
  func unproved(route: String, isSlowed: Bool) { state.withLock { $0.count(.proofs, route, isSlowed ? "yes" : "no") } }

  private static func note(_ settlement: Settlement, in state: inout MetricsState) {
    if settlement.state != .waiting { state.count(.deliveries, settlement.role, settlement.state.word) }
    guard let attempt = settlement.attempt else { return }
    state.count(.attempts, attempt.kind, attempt.outcome.word)
    if let fault = attempt.outcome.fault { state.count(.faults, attempt.kind, fault.kind.word) }
    state.attempt.change(attempt.kind, from: Histogram()) { $0.observe(attempt.took) }
    if case .delivered = attempt.outcome, let received = settlement.received {
      state.delivery.change(attempt.kind, from: Histogram()) { $0.observe(attempt.at + attempt.took - received) }
    }
  }

  /// The page for `GET /metrics`.
  func render(
    lanes: [LaneReport], remotes: [String: Bool] = [:], storeBytes: Int64, searchBehind: Int64 = 0,
    following: (readers: Int, dropped: [StreamEnding: Int]) = (0, [:]), ready: Bool, now: Timestamp = Timepiece.system.wall()
  ) -> String {
    var out = ""
    func head(_ name: String, _ type: String, _ help: String) { out += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }
    let state = state.withLock { $0 }
    for family in Family.allCases {
      head(family.rawValue, "counter", family.help)
      let lines = state.counters.entries.filter { $0.key.family == family }.map { "\(family.rawValue){\($0.key.labels)} \($0.value)\n" }
      out += lines.sorted().joined()
    }
    head(
      "bellhop_closed_keys_total", "counter",
      "Keys of noise rules that were closed early and told with others, as there were too many, by row and rule.")
    out += state.closed.map { keys, count in
      "bellhop_closed_keys_total{role=\"\(Self.escape(keys.role))\",row=\"\(Self.escape(keys.row))\",rule=\"\(keys.rule)\"} \(count)\n"
    }.sorted().joined()
    head("bellhop_delivery_seconds", "histogram", "From an event's acceptance to the vendor's yes, by kind of transport.")
    for (kind, histogram) in state.delivery.entries.sorted(by: { $0.key < $1.key }) {
      out += histogram.lines("bellhop_delivery_seconds", "kind=\"\(Self.escape(kind))\"")
    }
    head("bellhop_attempt_seconds", "histogram", "How long one attempt took, by kind of transport.")
    for (kind, histogram) in state.attempt.entries.sorted(by: { $0.key < $1.key }) {
      out += histogram.lines("bellhop_attempt_seconds", "kind=\"\(Self.escape(kind))\"")
    }

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
    for (name, help, connected) in [
      ("bellhop_remote_connected", "1 where the gateway at the other end of a remote transport is connected.", remotes),
      ("bellhop_upstream_connected", "1 where the stream of a transport of the gateway upstream is open.", state.upstreams),
    ] where !connected.isEmpty {
      head(name, "gauge", help)
      for (transport, isUp) in connected.sorted(by: { $0.key < $1.key }) {
        out += "\(name){transport=\"\(Self.escape(transport))\"} \(isUp ? 1 : 0)\n"
      }
    }
    head("bellhop_stream_readers", "gauge", "Who follows the stream.")
    out += "bellhop_stream_readers \(following.readers)\n"
    head("bellhop_stream_dropped_total", "counter", "Readers of the stream that were sent away, and why.")
    for ending in StreamEnding.allCases {
      out += "bellhop_stream_dropped_total{why=\"\(ending.rawValue)\"} \(following.dropped[ending] ?? 0)\n"
    }
    head("bellhop_store_bytes", "gauge", "Size of the store on disk.")
    out += "bellhop_store_bytes \(storeBytes)\n"
    head("bellhop_search_behind_events", "gauge", "Events that are not in the search index yet.")
    out += "bellhop_search_behind_events \(searchBehind)\n"
    head("bellhop_ready", "gauge", "1 when events are taken.")
    out += "bellhop_ready \(ready ? 1 : 0)\n"
    return out
  }

  static func escape(_ label: String) -> String {
    label.escaped(["\\": "\\\\", "\"": "\\\"", "\n": "\\n"])
  }
}
