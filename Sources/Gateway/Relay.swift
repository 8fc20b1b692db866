import Bellhop
import Courier
import Search
import Store
import Streaming

/// Passes the ledger's commits to those that are made after it. What is committed before the courier is connected is in the ledger's backlog,
/// which the courier loads when it starts.
final class Relay: Sendable {
  private let courier = Guarded<Courier?>(nil)
  private let intake = Guarded<RemoteIntake?>(nil)
  private let search = Guarded<EventSearch?>(nil)

  private let hub = Guarded<StreamHub?>(nil)

  func connect(_ courier: Courier) { self.courier.withLock { $0 = courier } }
  func connect(_ intake: RemoteIntake) { self.intake.withLock { $0 = intake } }
  func connect(_ hub: StreamHub) { self.hub.withLock { $0 = hub } }
  func connect(_ search: EventSearch) { self.search.withLock { $0 = search } }

  func pass(_ committed: Committed) {
    courier.withLock { $0 }?.accept(committed)
    intake.withLock { $0 }?.note(committed)
    hub.withLock { $0 }?.note(committed)
    search.withLock { $0 }?.note(committed)
  }
}
