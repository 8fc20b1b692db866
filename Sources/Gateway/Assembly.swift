import Bellhop
import Courier
import Routing
import Settings
import Web

/// What one configuration becomes: everything that a reload swaps at once.
struct Assembly: Sendable {
  let configuration: Configuration
  let router: Router
  let roster: Roster
  let site: SiteSettings

  /// Makes the transports; the configuration was checked before, so nothing here can fail.
  /// - Parameter socket: the path of the unix socket.
  init(_ configuration: Configuration, socket: String? = nil) {
    self.configuration = configuration
    let directory = configuration.directory
    router = Self.router(of: configuration)
    var ways: [String: Way] = [:]
    for transport in configuration.transports {
      ways[transport.name] = Way(
        name: transport.name, kind: transport.kind.name, transport: Discreet(transport.kind.make(transport.values), transport.values),
        policy: transport.policy)
    }
    roster = Roster(directory: directory, ways: ways, publicURL: configuration.server.publicURL)
    site = SiteSettings(configuration, socket: socket)
  }

  static func router(of configuration: Configuration) -> Router {
    Router(
      tables: configuration.tables, calendars: configuration.calendars, directory: configuration.directory,
      unrouted: configuration.unrouted)
  }
}

extension TransportSettings {
  var policy: Policy {
    Policy(
      rate: rate, concurrency: concurrency, parallel: kind.defaults.parallel, timeout: timeout,
      retry: Policy.Retry(for: retry.for, first: retry.first, max: retry.max), repeats: `repeat`, stale: stale)
  }
}
