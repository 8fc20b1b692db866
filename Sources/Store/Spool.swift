import Bellhop

/// What must survive power loss, as one atomic batch at a time.
///
/// Implemented by `Ledger` on SQLite, and by a store in memory for tests; one contract test holds every implementation to the same. Called by
/// the gateway, which hands events in, and by the courier, which hands in what became of deliveries and reads on where its memory ends.
public protocol Spool: Sendable {
  /// Random, given to the store when it was made: the first half of message and stream ids.
  var epoch: String { get }

  /// A word that stands for a text in this store and tells nothing of it: the same for equal texts, and nobody who does not hold the store can
  /// work it out, look for it, or make two texts that share one.
  func pseudonym(of text: String) -> String

  /// Hands a batch in: all of it is committed or nothing, in the order in which batches are handed in, and many share one fsync.
  /// An arrival whose (sender, source, id) is remembered is answered as a duplicate and changes nothing.
  /// - Parameter then: called once, when the batch is on disk or never will be; on the spool's own thread or the caller's. It must be quick and
  ///   must not wait for the spool.
  func commit(_ batch: Batch, then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void)

  /// Somebody waits for the patient batches now (``Batch/isPatient``).
  func hurry()

  /// The deliveries that stand in line (waiting, not due at a time of their own) for any of these destinations,
  /// with an id above `after`, in order of id.
  func waiting(for destinations: [Int64], after: Int64, within limit: PageLimit) async throws(SpoolError) -> DeliveryPage

  /// Deliveries by id, as far as they still wait; for alarms that have come due, and for those that are sent now. What is heavier than
  /// `whole` bytes comes without its words.
  func waiting(ids: [Int64], whole: Int) async throws(SpoolError) -> [Delivery]

  /// Destinations that have deliveries waiting, by number, from the one behind `after` on. Costs a look at each destination, not at each
  /// delivery.
  func backlog(after: Int64, limit: Int) async throws(SpoolError) -> [Backlog]

  /// How much waits for each destination, by number.
  func heads() async throws(SpoolError) -> [BacklogHead]

  /// Alarms of one kind that are due at `time` or before, earliest first; from the one behind `after` on.
  func alarms(_ kind: Alarm.Kind, dueBy time: Timestamp, after: Alarm?, limit: Int) async throws(SpoolError) -> [Alarm]

  /// When the earliest alarm of a kind is due.
  func nextAlarm(_ kind: Alarm.Kind) async throws(SpoolError) -> Timestamp?

  /// A value of ``Batch/states``.
  func state(_ key: String) async throws(SpoolError) -> [UInt8]?

  /// All states whose key starts so, by key.
  func states(prefix: String) async throws(SpoolError) -> [String: [UInt8]]
}

extension Spool {
  /// A page that ends by count only, with all words.
  public func waiting(for destinations: [Int64], after: Int64, limit: Int) async throws(SpoolError) -> [Delivery] {
    try await waiting(for: destinations, after: after, within: PageLimit(count: limit, bytes: .max, whole: .max)).deliveries
  }

  /// All destinations that have deliveries waiting, a page after the other.
  public func eachBacklog(_ body: ([Backlog]) async -> Void) async throws(SpoolError) {
    var after = Int64.min
    while true {
      let page = try await backlog(after: after, limit: Self.backlogPage)
      await body(page)
      guard page.count >= Self.backlogPage, let last = page.last else { return }
      after = last.destinationID
    }
  }

  /// As many as are looked at without letting others have a turn.
  private static var backlogPage: Int { 1_000 }

  /// Deliveries by id with all their words.
  public func waiting(ids: [Int64]) async throws(SpoolError) -> [Delivery] { try await waiting(ids: ids, whole: .max) }

  /// Commits a batch and comes back when it is on disk.
  public func commit(_ batch: Batch) async throws(SpoolError) -> [Acceptance] {
    let result: Result<[Acceptance], SpoolError> = await withCheckedContinuation { continuation in
      commit(batch) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}
