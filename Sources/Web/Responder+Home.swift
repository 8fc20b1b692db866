import Bellhop
import Dashboard
import Store

// The first page: what happens, and what was sent to whom.
extension Responder {
  func home(_ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let names = names(for: call.visitor)
    var page = HomePage(events: [], roles: names.roles, channels: names.channels)
    do throws(ProblemDocument) {
      let query = try Query(call.head.query, known: HomePage.filters)
      for name in HomePage.filters { page.query[name] = query[name] }
      var sent = try deliveries(query)
      let (role, type) = (try query.text("role"), try query.text("type"))
      if let glob = type.map(Glob.init) {
        let about = sent.about
        sent.about = { event in glob.matches(event.type) && about?(event) ?? true }
      }
      let wish = sent
      page.deliveries = try await stored { () async throws(SpoolError) in try await history.deliveries(wish) }
      var newest = SearchQuestion()
      (newest.type, newest.role) = (type, role)
      page.events = try await found(newest, call.visitor).events
    } catch {
      guard let flaw = FormFlaw(inAddress: error) else { throw error }
      page.flaw = flaw
    }
    return self.sent("Now", in: .home, page.content, to: call, status: page.flaw == nil ? 200 : 422)
  }

  /// What fields offer: to who sees some roles only, nothing of the others.
  func names(for visitor: Visitor) -> ConfiguredNames {
    let names = insight.names()
    guard let only = visitor.rights.only else { return names }
    return ConfiguredNames(roles: names.roles.filter(only.contains))
  }

  /// Which deliveries are asked for: `role`, `channel`, `state`, `since`, `until`, `q`, `before`, `limit`.
  func deliveries(_ query: Query) throws(ProblemDocument) -> DeliveryQuery {
    let now = state.now()
    let filter = try query.filter("q", allowing: Set(FilterExtra.allCases))
    var wish = DeliveryQuery()
    wish.roles = Set(try query.text("role").map { [$0] } ?? [])
    if !filter.roles.isEmpty { wish.roles = wish.roles.isEmpty ? Set(filter.roles) : wish.roles.intersection(filter.roles) }
    if wish.roles.isEmpty, query["role"] != nil { throw .field("q", "asks for other roles than the field beside it") }
    wish.rows = Set(filter.rows)
    wish.states = try states(query["state"]) ?? []
    if !filter.states.isEmpty {
      let asked = Set(try filter.states.map { word throws(ProblemDocument) in try Self.state(word, in: "q") })
      wish.states = wish.states.isEmpty ? asked : wish.states.intersection(asked)
      if wish.states.isEmpty { throw .field("q", "asks for other states than the field beside it") }
    }
    wish.channel = try query.text("channel", bytes: Query.destination)
    wish.since = try query.time("since", now: now) ?? filter.since?.moment(now: now)
    wish.until = try query.time("until", now: now) ?? filter.until?.moment(now: now)
    wish.before = try query.number("before", in: 0...Int64.max)
    wish.limit = Int(try query.number("limit", in: 1...1_000) ?? 50)
    if !filter.takesEveryEvent { wish.about = { filter.matches($0) } }
    return wish
  }

  /// `any` is all of them, as is nothing.
  private func states(_ word: String?) throws(ProblemDocument) -> Set<DeliveryState>? {
    guard let word, word != "any" else { return nil }
    return [try Self.state(word, in: "state")]
  }

  static func state(_ word: String, in field: String) throws(ProblemDocument) -> DeliveryState {
    guard let state = DeliveryState(word: word) else {
      throw .field(field, "\(word.prefix(40)) is no state of deliveries: \(DeliveryState.allCases.map(\.word).joined(separator: ", "))")
    }
    return state
  }
}
