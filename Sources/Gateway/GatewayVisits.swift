import Bellhop
import Courier
import Web

/// The transports in force whose far end calls in.
final class GatewayVisits: Visits {
  private let courier: Courier
  private let inForce: InForce

  init(courier: Courier, inForce: InForce) {
    self.courier = courier
    self.inForce = inForce
  }

  func visited(_ name: String) -> (any Visited)? { inForce.assembly.visited[name] }

  func welcome(_ name: String) async { await courier.wake(name) }
}
