import Bellhop
import Courier
import Ledger
import Matching
import Pacing
import Search
import Store
import Web

/// What readers see of the running gateway.
final class GatewayInsight: Insight {
  private let ledger: Ledger
  private let courier: Courier
  private let inForce: InForce
  private let readiness: Readiness
  private let silenceDesk: SilenceDesk
  private let search: EventSearch
  private let metrics: Metrics
  private let wall: @Sendable () -> Timestamp

  init(
    ledger: Ledger, courier: Courier, inForce: InForce, readiness: Readiness, silences: SilenceDesk, search: EventSearch,
    metrics: Metrics,
    wall: @escaping @Sendable () -> Timestamp
  ) {
    self.ledger = ledger
    self.courier = courier
    self.inForce = inForce
    self.readiness = readiness
    silenceDesk = silences
    self.search = search
    self.metrics = metrics
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
          withDeliveries: false))
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

  func silences() async throws(SpoolError) -> JSON { try await silenceDesk.view() }

  func rows() async throws(SpoolError) -> JSON {
    let report = RowReport(now: wall())
    return report.json(try await ledger.rowTallies(since: report.times), inForce.assembly.configuration.tables)
  }

  func lanes() async -> JSON { ["lanes": .array(await courier.lanes().map(\.json))] }

  func metrics() async -> String {
    metrics.render(
      lanes: await courier.lanes(), remotes: inForce.assembly.visited.mapValues(\.isVisited), storeBytes: ledger.size(),
      searchBehind: search.behind,
      ready: readiness.why == nil)
  }
}

extension LaneReport {
  var json: JSON {
    var object: JSON.Object = [
      "lane": .string(name), "transport": .string(transport), "kind": .string(kind), "waiting": .int(Int64(waiting)),
      "in_flight": .int(Int64(inFlight)), "state": .string(pause == nil ? (breaker == "closed" ? "open" : "broken") : "paused"),
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
