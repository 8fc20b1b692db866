import Bellhop

/// Which dead letters are looked at.
public struct DeadFilter: Sendable, Hashable {
  /// ``DeliveryState/dead`` or ``DeliveryState/unclear``.
  public var state: DeliveryState
  /// As the history prints it.
  public var destination: String?
  /// The role whose row made them.
  public var role: String?

  /// All that are dead, unless told otherwise.
  public init(state: DeliveryState = .dead, destination: String? = nil, role: String? = nil) {
    self.state = state
    self.destination = destination
    self.role = role
  }

  /// Behind the question mark.
  var query: String {
    var parts = ["state=\(state.word)"]
    if let destination { parts.append("destination=\(destination.percentEncoded())") }
    if let role { parts.append("role=\(role.percentEncoded())") }
    return parts.joined(separator: "&")
  }

  /// In a form that is sent on.
  var hidden: SafeHTML {
    SafeHTML.hidden("state", state.word) + SafeHTML.hidden("destination", destination) + SafeHTML.hidden("role", role)
  }
}
