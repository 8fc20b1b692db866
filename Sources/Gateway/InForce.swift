import Bellhop
import Deciding
import Routing

/// The configuration that is in force, and what it became. A reload swaps it whole; who asks twice may get two.
final class InForce: Sendable {
  private let current: Guarded<Assembly>

  init(_ assembly: Assembly) { current = Guarded(assembly) }

  var assembly: Assembly { current.withLock { $0 } }

  /// What decides on an event, without a copy of the rest: asked for with each one.
  var decider: TableDecider { current.withLock { $0.decider } }

  func adopt(_ assembly: Assembly) { current.withLock { $0 = assembly } }
}
