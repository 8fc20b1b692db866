import Bellhop
import Dashboard
import Matching
import Store

// The page of a search.
extension Responder {
  func search(_ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    var page = FindPage(text: "")
    do throws(ProblemDocument) {
      let query = try Query(call.head.query, known: ["q", "cursor"])
      page.text = query["q"] ?? ""
      let filter = try query.filter("q", allowing: Set(FilterExtra.allCases))
      let cursor = try query.number("cursor", in: 0...Int64.max)
      if !page.text.isEmpty { (page.events, page.next, page.back) = try await find(filter, before: cursor, history) }
    } catch {
      guard let flaw = FormFlaw(inAddress: error) else { throw error }
      page.flaw = flaw
    }
    return sent(page.title, in: .search, page.content, to: call, status: page.flaw == nil ? 200 : 422)
  }

  private static let pageSize = 50
  private static let patience = Duration.milliseconds(300)

  /// Events that a filter means, with their deliveries, newest first; where the next page starts, and how far back this one looked.
  private func find(
    _ filter: EventFilter, before cursor: Int64?, _ history: ReaderHistory
  ) async throws(ProblemDocument) -> ([HistoryEvent], Int64?, Timestamp?) {
    let now = state.now()
    var query = HistoryQuery(
      type: filter.match.only { if case .type(let globs) = $0 { globs } else { nil } },
      subject: filter.match.only { if case .subject(let globs) = $0 { globs } else { nil } },
      role: filter.roles.count == 1 ? filter.roles[0] : nil, since: filter.since?.moment(now: now), until: filter.until?.moment(now: now),
      cursor: cursor)
    let end = ContinuousClock.now + Self.patience
    var found: [HistoryEvent] = []
    while true {
      let asked = query
      let page = try await stored { () async throws(SpoolError) in try await history.search(asked) }
      for event in page.events where filter.matches(event.event) {
        let whole = try await stored { () async throws(SpoolError) in try await history.event(sequence: event.sequence) }
        guard let whole, filter.takes(whole) else { continue }
        found.append(whole)
        if found.count == Self.pageSize { return (found, event.sequence, event.received) }
      }
      guard let next = page.next else { return (found, nil, nil) }
      if ContinuousClock.now >= end { return (found, next, page.events.last?.received) }
      query.cursor = next
    }
  }
}

extension Match {
  /// The one literal value that all of it asks an attribute for; nil where it asks for more or otherwise.
  fileprivate func only(_ globs: (Match) -> [Glob]?) -> String? {
    let parts = if case .all(let parts) = self { parts } else { [self] }
    let asked = parts.compactMap(globs)
    guard asked.count == 1, asked[0].count == 1, asked[0][0].isLiteral else { return nil }
    return asked[0][0].pattern
  }
}

extension EventFilter {
  /// Whether what became of an event is meant: one of its deliveries is of the roles, rows and states asked for, or its fate is.
  fileprivate func takes(_ event: HistoryEvent) -> Bool {
    if states.contains(event.fate.word), roles.isEmpty, rows.isEmpty { return true }
    if roles.isEmpty, rows.isEmpty, states.isEmpty { return true }
    return event.deliveries.contains { delivery in
      (roles.isEmpty || roles.contains(delivery.role)) && (rows.isEmpty || delivery.row.map(rows.contains) ?? false)
        && (states.isEmpty || states.contains(delivery.state.word))
    }
  }
}
