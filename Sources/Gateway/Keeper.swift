import Bellhop
import Courier
import Ledger
import Logging
import ServiceLifecycle
import Store

/// Keeps house beside the traffic: removes what is older than `keep` in small steps, and tells when the store runs low.
struct Keeper: Service {
  let ledger: Ledger
  let inForce: InForce
  let trouble: TroubleReporter
  var rhythm = Rhythm()

  /// How often is looked, and how often for destinations that nobody names any more: first soon after the start, for gateways that are
  /// started often.
  struct Rhythm {
    var round = Duration.seconds(15)
    var firstTidying = Duration.seconds(600)
    var tidying = Duration.seconds(86_400)
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      let clock = ContinuousClock()
      var tidyAt = clock.now + rhythm.firstTidying
      while !Task.isCancelled {
        look()
        do throws(SpoolError) {
          try await sweep()
          try await ledger.catchUp()
          if clock.now >= tidyAt {
            _ = try await ledger.tidy()
            tidyAt = clock.now + rhythm.tidying
          }
        } catch {
          trouble.logger.warning("the store could not be swept; it will be tried again", metadata: ["error": .string(error.description)])
        }
        try await Task.sleep(for: rhythm.round)
      }
    }
  }

  /// A step at a time, and after each as long a pause: at most half of the writer's time, however much there is to remove.
  private func sweep() async throws(SpoolError) {
    let clock = ContinuousClock()
    while !Task.isCancelled {
      let start = clock.now
      guard try await ledger.sweep() else { return }
      try? await Task.sleep(for: max(clock.now - start, .milliseconds(1)))
    }
  }

  private func look() {
    let store = inForce.assembly.configuration.store
    let level = StoreLevel(
      bytes: ledger.used(), maximum: store.max.map(Int64.init), free: ledger.freeFraction(),
      minimumFree: ledger.minimumFree())
    if let warning = level.warning { trouble.storeLow(warning) }
    trouble.expiring(inForce.assembly.configuration.ends)
  }
}
