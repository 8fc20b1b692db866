import Ledger
import Senders
import Settings
import Web

extension SiteSettings {
  /// The listeners' part of a configuration.
  init(_ configuration: Configuration, socket: String?) {
    let server = configuration.server
    let limits = server.limits
    self.init(
      host: server.listen.host, port: server.listen.port, socketPath: socket, senders: configuration.senders,
      readers: configuration.readers, hasPublicName: server.publicURL != nil,
      limits: SiteLimits(
        body: limits.body, lines: limits.ndjson, events: EventLimits(batch: limits.batch, line: limits.body),
        connections: limits.connections,
        // A body as large as may be must find room, also beside another.
        memory: max(SiteLimits().memory, 2 * max(limits.body, limits.ndjson))))
    proxies = server.proxies
  }
}

extension StoreSettings {
  /// The ledger's part of it.
  var ledgerOptions: Ledger.Options {
    Ledger.Options(idempotency: idempotency, keep: keep, maximumBytes: max.map(Int64.init))
  }
}
