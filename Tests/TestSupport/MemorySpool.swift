import Bellhop
import Store

/// A ``Spool`` and ``History`` in memory, with faults on order. Commits are applied one after the other; ``committed`` hears of them in that
/// order, before their callers do.
package final class MemorySpool: Spool, History {
  /// Lost by a crash: a commit that was held and never applied.
  package static let crashed = SpoolError.broken("the store crashed")

  package let epoch: String
  private let now: @Sendable () -> Timestamp
  private let decider: any Decider
  private let state = Guarded(State())

  private struct State {
    var store = MemoryStore()
    var committed: @Sendable (Committed) -> Void = { _ in }
    var failingCommits: [SpoolError] = []
    var failingReads: [SpoolError] = []
    var commits = 0
    var isHolding = false
    var held: [Held] = []
  }

  private struct Held {
    var batch: Batch
    var then: @Sendable (Result<[Acceptance], SpoolError>) -> Void
  }

  package init(
    epoch: String = "test", decider: any Decider = AsWished(),
    now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 1_800_000_000) }
  ) {
    self.epoch = epoch
    self.decider = decider
    self.now = now
  }

  /// A spool over what another left behind, as after a restart.
  package convenience init(of store: MemoryStore, epoch: String = "test", now: @escaping @Sendable () -> Timestamp) {
    self.init(epoch: epoch, now: now)
    state.withLock { $0.store = store }
  }

  // MARK: For tests

  /// What is kept now.
  package var store: MemoryStore { state.withLock { $0.store } }

  /// How many commits were applied.
  package var commits: Int { state.withLock { $0.commits } }

  /// Who hears of every commit, in order; it must not call the spool.
  package func onCommit(_ listener: @escaping @Sendable (Committed) -> Void) { state.withLock { $0.committed = listener } }

  /// The next `count` commits fail.
  package func failCommits(_ count: Int, with error: SpoolError = .full("the disk is full")) {
    state.withLock { $0.failingCommits += Array(repeating: error, count: count) }
  }

  /// The next `count` reads fail.
  package func failReads(_ count: Int, with error: SpoolError = .broken("the disk does not answer")) {
    state.withLock { $0.failingReads += Array(repeating: error, count: count) }
  }

  /// From now on commits wait.
  package func hold() { state.withLock { $0.isHolding = true } }

  /// Applies what was held, in order, and holds no more.
  package func release() {
    let done = state.withLock { state in
      state.isHolding = false
      let held = state.held
      state.held = []
      return held.map { ($0.then, Result<[Acceptance], SpoolError>.success(apply($0.batch, to: &state))) }
    }
    for (then, result) in done { then(result) }
  }

  /// Throws away what was held, as a power cut does, and holds no more.
  package func crash() {
    let held = state.withLock { state in
      state.isHolding = false
      defer { state.held = [] }
      return state.held
    }
    for one in held { one.then(.failure(Self.crashed)) }
  }

  private func apply(_ batch: Batch, to state: inout State) -> [Acceptance] {
    let (acceptances, committed) = state.store.apply(batch, now: now(), decider: decider)
    state.commits += 1
    state.committed(committed)
    return acceptances
  }

  /// All destinations with something waiting.
  package func backlog() async throws(SpoolError) -> [Backlog] { try read { $0.backlog() } }

  // MARK: Spool

  package func pseudonym(of text: String) -> String { String(fingerprint("\(epoch) \(text)"), radix: 16) }

  package func commit(_ batch: Batch, then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) {
    if batch.isEmpty { return then(.success([])) }
    let now: Result<[Acceptance], SpoolError>? = state.withLock { state in
      if !state.failingCommits.isEmpty { return .failure(state.failingCommits.removeFirst()) }
      if state.isHolding {
        state.held.append(Held(batch: batch, then: then))
        return nil
      }
      return .success(apply(batch, to: &state))
    }
    if let now { then(now) }
  }

  package func hurry() {}

  private func read<Value: Sendable>(_ body: (MemoryStore) -> Value) throws(SpoolError) -> Value {
    let result: Result<Value, SpoolError> = state.withLock { state in
      if !state.failingReads.isEmpty { return .failure(state.failingReads.removeFirst()) }
      return .success(body(state.store))
    }
    return try result.get()
  }

  package func waiting(for destinations: [Int64], after: Int64, within limit: PageLimit) async throws(SpoolError) -> DeliveryPage {
    try read { $0.waiting(for: destinations, after: after, within: limit) }
  }
  package func waiting(ids: [Int64], whole: Int) async throws(SpoolError) -> [Delivery] { try read { $0.waiting(ids: ids, whole: whole) } }
  package func backlog(after: Int64, limit: Int) async throws(SpoolError) -> [Backlog] {
    try read { Array($0.backlog().filter { $0.destinationID > after }.prefix(limit)) }
  }
  package func heads() async throws(SpoolError) -> [BacklogHead] { try read { $0.heads() } }
  package func alarms(_ kind: Alarm.Kind, dueBy time: Timestamp, after: Alarm? = nil, limit: Int) async throws(SpoolError) -> [Alarm] {
    try read { $0.alarms(kind, dueBy: time, after: after, limit: limit) }
  }
  package func nextAlarm(_ kind: Alarm.Kind) async throws(SpoolError) -> Timestamp? { try read { $0.nextAlarm(kind) } }
  package func state(_ key: String) async throws(SpoolError) -> [UInt8]? { try read { $0.states[key] } }
  package func states(prefix: String) async throws(SpoolError) -> [String: [UInt8]] {
    try read { $0.states.filter { $0.key.hasPrefix(prefix) } }
  }

  // MARK: History

  package func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage { try read { $0.search(query) } }
  package func event(id: String, of roles: Set<String>?) async throws(SpoolError) -> HistoryEvent? {
    try read { $0.event(id: id, of: roles) }
  }
  package func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent? { try read { $0.event(sequence: sequence) } }
  package func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    try read { $0.history(state: state, destination: destination, roles: roles, before: before, limit: limit) }
  }
  package func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? { try read { $0.deliveries[id]?.history } }
  package func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries { try read { $0.told(query) } }
  package func following(
    _ subject: String, after: Int64, roles: Set<String>?, limit: Int
  ) async throws(SpoolError) -> [HistoryEvent] {
    try read { $0.following(subject, after: after, roles: roles, limit: limit) }
  }
  package func newest() async throws(SpoolError) -> Int64 { try read { $0.newest } }
  package func stretch(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> HistoryStretch {
    try read { $0.stretch(after: after, limit: limit, bytes: bytes) }
  }
  package func events(at sequences: [Int64]) async throws(SpoolError) -> [HistoryEvent] {
    try read { store in sequences.sorted().compactMap { store.briefly($0) } }
  }

  package func forget(subject: String, limit: Int = .max) async throws(SpoolError) -> Int {
    state.withLock { state in
      let (count, committed) = state.store.forget(subject: subject, limit: limit)
      state.committed(committed)
      return count
    }
  }

  package func retry(_ ids: [Int64], refill: @escaping Refill = { _, _, _ in nil }) async throws(SpoolError) -> [Int64] {
    state.withLock { state in
      let (retried, committed) = state.store.retry(ids, refill: refill)
      state.committed(committed)
      return retried
    }
  }

  package func redirect(_ ids: [Int64], note: String, leads: @escaping Redirection) async throws(SpoolError) -> [Int64] {
    state.withLock { state in
      let (redirected, committed) = state.store.redirect(ids, note: note, at: now(), leads: leads)
      state.committed(committed)
      return redirected
    }
  }

  package func count(state: DeliveryState, destination: String?, roles: Set<String>?, upTo most: Int) async throws(SpoolError) -> Int {
    try read { $0.history(state: state, destination: destination, roles: roles, before: nil, limit: most).count }
  }
}
