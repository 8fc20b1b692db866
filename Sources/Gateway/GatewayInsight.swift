import Bellhop
import Courier
import Ledger
import Store
import Web

/// What readers see of the running gateway.
final class GatewayInsight: Insight {
  private let ledger: Ledger
  private let courier: Courier
  private let inForce: InForce
  private let readiness: Readiness
  private let metrics: Metrics
  private let wall: @Sendable () -> Timestamp

  init(
    ledger: Ledger, courier: Courier, inForce: InForce, readiness: Readiness, metrics: Metrics, wall: @escaping @Sendable () -> Timestamp
  ) {
    self.ledger = ledger
    self.courier = courier
    self.inForce = inForce
    self.readiness = readiness
    self.metrics = metrics
    self.wall = wall
  }

  func history(for visitor: Visitor) -> ReaderHistory { ReaderHistory(ledger, of: visitor.rights.only) }

  func ready() async -> String? { readiness.why }

  func explain(_ event: Event, at time: Timestamp?) async -> JSON {
    let explanation = inForce.assembly.router.explain(event, at: time ?? wall())
    guard case .object(var object) = explanation.json else { return explanation.json }
    object["text"] = .string(explanation.text)
    return .object(object)
  }

  func lanes() async -> JSON { ["lanes": .array(await courier.lanes().map(\.json))] }

  func metrics() async -> String {
    metrics.render(
      lanes: await courier.lanes(), remotes: inForce.assembly.visited.mapValues(\.isVisited), storeBytes: ledger.size(),
      ready: readiness.why == nil)
  }
}

extension LaneReport {
  var json: JSON {
    var object: JSON.Object = [
      "lane": .string(name), "transport": .string(transport), "kind": .string(kind), "waiting": .int(Int64(waiting)),
      "in_flight": .int(Int64(inFlight)), "state": .string(pause == nil ? (breaker == "closed" ? "open" : "broken") : "paused"),
    ]
    if let pause {
      if let until = pause.until, until.microseconds != .max { object["until"] = .string(until.rfc3339) }
      object["why"] = .string(pause.why)
    }
    if let oldest { object["oldest"] = .string(oldest.rfc3339) }
    if let lastFault { object["last_fault"] = .string(lastFault.description) }
    return .object(object)
  }
}
