import Bellhop
import Courier
import Deciding
import Pacing
import Routing
import Settings
import Web

/// What one configuration becomes: everything that a reload swaps at once.
struct Assembly: Sendable {
  let configuration: Configuration
  let decider: TableDecider
  let router: Router
  /// Counts the configurations of this process.
  let generation: Int
  let roster: Roster
  let site: SiteSettings
  /// The transports whose far end calls in.
  let visited: [String: any Visited]

  /// Makes the transports; the configuration was checked before, so nothing here can fail.
  /// - Parameters:
  ///   - generation: how many configurations were in force before this one.
  ///   - socket: the path of the unix socket.
  ///   - only: the transports to make; nil is all.
  init(_ configuration: Configuration, generation: Int = 0, socket: String? = nil, only: Set<String>? = nil) {
    self.generation = generation
    self.configuration = configuration
    let directory = configuration.directory
    router = Self.router(of: configuration)
    decider = Self.decider(of: configuration, router, generation: generation)
    var ways: [String: ConfiguredTransport] = [:]
    var visited: [String: any Visited] = [:]
    for transport in configuration.transports where only?.contains(transport.name) ?? true {
      let made = transport.kind.make(transport.values)
      visited[transport.name] = made as? any Visited
      ways[transport.name] = ConfiguredTransport(
        name: transport.name, kind: transport.kind.name, transport: Discreet.wrap(made, transport.values),
        changes: transport.kind.updates == .byAnchor, policy: transport.policy)
    }
    self.visited = visited
    roster = Roster(directory: directory, ways: ways, publicURL: configuration.server.publicURL) { delivery, url in
      SilenceLink.link(for: delivery, publicURL: url).map { [$0] } ?? []
    }
    site = SiteSettings(configuration, socket: socket)
  }

  static func decider(of configuration: Configuration, _ router: Router? = nil, generation: Int = 0) -> TableDecider {
    TableDecider(
      router ?? Self.router(of: configuration), policies: configuration.policies, watches: configuration.watches,
      calendars: configuration.calendars, generation: generation)
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
      retry: RetryPolicy(for: retry.for, first: retry.first, max: retry.max), repeats: `repeat`, stale: stale)
  }
}
