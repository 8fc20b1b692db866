import Bellhop

/// The history as one reader sees it. Who answers readers asks here and nowhere else: what a reader may not see cannot be asked for.
///
/// A reader of some roles sees the events that have a delivery of one of them, and of those these deliveries alone. What it does not see is for
/// it not there.
public struct ReaderHistory: Sendable {
  private let history: any History
  private let roles: Set<String>?

  /// The history for who sees these roles; nil is all of it.
  public init(_ history: any History, of roles: Set<String>?) {
    self.history = history
    self.roles = roles
  }

  /// Nothing is hidden.
  public var isWhole: Bool { roles == nil }

  /// The newest of a sender's id.
  public func event(id: String) async throws(SpoolError) -> HistoryEvent? {
    try await history.event(id: id, of: roles).flatMap { $0.seen(by: roles) }
  }

  /// By its place in the store.
  public func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent? {
    try await history.event(sequence: sequence).flatMap { $0.seen(by: roles) }
  }

  /// Newest first; `before` pages on.
  public func deliveries(
    state: DeliveryState, destination: String?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    try await history.deliveries(state: state, destination: destination, roles: roles, before: before, limit: limit).compactMap {
      $0.seen(by: roles)
    }
  }

  /// By its number.
  public func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? {
    try await history.delivery(id: id).flatMap { $0.seen(by: roles) }
  }
}

extension HistoryEvent {
  /// As who sees these roles may see it; nil where it is not there for them. Nil roles are all.
  public func seen(by roles: Set<String>?) -> HistoryEvent? {
    if roles == nil { return self }
    var event = self
    event.deliveries = deliveries.compactMap { $0.seen(by: roles) }
    return event.deliveries.isEmpty ? nil : event
  }
}

extension HistoryDelivery {
  func seen(by roles: Set<String>?) -> HistoryDelivery? {
    guard let roles else { return self }
    guard roles.contains(role) else { return nil }
    var delivery = self
    // Whose the other is concerns the other.
    if delivery.note?.hasPrefix(PlannedDelivery.folding) == true { delivery.note = "same target as another role" }
    return delivery
  }
}
