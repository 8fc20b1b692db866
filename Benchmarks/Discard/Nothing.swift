import Bellhop
import Glibc
import Store
import Streaming
import Web

/// A gateway that keeps nothing, knows nothing and does nothing.
struct Nothing: Acceptor, Insight, Operator, Visits, History {
  private static let fault = OperationFault(.unknown, "there is nothing here")

  static let clock: @Sendable () -> Timestamp = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  func accept(_ events: [Event], then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) { then(.success([])) }
  func refused(route: String, status: Int) {}
  func unproved(route: String, isSlowed: Bool) {}

  func history(for visitor: Visitor) -> ReaderHistory { ReaderHistory(self, of: visitor.rights.only) }
  var hub: StreamHub { StreamHub(history: self, epoch: "nothing", newest: 0, now: Self.clock) }
  func search(_ question: SearchQuestion, for visitor: Visitor) async -> Result<SearchPage, SearchRefusal> {
    .success(SearchPage(events: []))
  }
  func explain(_ event: Event, at time: Timestamp?) async -> JSON { [:] }
  func lanes() async -> JSON { [:] }
  func rows() async throws(SpoolError) -> JSON { [:] }
  func silences() async throws(SpoolError) -> JSON { [:] }
  func roles() async throws(SpoolError) -> JSON { [:] }
  func watches() async throws(SpoolError) -> JSON { [:] }
  func outlets() async -> JSON { [:] }
  func matches(_ filter: String) async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func redirect(_ ids: [Int64], to channel: String) async -> Result<RedirectReport, OperationFault> { .failure(Self.fault) }
  func redirect(_ ids: [Int64], note: String, leads: @escaping Redirection) async throws(SpoolError) -> [Int64] { [] }
  func count(state: DeliveryState, destination: String?, roles: Set<String>?, upTo most: Int) async throws(SpoolError) -> Int { 0 }
  func audit(before: Int64?, limit: Int) async throws(SpoolError) -> JSON { [:] }
  func pseudonym(of text: String) -> String { text }
  func activity() async -> ActivityFigures { ActivityFigures() }
  func awaiting(_ event: HistoryEvent, of roles: Set<String>?) async -> [String] { [] }
  func names() -> ConfiguredNames { ConfiguredNames() }
  func metrics() async -> String { "" }
  func ready() async -> String? { nil }

  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64] { [] }
  func lane(_ name: String, _ action: LaneAction) async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func reload() async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func difference() async -> Result<JSON, OperationFault> { .failure(OperationFault(.later, "nothing")) }
  func ring(_ name: String, text: String?) async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func acknowledge(_ request: AckRequest) async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func linked(_ token: String) async -> Result<LinkedProblem, OperationFault> { .failure(Self.fault) }
  func acknowledge(link token: String, proof: String, who: String?) async -> Result<LinkedProblem, OperationFault> {
    .failure(Self.fault)
  }
  func silence(_ action: SilenceAction) async -> Result<JSON, OperationFault> { .failure(Self.fault) }
  func note(_ entry: AuditEntry) async {}
  func forget(_ subject: String, limit: Int) async -> Result<Int, SpoolError> { .success(0) }

  func visited(_ name: String) -> (any Visited)? { nil }
  func welcome(_ name: String) async {}

  func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage { HistoryPage(events: [], next: nil) }
  func event(id: String, of roles: Set<String>?) async throws(SpoolError) -> HistoryEvent? { nil }
  func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent? { nil }
  func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] { [] }
  func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? { nil }
  func deliveries(_ query: DeliveryQuery) async throws(SpoolError) -> ToldDeliveries { ToldDeliveries(deliveries: []) }
  func following(_ subject: String, after: Int64, roles: Set<String>?, limit: Int) async throws(SpoolError) -> [HistoryEvent] { [] }
  func newest() async throws(SpoolError) -> Int64 { 0 }
  func stretch(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> HistoryStretch {
    HistoryStretch(events: [], end: after, isEnd: true)
  }
  func events(at sequences: [Int64]) async throws(SpoolError) -> [HistoryEvent] { [] }
  func forget(subject: String, limit: Int) async throws(SpoolError) -> Int { 0 }
  func retry(_ ids: [Int64], refill: @escaping Refill) async throws(SpoolError) -> [Int64] { [] }
}
