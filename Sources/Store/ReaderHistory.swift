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

  /// The same of one role alone; none where it is not for this reader to see.
  public func deliveries(
    state: DeliveryState, destination: String?, role: String?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    guard let wanted = wanted(role) else { return [] }
    return try await history.deliveries(state: state, destination: destination, roles: wanted.roles, before: before, limit: limit)
      .compactMap { $0.seen(by: roles) }
  }

  /// How many there are of them; no more than `most` are counted.
  public func count(state: DeliveryState, destination: String?, role: String?, upTo most: Int) async throws(SpoolError) -> Int {
    guard let wanted = wanted(role) else { return 0 }
    return try await history.count(state: state, destination: destination, roles: wanted.roles, upTo: most)
  }

  /// Nil where nothing of the role may be seen; without a role all that may.
  private func wanted(_ role: String?) -> (roles: Set<String>?, Void)? {
    guard let role else { return (roles, ()) }
    return roles?.contains(role) ?? true ? ([role], ()) : nil
  }

  /// What was sent to whom, newest first.
  public func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries {
    guard let roles else { return try await history.deliveries(query) }
    if !query.roles.isEmpty, query.roles.isDisjoint(with: roles) { return ToldDeliveries(deliveries: []) }
    var query = query
    query.only = query.only.map(roles.intersection) ?? roles
    var page = try await history.deliveries(query)
    page.deliveries = page.deliveries.compactMap { told in
      told.delivery.seen(by: roles).map { ToldDelivery(delivery: $0, event: told.event) }
    }
    return page
  }

  /// What came about a subject behind an event, oldest first.
  public func following(_ subject: String, after: Int64, limit: Int) async throws(SpoolError) -> [HistoryEvent] {
    try await history.following(subject, after: after, roles: roles, limit: limit)
  }

  /// By its number.
  public func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? {
    try await history.delivery(id: id).flatMap { $0.seen(by: roles) }
  }
}

extension HistoryEvent {
  /// What a reader of some roles sees of it, where its deliveries are known; nil is nothing. Nil roles are all of them.
  public func seen(by roles: Set<String>?) -> HistoryEvent? {
    guard let roles else { return self }
    var event = self
    event.deliveries = event.deliveries.compactMap { $0.seen(by: roles) }
    return event.deliveries.isEmpty ? nil : event
  }
}

extension HistoryDelivery {
  /// What a reader of some roles sees of it; nil is nothing. Nil roles are all of them.
  public func seen(by roles: Set<String>?) -> HistoryDelivery? {
    guard let roles else { return self }
    guard roles.contains(role) else { return nil }
    var delivery = self
    // Whose the other is concerns the other.
    if delivery.note?.hasPrefix(PlannedDelivery.folding) == true { delivery.note = "same target as another role" }
    return delivery
  }
}
