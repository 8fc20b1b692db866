import Bellhop
import Courier
import Ledger
import Matching
import Pacing
import Search
import Store
import Streaming
import Web

/// What readers see of the running gateway.
final class GatewayInsight: Insight {
  private let ledger: Ledger
  private let courier: Courier
  private let inForce: InForce
  private let readiness: Readiness
  private let silenceDesk: SilenceDesk
  private let auditDesk: AuditDesk
  private let search: EventSearch
  private let metrics: Metrics
  private let book: ActivityBook
  private let acks: AckDesk
  private let wall: @Sendable () -> Timestamp
  let hub: StreamHub

  init(
    ledger: Ledger, courier: Courier, inForce: InForce, readiness: Readiness, silences: SilenceDesk, search: EventSearch,
    audit: AuditDesk, metrics: Metrics, book: ActivityBook, acks: AckDesk, hub: StreamHub, wall: @escaping @Sendable () -> Timestamp
  ) {
    self.ledger = ledger
    self.courier = courier
    self.inForce = inForce
    self.readiness = readiness
    silenceDesk = silences
    auditDesk = audit
    self.search = search
    self.metrics = metrics
    self.book = book
    self.acks = acks
    self.hub = hub
    self.wall = wall
  }

  func history(for visitor: Visitor) -> ReaderHistory { ReaderHistory(ledger, of: visitor.rights.only) }

  func search(_ question: SearchQuestion, for visitor: Visitor) async -> Result<SearchPage, SearchRefusal> {
    var filter: EventFilter
    do throws(FilterMistake) { filter = try FilterText.parse(question.text, allowing: Set(FilterText.Extra.allCases)) } catch {
      return .failure(
        .mistake(error.description + (error.hint.map { "; \($0)" } ?? ""), offset: error.offset, caret: error.caret(in: question.text)))
    }
    if let type = question.type { filter.narrow(.type([Glob(type)])) }
    if let subject = question.subject { filter.narrow(.subject([Glob.exactly(subject)])) }
    if let role = question.role {
      // Another role than those of the text: nothing is of both.
      guard filter.roles.isEmpty || filter.roles.contains(role) else { return .success(SearchPage(events: [])) }
      filter.roles = [role]
    }
    let now = wall()
    if let since = question.since { filter.since = .moment(max(since, filter.since?.moment(now: now) ?? since)) }
    if let until = question.until { filter.until = .moment(min(until, filter.until?.moment(now: now) ?? until)) }
    do throws(SpoolError) {
      return .success(
        try await search.find(
          filter, fate: question.fate, for: visitor.rights.only, cursor: question.cursor, limit: question.limit, now: now,
          withDeliveries: question.withDeliveries))
    } catch { return .failure(.store(error)) }
  }

  func ready() async -> String? { readiness.why }

  func explain(_ event: Event, at time: Timestamp?) async -> JSON {
    let assembly = inForce.assembly
    let explanation = assembly.router.explain(event, at: time ?? wall())
    let rules = RuleLines(explanation, assembly.configuration)
    // A store that cannot be read now does not keep anybody from seeing the tables.
    let book = (try? await silenceDesk.book()) ?? SilenceBook(SilenceList())
    let hushed = Hushed(explanation, book)
    guard case .object(var object) = rules.added(to: hushed.added(to: explanation.json)) else { return explanation.json }
    object["text"] = .string(explanation.text + hushed.text(as: \.rfc3339) + rules.text)
    return .object(object)
  }

  func activity() async -> ActivityFigures { book.figures }

  func awaiting(_ event: HistoryEvent, of roles: Set<String>?) async -> [String] { await acks.awaiting(event, of: roles) }

  func names() -> ConfiguredNames {
    let configuration = inForce.assembly.configuration
    let channels = configuration.channels.map(\.name)
    return ConfiguredNames(
      roles: configuration.tables.map(\.role), channels: channels + configuration.transports.map(\.name).filter { !channels.contains($0) })
  }

  func silences() async throws(SpoolError) -> JSON { try await silenceDesk.view() }

  func roles() async throws(SpoolError) -> JSON {
    let report = RowReport(now: wall())
    return RoleReport(inForce.assembly.configuration).json(try await ledger.rowTallies(since: report.times), since: report.times)
  }

  func watches() async throws(SpoolError) -> JSON {
    try await WatchReport(inForce.assembly.configuration.watches).json(ledger, at: wall())
  }

  func outlets() async -> JSON { inForce.assembly.configuration.outlets }

  func matches(_ filter: String) async -> Result<JSON, OperationFault> { await silenceDesk.matches(filter) }

  func audit(before: Int64?, limit: Int) async throws(SpoolError) -> JSON { try await auditDesk.view(before: before, limit: limit) }

  func pseudonym(of text: String) -> String { ledger.pseudonym(of: text) }

  func rows() async throws(SpoolError) -> JSON {
    let report = RowReport(now: wall())
    return report.json(try await ledger.rowTallies(since: report.times), inForce.assembly.configuration.tables)
  }

  func lanes() async -> JSON {
    let ways = inForce.assembly.roster.ways
    return [
      "lanes": .array(
        await courier.lanes().map { lane in
          guard case .object(var object) = lane.json else { return .null }
          object["rate"] = ways[lane.transport]?.policy.rate.map { .string($0.description) }
          return .object(object)
        })
    ]
  }

  func metrics() async -> String {
    metrics.render(
      lanes: await courier.lanes(), remotes: inForce.assembly.visited.mapValues(\.isVisited), storeBytes: ledger.size(),
      searchBehind: search.behind, following: (hub.readers, hub.dropped), ready: readiness.why == nil)
  }
}

extension LaneReport {
  var json: JSON {
    var object: JSON.Object = [
      "lane": .string(name), "transport": .string(transport), "kind": .string(kind), "waiting": .int(Int64(waiting)),
      "in_flight": .int(Int64(inFlight)), "breaker": .string(breaker),
      "state": .string(pause == nil ? (breaker == "closed" ? "open" : "broken") : "paused"),
    ]
    if let pause {
      if let until = pause.until, until.microseconds != .max { object["until"] = .string(until.rfc3339) }
      object["why"] = .string(pause.why)
    }
    if let oldest { object["oldest"] = .string(oldest.rfc3339) }
    if let lastFault { object["last_fault"] = .string(lastFault.description) }
    return .object(object)
  }
}
