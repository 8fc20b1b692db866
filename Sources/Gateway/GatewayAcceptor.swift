import Bellhop
import Ledger
import Logging
import Store
import Web

/// Takes events into the store: those of apps, and Bellhop's own.
final class GatewayAcceptor: Acceptor {
  private let ledger: Ledger
  private let inForce: InForce
  private let metrics: Metrics
  private let logger: Logger
  private let wall: @Sendable () -> Timestamp

  init(ledger: Ledger, inForce: InForce, metrics: Metrics, logger: Logger, wall: @escaping @Sendable () -> Timestamp) {
    self.ledger = ledger
    self.inForce = inForce
    self.metrics = metrics
    self.logger = logger
    self.wall = wall
  }

  func accept(_ events: [Event], then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) {
    ledger.commit(Batch(arrivals: arrivals(of: events))) { [self] result in
      if case .success(let answers) = result { warn(of: answers, events) }
      then(result)
    }
  }

  /// Keeps an event of Bellhop's own, also while others are refused for want of room.
  func tell(_ event: Event) async throws(SpoolError) {
    _ = try await ledger.commit(Batch(arrivals: arrivals(of: [event]), isTrouble: true))
  }

  func refused(route: String, status: Int) { metrics.refused(route: route, status: status) }

  func unproved(route: String, isSlowed: Bool) { metrics.unproved(route: route, isSlowed: isSlowed) }

  private func arrivals(of events: [Event]) -> [Arrival] {
    let decider = inForce.decider
    let now = wall()
    return events.map { Arrival(event: $0, wish: decider.wish($0, at: now)) }
  }

  private func warn(of answers: [Acceptance], _ events: [Event]) {
    for (event, answer) in zip(events, answers) where answer.differs {
      logger.warning(
        "the same event id came again with another body; the first one stands",
        metadata: ["sender": .string(event.sender), "id": .string(event.id)])
    }
  }
}
