import Bellhop
import Store
import Streaming
import Web

/// Notes what it is asked and answers what it is told.
final class FakeDesk: Acceptor, Insight, Operator, Visits, History {
  struct State {
    var events: [Event] = []
    var calls: [String] = []
    var refusals: [String] = []
    var unproved: [String] = []
    var fault: SpoolError?
    var why: String?
    var visited: [String: any Visited] = [:]
    var pages: [HistoryEvent] = []
    var deliveries: [HistoryDelivery] = []
    var audit: [AuditEntry] = []
    var lanes: [JSON] = ["chat #money"]
    var silences: [JSON] = []
    var figures = ActivityFigures()
    var awaiting: [String] = []
    var explanation: JSON?
  }

  let state = Guarded(State())
  /// Every acceptance waits for it while it is closed.
  let gate = Gate()

  var events: [Event] { state.withLock { $0.events } }
  var refusals: [String] { state.withLock { $0.refusals } }
  var calls: [String] { state.withLock { $0.calls } }
  func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
  private func note(_ call: String) { state.withLock { $0.calls.append(call) } }

  func accept(_ events: [Event], then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) {
    Task {
      await gate.pass()
      then(keep(events))
    }
  }

  private func keep(_ events: [Event]) -> Result<[Acceptance], SpoolError> {
    state.withLock { state -> Result<[Acceptance], SpoolError> in
      if let fault = state.fault { return .failure(fault) }
      return .success(
        events.map { event in
          let known = state.events.firstIndex { $0.id == event.id }
          if known == nil { state.events.append(event) }
          return Acceptance(sequence: Int64(known ?? state.events.count), duplicate: known != nil)
        })
    }
  }

  func refused(route: String, status: Int) { state.withLock { $0.refusals.append("\(route) \(status)") } }
  func unproved(route: String, isSlowed: Bool) { state.withLock { $0.unproved.append(isSlowed ? "\(route) slowed" : route) } }
  func history(for visitor: Visitor) -> ReaderHistory { ReaderHistory(self, of: visitor.rights.only) }
  private let hubs = Guarded<StreamHub?>(nil)
  private let streamLimits = Guarded(StreamLimits())
  /// Of the hub; set before it is wanted first.
  var limits: StreamLimits {
    get { streamLimits.withLock { $0 } }
    set { streamLimits.withLock { $0 = newValue } }
  }
  /// Made when it is wanted first.
  var hub: StreamHub {
    hubs.withLock { hub in
      if let hub { return hub }
      let newest = state.withLock { $0.pages.map(\.sequence).max() ?? 0 }
      let made = StreamHub(history: self, epoch: "epoch", newest: newest, limits: limits, now: wallClock)
      hub = made
      return made
    }
  }
  /// Keeps an event and tells those who follow.
  func happen(_ event: HistoryEvent) {
    state.withLock { $0.pages.insert(event, at: 0) }
    let planned = event.deliveries.map { PlannedDelivery(destination: $0.destination, role: $0.role, row: $0.row, state: $0.state) }
    hub.note(
      Committed(arrivals: [
        .init(
          sequence: event.sequence, received: event.received, event: event.event, plan: Plan(fate: event.fate, deliveries: planned),
          firstDelivery: event.deliveries.first?.id ?? 0)
      ]))
  }
  func visited(_ name: String) -> (any Visited)? { state.withLock { $0.visited[name] } }
  func welcome(_ name: String) async { note("welcome \(name)") }
  func lanes() async -> JSON { ["lanes": .array(state.withLock { $0.lanes })] }
  func lane(_ name: String, _ action: LaneAction) async -> Result<JSON, OperationFault> {
    note("\(name) \(action)")
    return name == "gone" ? .failure(OperationFault(.unknown, "there is no lane gone")) : .success(["lane": .string(name)])
  }
  func explain(_ event: Event, at time: Timestamp?) async -> JSON {
    if let told = state.withLock({ $0.explanation }) { return told }
    return ["text": .string("\(event.sender) \(event.type) \(time?.rfc3339 ?? "now")")]
  }
  func reload() async -> Result<JSON, OperationFault> {
    .failure(OperationFault(.wrong, "the configuration has 2 mistakes", mistakes: ["a.yaml:1:1: x", "a.yaml:2:1: y"]))
  }
  func difference() async -> Result<JSON, OperationFault> { .success(["changes": ["~ store.keep"]]) }
  func ring(_ name: String, text: String?) async -> Result<JSON, OperationFault> {
    .success(["rang": .string(name), "text": .string(text ?? "")])
  }
  func rows() async throws(SpoolError) -> JSON {
    if let fault = state.withLock({ $0.fault }) { throw fault }
    return ["rows": []]
  }
  func silences() async throws(SpoolError) -> JSON {
    if let fault = state.withLock({ $0.fault }) { throw fault }
    return ["silences": .array(state.withLock { $0.silences })]
  }
  func acknowledge(_ request: AckRequest) async -> Result<JSON, OperationFault> {
    note("ack \(request.event) \(request.role ?? "-") \(request.who)")
    return request.event == "gone" ? .failure(OperationFault(.unknown, "there is no such event")) : .success(["event": 1])
  }
  private func problem(_ standing: LinkedProblem.AckStanding, _ token: String) -> LinkedProblem {
    let event = Event(id: "1", sender: "shop", source: "shop", type: "db.firing", time: Timestamp(seconds: 1), text: "<b>down</b>")
    return LinkedProblem(event: event, role: "ops", standing: standing, proof: "p-\(token)")
  }
  func linked(_ token: String) async -> Result<LinkedProblem, OperationFault> {
    switch token {
    case "good": .success(problem(.waiting, token))
    case "answered": .success(problem(.answered(at: Timestamp(seconds: 2), by: "joe"), token))
    case "over": .success(problem(.over, token))
    case "expired": .success(problem(.expired(Timestamp(seconds: 2)), token))
    default: .failure(OperationFault(.unknown, "this is no link of this gateway's"))
    }
  }
  func acknowledge(link token: String, proof: String, who: String?) async -> Result<LinkedProblem, OperationFault> {
    guard proof == "p-\(token)" else { return .failure(OperationFault(.wrong, "only the button of the page acknowledges")) }
    note("ack \(token) \(who ?? "-")")
    return .success(problem(.answered(at: Timestamp(seconds: 2), by: who ?? "somebody"), token))
  }
  func silence(_ action: SilenceAction) async -> Result<JSON, OperationFault> {
    note("\(action)")
    switch action {
    case .end(404), .edit(404, _): return .failure(OperationFault(.unknown, "there is no silence 404"))
    case .add(let request) where request.filter == "tpye:a":
      return .failure(
        OperationFault(.wrong, "there is no key tpye", place: RequestPlace("/filter", offset: 0, caret: "tpye:a\n^^^^")))
    case .edit(let id, _), .end(let id): return .success(["id": .int(id)])
    case .add: return .success(["id": 1])
    }
  }
  func roles() async throws(SpoolError) -> JSON {
    [
      "roles": [
        [
          "role": "ops",
          "rows": [
            [
              "row": "all", "match": "type <b>", "to": ["chat"], "alert": "loud", "rules": ["digest every 15m"],
              "sent": ["today": 1, "yesterday": 2, "week": 3], "held_back": ["today": 0, "yesterday": 0, "week": 0], "never": true,
            ]
          ],
        ]
      ], "today": "2026-11-24T00:00:00.000Z", "cut": false,
    ]
  }
  func watches() async throws(SpoolError) -> JSON {
    ["watches": [["name": "onboarding", "waits_for": "type a within 24h", "emits": "x.y", "open": 3, "missed": 0]], "cut": false]
  }
  func outlets() async -> JSON {
    ["channels": [["name": "money", "places": ["chat #money"]]], "transports": [["name": "chat", "kind": "slack", "rate": "1/s"]]]
  }
  func matches(_ filter: String) async -> Result<JSON, OperationFault> {
    if filter == "tpye:a" {
      return .failure(OperationFault(.wrong, "there is no key tpye", place: RequestPlace("/filter", offset: 0, caret: "tpye:a\n^^^^")))
    }
    return .success(["events": 12, "of": 340])
  }
  func redirect(_ ids: [Int64], to channel: String) async -> Result<RedirectReport, OperationFault> {
    guard channel == "money" else { return .failure(OperationFault(.wrong, "there is no channel", place: RequestPlace("/to"))) }
    note("redirect \(ids) \(channel)")
    return .success(RedirectReport(redirected: ids))
  }
  func redirect(_ ids: [Int64], note: String, leads: @escaping Redirection) async throws(SpoolError) -> [Int64] { [] }
  func count(state: DeliveryState, destination: String?, roles: Set<String>?, upTo most: Int) async throws(SpoolError) -> Int {
    try await deliveries(state: state, destination: destination, roles: roles, before: nil, limit: most).count
  }
  func audit(before: Int64?, limit: Int) async throws(SpoolError) -> JSON {
    ["audit": .array(state.withLock { $0.audit }.map { ["who": .string($0.who), "what": .string($0.what)] })]
  }
  func note(_ entry: AuditEntry) async { state.withLock { $0.audit.append(entry) } }
  func pseudonym(of text: String) -> String { String(fingerprint("a store's key\n\(text)"), radix: 16) }
  func metrics() async -> String { "# TYPE bellhop_up gauge\nbellhop_up 1\n" }
  func ready() async -> String? { state.withLock { $0.why } }
  func forget(_ subject: String, limit: Int) async -> Result<Int, SpoolError> { .success(min(subject.count, limit)) }

  func search(_ question: SearchQuestion, for visitor: Visitor) async -> Result<SearchPage, SearchRefusal> {
    note(
      "search \(question.text) \(question.type ?? "-") \(question.since?.rfc3339 ?? "-") \(question.fate?.word ?? "-") \(question.limit) \(question.cursor ?? -1)"
    )
    if let fault = state.withLock({ $0.fault }) { return .failure(.store(fault)) }
    if question.text == "tpye:a" { return .failure(.mistake("there is no key tpye; did you mean type?", offset: 0, caret: "tpye:a\n^^^^")) }
    let only = visitor.rights.only
    if let only, let role = question.role, !only.contains(role) { return .success(SearchPage(events: [])) }
    let pages = state.withLock { all in
      all.pages.compactMap { $0.seen(by: only) }.filter { event in
        event.sequence < question.cursor ?? .max && question.subject.map { $0 == event.event.subject } ?? true
          && question.role.map { event.concerns([$0]) } ?? true && question.text != "nothing-like-that"
      }
    }
    let page = Array(pages.prefix(question.limit))
    return .success(
      SearchPage(
        events: page, next: pages.count > page.count ? page.last?.sequence : nil,
        searchedBackTo: pages.count > page.count ? page.last?.received : nil))
  }
  func search(_ query: HistoryQuery) async throws(SpoolError) -> HistoryPage { HistoryPage(events: [], next: nil) }
  func event(id: String, of roles: Set<String>?) async throws(SpoolError) -> HistoryEvent? {
    state.withLock { $0.pages.first { $0.event.id == id && $0.concerns(roles) } }
  }
  func event(sequence: Int64) async throws(SpoolError) -> HistoryEvent? { state.withLock { $0.pages.first { $0.sequence == sequence } } }
  func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    self.state.withLock { all in
      Array(
        all.deliveries.filter {
          $0.state == state && $0.id < before ?? .max && roles?.contains($0.role) ?? true
            && (destination ?? $0.destination.description) == $0.destination.description
        }
        .prefix(limit))
    }
  }
  func delivery(id: Int64) async throws(SpoolError) -> HistoryDelivery? { state.withLock { $0.deliveries.first { $0.id == id } } }
  func newest() async throws(SpoolError) -> Int64 { state.withLock { $0.pages.map(\.sequence).max() ?? 0 } }
  func stretch(after: Int64, limit: Int, bytes: Int) async throws(SpoolError) -> HistoryStretch {
    let found = state.withLock { $0.pages.filter { $0.sequence > after }.sorted { $0.sequence < $1.sequence } }
    let page = Array(found.prefix(limit))
    let isEnd = page.count == found.count
    return HistoryStretch(events: page, end: page.last?.sequence ?? after, isEnd: isEnd)
  }
  func events(at sequences: [Int64]) async throws(SpoolError) -> [HistoryEvent] {
    state.withLock { $0.pages.filter { sequences.contains($0.sequence) } }
  }
  func forget(subject: String, limit: Int) async throws(SpoolError) -> Int { 0 }
  func retry(_ ids: [Int64], refill: @escaping Refill) async throws(SpoolError) -> [Int64] { try await retry(ids) }
  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64] {
    state.withLock { all in
      var done: [Int64] = []
      for index in all.deliveries.indices where ids.contains(all.deliveries[index].id) && all.deliveries[index].state == .dead {
        all.deliveries[index].state = .waiting
        done.append(all.deliveries[index].id)
      }
      return done
    }
  }
}

extension HistoryEvent {
  fileprivate func concerns(_ roles: Set<String>?) -> Bool {
    roles.map { roles in deliveries.contains { roles.contains($0.role) } } ?? true
  }
}

/// Open until closed; those who come meanwhile wait.
final class Gate: Sendable {
  private struct State {
    var closed = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Guarded(State())

  func close() { state.withLock { $0.closed = true } }

  func open() {
    let waiting = state.withLock { state in
      state.closed = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.resume() }
  }

  func pass() async {
    await withCheckedContinuation { continuation in
      let (goes, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
        guard state.closed else { return (true, []) }
        state.waiting.append(continuation)
        defer { state.watchers = [] }
        return (false, state.watchers)
      }
      if goes { continuation.resume() }
      for one in watchers { one.resume() }
    }
  }

  /// Comes back when somebody waits at the gate.
  func somebodyWaits() async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if state.waiting.isEmpty { state.watchers.append(continuation) }
        return !state.waiting.isEmpty
      }
      if now { continuation.resume() }
    }
  }
}
