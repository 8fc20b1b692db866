import Ledger
import Senders
import Settings
import Web

extension SiteSettings {
  /// The listeners' part of a configuration.
  init(_ configuration: Configuration, socket: String?) {
    let server = configuration.server
    self.init(
      host: server.listen.host, port: server.listen.port, socketPath: socket, senders: configuration.senders,
      readers: configuration.readers,
      limits: SiteLimits(
        body: server.limits.body, lines: server.limits.ndjson, events: EventLimits(batch: server.limits.batch, line: server.limits.body),
        connections: server.limits.connections))
  }
}

extension StoreSettings {
  /// The ledger's part of it.
  var ledgerOptions: Ledger.Options {
    Ledger.Options(idempotency: idempotency, keep: keep, maximumBytes: max.map(Int64.init))
  }
}
