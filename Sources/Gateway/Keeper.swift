import Bellhop
import Courier
import Ledger
import Logging
import ServiceLifecycle
import Store

/// Keeps house beside the traffic: removes what is older than `keep` in small steps, and tells when the store runs low.
struct Keeper: Service {
  let desk: FrontDesk
  let trouble: TroubleReporter

  /// How often is looked, and how often for destinations that nobody names any more: first soon after the start, for gateways that are
  /// started often.
  private static let round = Duration.seconds(15)
  private static let firstTidying = Duration.seconds(600)
  private static let tidying = Duration.seconds(86_400)

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      let clock = ContinuousClock()
      var tidyAt = clock.now + Self.firstTidying
      while !Task.isCancelled {
        look()
        do throws(SpoolError) {
          try await sweep()
          try await desk.ledger.catchUp()
          if clock.now >= tidyAt {
            _ = try await desk.ledger.tidy()
            tidyAt = clock.now + Self.tidying
          }
        } catch {
          trouble.logger.warning("the store could not be swept; it will be tried again", metadata: ["error": .string(error.description)])
        }
        try await Task.sleep(for: Self.round)
      }
    }
  }

  /// A step at a time, and after each as long a pause: at most half of the writer's time, however much there is to remove.
  private func sweep() async throws(SpoolError) {
    let clock = ContinuousClock()
    while !Task.isCancelled {
      let start = clock.now
      guard try await desk.ledger.sweep() else { return }
      try? await Task.sleep(for: max(clock.now - start, .milliseconds(1)))
    }
  }

  private func look() {
    let store = desk.assembly.configuration.store
    let level = StoreLevel(
      bytes: desk.ledger.used(), maximum: store.max.map(Int64.init), free: desk.ledger.freeFraction(),
      minimumFree: desk.ledger.minimumFree())
    if let warning = level.warning { trouble.storeLow(warning) }
  }
}

/// Takes the courier's reports where they happen and hands them in as events, off the courier's path.
final class TroubleReporter: Service {
  private let state = Guarded(Trouble())
  private let events: AsyncStream<Event>
  private let pipe: AsyncStream<Event>.Continuation
  let logger: Logger
  private let desk = Guarded<FrontDesk?>(nil)

  init(logger: Logger) {
    self.logger = logger
    (events, pipe) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_000))
  }

  func serve(_ desk: FrontDesk) { self.desk.withLock { $0 = desk } }

  func report(_ report: CourierEvent) {
    switch report {
    case .laneBroken(let lane, let fault):
      logger.warning("a lane is broken", metadata: ["lane": .string(lane), "fault": .string(fault.description)])
    case .laneHeld(let lane, let length, let why, _):
      logger.warning(
        "a lane holds back its messages", metadata: ["lane": .string(lane), "for": .string(length.short), "why": .string(why)])
    case .laneMended(let lane): logger.notice("a lane is mended", metadata: ["lane": .string(lane)])
    case .deliveryDead(let delivery, let fault):
      logger.warning(
        "a delivery is dead",
        metadata: ["delivery": "\(delivery.id)", "to": .string(delivery.destination.description), "fault": .string(fault.description)])
    case .spoolFailing(let error):
      logger.error("settlements cannot be stored; they are kept and tried again", metadata: ["error": .string(error.description)])
    case .spoolMended: logger.notice("settlements are stored again")
    }
    if let event = state.withLock({ $0.event(for: report, at: Timepiece.system.wall()) }) { pipe.yield(event) }
  }

  /// Deliveries that were dead when they were planned: the courier never sees those. Called for each commit, on the writer's thread.
  func note(_ committed: Committed) {
    for kept in committed.arrivals {
      for planned in kept.plan.deliveries where planned.state == .dead {
        let event = state.withLock { $0.event(for: planned, of: kept, at: Timepiece.system.wall()) }
        guard let event else { continue }
        logger.warning(
          "a delivery is dead", metadata: ["to": .string(planned.destination.description), "why": .string(planned.note ?? "")])
        pipe.yield(event)
      }
    }
  }

  func storeLow(_ line: String) {
    logger.error("\(line)")
    if let event = state.withLock({ $0.storeLow(line, at: Timepiece.system.wall()) }) { pipe.yield(event) }
  }

  func run() async throws {
    // What the courier told while it drained is still kept: the stream ends, and is read to its end.
    await withGracefulShutdownHandler {
      for await event in events {
        guard let desk = desk.withLock({ $0 }) else { continue }
        do throws(SpoolError) { try await desk.tell(event) } catch {
          logger.error(
            "an event of Bellhop's own could not be stored", metadata: ["type": .string(event.type), "error": .string(error.description)])
        }
      }
    } onGracefulShutdown: {
      self.pipe.finish()
    }
  }
}
