import Senders
import Settings
import Web

extension SiteSettings {
  /// The listeners' part of a configuration.
  init(_ configuration: Configuration) {
    let server = configuration.server
    self.init(
      host: server.listen.host, port: server.listen.port, senders: configuration.senders, readers: configuration.readers,
      limits: WebLimits(
        body: server.limits.body, ndjson: server.limits.ndjson, events: server.limits.events, connections: server.limits.connections))
  }
}
