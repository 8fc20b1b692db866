import Bellhop

/// Reading what happened: search, one event with all its deliveries, dead letters. Implemented by the same store as ``Spool``.
public protocol History: Sendable {
  /// Newest first. `cursor` is the answer's of the page before.
  func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage
  /// By the sender's id (the newest of that id; with `roles`, the newest with a delivery of one of them) or by sequence.
  func event(id: String, of roles: Set<String>?) async throws(SpoolError) -> HistoryEvent?
  func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent?
  /// Newest first; `before` pages on. Of all roles, or of some.
  func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery]
  func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery?
  /// What was sent to whom, whatever became of it: newest first, for a bounded time.
  func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries
  /// What came about a subject behind the event of a sequence: oldest first, without deliveries; with `roles`, what has a delivery of one of them.
  func following(_ subject: String, after: Int64, roles: Set<String>?, limit: Int) async throws(SpoolError) -> [HistoryEvent]
  /// The place of the newest event that was ever kept; 0 before the first.
  func newest() async throws(SpoolError) -> Int64
  /// What was kept behind a place: up to `limit` events, and no more when they have so many bytes of text and data; one at least.
  func stretch(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> HistoryStretch
  /// Those of these events that are there, oldest first, with their deliveries but without attempts.
  func events(at sequences: [Int64]) async throws(SpoolError) -> [HistoryEvent]
  /// Removes all that was said about a subject, and its waiting deliveries, in up to `limit` events; answers in how many. Fewer than the limit
  /// mean that all is done, in the files too. The events stay as empty husks.
  func forget(subject: String, limit: Int) async throws(SpoolError) -> Int
  /// Puts ended deliveries back in line with a fresh budget; answers which it did. Only `dead` and `unclear` ones can.
  /// `refill` answers the destination of one that was refused when it was planned; nil leaves it as it is.
  func retry(_ ids: [Int64], refill: @escaping Refill) async throws(SpoolError) -> [Int64]
  /// Sends ended deliveries elsewhere: new ones of the same events, in the same words, to where `leads` says. Answers of which it did; only
  /// `dead` and `unclear` ones can. Each keeps its place, with `note` behind its own; where that stands there already, it is left alone.
  func redirect(_ ids: [Int64], note: String, leads: @escaping Redirection) async throws(SpoolError) -> [Int64]
  /// How many deliveries are in a state, of all roles or of some; no more than `most` are counted.
  func count(state: DeliveryState, destination: String?, roles: Set<String>?, upTo most: Int) async throws(SpoolError) -> Int
}

extension History {
  /// The newest event of that id.
  public func event(id: String) async throws(SpoolError) -> HistoryEvent? { try await event(id: id, of: nil) }

  /// Deliveries of all roles, newest first.
  public func deliveries(
    state: DeliveryState, destination: String?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    try await deliveries(state: state, destination: destination, roles: nil, before: before, limit: limit)
  }
}

/// A destination with its templates filled from the event under the configuration in force, in the role that made the delivery.
public typealias Refill = @Sendable (_ destination: Destination, _ event: Event, _ role: String) -> Destination?

/// Where an event goes that somebody sends elsewhere by hand; none is nowhere.
public typealias Redirection = @Sendable (_ event: Event) -> [Destination]
