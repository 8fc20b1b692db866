import Bellhop
import Courier

/// Passes the ledger's commits to the courier, which is made after it. What is committed before they are connected is in the
/// ledger's backlog, which the courier loads when it starts.
final class Relay: Sendable {
  private let courier = Guarded<Courier?>(nil)

  func connect(_ courier: Courier) { self.courier.withLock { $0 = courier } }

  func pass(_ committed: Committed) { courier.withLock { $0 }?.accept(committed) }
}
