import Bellhop
import Courier
import GatewayWire
import Ledger
import Routing
import Settings
import Store

/// Keeps messages that other gateways hand over, and waits for what becomes of them here.
final class RemoteIntake: Sendable {
  private let ledger: Ledger
  private let inForce: InForce
  /// Who waits for news of an event, by its sequence.
  private let waiting = Guarded<[Int64: AsyncStream<Void>.Continuation]>([:])

  init(ledger: Ledger, inForce: InForce) {
    self.ledger = ledger
    self.inForce = inForce
  }

  /// Events whose fate somebody waits for.
  var watched: Int { waiting.withLock { $0.count } }

  /// Hands a message in at once, so that messages are kept in the order of the calls. What it answers comes back with the message's fate; with
  /// nil when its task is cancelled. What was kept before is not kept again.
  func keep(_ message: Relayed, for route: Route) -> @Sendable () async -> RelayedFate? {
    if message.via.contains(ledger.epoch) {
      let fate = RelayedFate(
        id: message.id, state: .dead, note: "it has come through this gateway before: a loop of upstreams", fault: .misconfigured)
      return { fate }
    }
    let event = message.arrived()
    let plan = plan(event, message, route)
    let (answers, pen) = AsyncStream<Result<[Acceptance], SpoolError>>.makeStream(bufferingPolicy: .bufferingNewest(1))
    ledger.commit(Batch(arrivals: [Arrival(event: event, plan: plan)])) { answer in
      pen.yield(answer)
      pen.finish()
    }
    return { [self] in
      for await answer in answers {
        switch answer {
        case .success(let kept):
          guard let sequence = kept.first?.sequence else { return nil }
          return await fate(of: message.id, sequence)
        case .failure(let error):
          return RelayedFate(id: message.id, state: .waiting, note: "\(error)", fault: .unavailable, wait: .seconds(30))
        }
      }
      return nil
    }
  }

  private func fate(of id: String, _ sequence: Int64) async -> RelayedFate? {
    let (news, pen) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    // Listens before it looks, so that nothing is missed; the first look needs no news.
    waiting.withLock { $0[sequence] = pen }
    pen.yield()
    defer { waiting.withLock { _ = $0.removeValue(forKey: sequence) } }
    for await _ in news {
      // The store may not answer for once: news come again, or the other side asks again.
      guard let found = try? await ledger.event(sequence: sequence) as HistoryEvent?? else { continue }
      if let fate = Self.fate(id, found?.deliveries ?? []) { return fate }
    }
    return nil
  }

  private func plan(_ event: Event, _ message: Relayed, _ route: Route) -> Plan {
    let assembly = inForce.assembly
    var plan = assembly.router.plan(
      event, to: route, role: message.role, row: message.row, alert: message.alert, rendering: message.rendering)
    // Its age was counted on the other side; from now on it is counted here.
    for index in plan.deliveries.indices where plan.deliveries[index].state == .waiting {
      let transport = plan.deliveries[index].destination.transport
      guard let stale = assembly.roster.ways[transport]?.policy.stale, message.age > stale else { continue }
      plan.deliveries[index].state = .folded
      plan.deliveries[index].note = "older than \(stale.short) (stale)"
    }
    return plan
  }

  /// Nil while one of them waits; the worst of several.
  static func fate(_ id: String, _ deliveries: [HistoryDelivery]) -> RelayedFate? {
    guard !deliveries.contains(where: { $0.state == .waiting }) else { return nil }
    let order: [DeliveryState] = [.dead, .unclear, .delivered, .silenced, .folded]
    guard let worst = order.lazy.compactMap({ state in deliveries.first { $0.state == state } }).first else {
      return RelayedFate(id: id, state: .dead, note: "nothing is left of it in the history", fault: .internal)
    }
    return RelayedFate(
      id: id, state: worst.state, note: worst.note ?? worst.attempts.last?.line ?? "",
      fault: worst.fault.flatMap { Fault.Kind(rawValue: $0) })
  }

  // MARK: News

  /// Called for each commit, on the writer's thread.
  func note(_ committed: Committed) {
    guard waiting.withLock({ !$0.isEmpty }) else { return }
    for settlement in committed.settlements where settlement.state != .waiting {
      _ = waiting.withLock { $0[settlement.event]?.yield() }
    }
  }
}
