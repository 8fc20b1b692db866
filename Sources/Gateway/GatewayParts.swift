import Bellhop
import Courier
import Ledger
import Logging
import Search
import Streaming

/// What a running gateway consists of between its store and its listeners, wired.
struct GatewayParts: Sendable {
  let ledger: Ledger
  let courier: Courier
  let inForce: InForce
  let readiness: Readiness
  let acceptor: GatewayAcceptor
  let insight: GatewayInsight
  let hands: GatewayOperator
  let visits: GatewayVisits
  let reloading: Reloading
  let intake: RemoteIntake
  let search: EventSearch
  let audit: AuditDesk
  let hub: StreamHub

  /// - Parameters:
  ///   - path: of the configuration, for reloads.
  ///   - wall: wall time, for all of them.
  init(
    path: String, assembly: Assembly, ledger: Ledger, courier: Courier, metrics: Metrics, book: ActivityBook? = nil, logger: Logger,
    wall: @escaping @Sendable () -> Timestamp
  ) {
    self.ledger = ledger
    self.courier = courier
    inForce = InForce(assembly)
    readiness = Readiness {
      ledger.obstacle().map { StoreLevel.word(for: $0) } ?? (courier.isLoaded ? nil : "what waits is being read")
    }
    acceptor = GatewayAcceptor(ledger: ledger, inForce: inForce, metrics: metrics, logger: logger, wall: wall)
    search = EventSearch(folder: ledger.folder + "/search", log: ledger) { SearchService.note($0, logger) }
    let silences = SilenceDesk(ledger: ledger, inForce: inForce, wall: wall)
    let acks = AckDesk(ledger: ledger, inForce: inForce, acceptor: acceptor, wall: wall)
    audit = AuditDesk(ledger: ledger, logger: logger, wall: wall)
    hub = StreamHub(history: ledger, epoch: ledger.epoch, newest: ledger.head, now: wall)
    insight = GatewayInsight(
      ledger: ledger, courier: courier, inForce: inForce, readiness: readiness, silences: silences, search: search, audit: audit,
      metrics: metrics, book: book ?? ActivityBook(wall: wall), acks: acks, hub: hub,
      wall: wall)
    reloading = Reloading(
      path: path, ledger: ledger, courier: courier, inForce: inForce, acceptor: acceptor, logger: logger, wall: wall)
    hands = GatewayOperator(
      ledger: ledger, courier: courier, inForce: inForce, reloading: reloading, silences: silences,
      search: search, acks: acks, audit: audit, wall: wall)
    visits = GatewayVisits(courier: courier, inForce: inForce)
    intake = RemoteIntake(ledger: ledger, inForce: inForce)
  }
}
