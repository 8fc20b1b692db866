import Bellhop
import Courier
import Logging
import ServiceLifecycle
import Settings
import Store

/// Takes the courier's reports where they happen and hands them in as events, off the courier's path.
final class TroubleReporter: Service {
  private let state = Guarded(Trouble())
  private let events: AsyncStream<Event>
  private let pipe: AsyncStream<Event>.Continuation
  let logger: Logger
  private let acceptor = Guarded<GatewayAcceptor?>(nil)
  private let wall: @Sendable () -> Timestamp

  init(logger: Logger, wall: @escaping @Sendable () -> Timestamp) {
    self.logger = logger
    self.wall = wall
    (events, pipe) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_000))
  }

  /// Who keeps what there is to tell; what came before waits for it.
  func serve(_ acceptor: GatewayAcceptor) { self.acceptor.withLock { $0 = acceptor } }

  func report(_ report: CourierEvent) {
    switch report {
    case .laneBroken(let lane, let fault):
      logger.warning("a lane is broken", metadata: ["lane": .string(lane), "fault": .string(fault.description)])
    case .laneHeld(let lane, let length, let why, _):
      logger.warning(
        "a lane holds back its messages", metadata: ["lane": .string(lane), "for": .string(length.short), "why": .string(why)])
    case .clockJumped(let jump):
      logger.warning("the machine's clock was set", metadata: ["by": .string(Trouble.told(jump))])
    case .laneMended(let lane): logger.notice("a lane is mended", metadata: ["lane": .string(lane)])
    case .deliveryDead(let delivery, let fault):
      logger.warning(
        "a delivery is dead",
        metadata: ["delivery": "\(delivery.id)", "to": .string(delivery.destination.description), "fault": .string(fault.description)])
    case .spoolFailing(let error):
      logger.error("settlements cannot be stored; they are kept and tried again", metadata: ["error": .string(error.description)])
    case .spoolMended: logger.notice("settlements are stored again")
    }
    if let event = state.withLock({ $0.event(for: report, at: wall()) }) { pipe.yield(event) }
  }

  /// Deliveries that were dead when they were planned: the courier never sees those. Called for each commit, on the writer's thread.
  func note(_ committed: Committed) {
    for kept in committed.arrivals {
      for planned in kept.plan.deliveries where planned.state == .dead {
        let event = state.withLock { $0.event(for: planned, of: kept, at: wall()) }
        guard let event else { continue }
        logger.warning(
          "a delivery is dead", metadata: ["to": .string(planned.destination.description), "why": .string(planned.note ?? "")])
        pipe.yield(event)
      }
    }
  }

  func storeLow(_ line: String) {
    logger.error("\(line)")
    if let event = state.withLock({ $0.storeLow(line, at: wall()) }) { pipe.yield(event) }
  }

  /// Secrets that end soon.
  func expiring(_ ends: [(owner: String, at: Timestamp)]) {
    for event in state.withLock({ $0.expiring(ends, at: wall()) }) {
      logger.warning(
        "a secret expires soon", metadata: ["of": .string(event.subject ?? ""), "at": .string(event.data["expires"]?.string ?? "")])
      pipe.yield(event)
    }
  }

  /// The listener's certificate and its end.
  func certificate(_ path: String, ends end: Timestamp) {
    guard let event = state.withLock({ $0.certificate(path, ends: end, at: wall()) }) else { return }
    logger.warning("the certificate ends", metadata: ["file": .string(path), "at": .string(end.rfc3339)])
    pipe.yield(event)
  }

  func certificateRejected(_ files: ServerSettings.TLSFiles, _ why: String) {
    logger.error("the new certificate and key are not used; the old ones stay in force", metadata: ["why": .string(why)])
    pipe.yield(Trouble.certificateRejected(files, why, at: wall()))
  }

  func run() async throws {
    // What the courier told while it drained is still kept: the stream ends, and is read to its end.
    await withGracefulShutdownHandler {
      for await event in events {
        guard let acceptor = acceptor.withLock({ $0 }) else { continue }
        do throws(SpoolError) { try await acceptor.tell(event) } catch {
          logger.error(
            "an event of Bellhop's own could not be stored", metadata: ["type": .string(event.type), "error": .string(error.description)])
        }
      }
    } onGracefulShutdown: {
      self.pipe.finish()
    }
  }
}
