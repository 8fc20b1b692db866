import Bellhop
import Ledger
import Matching
import Store
import TestSupport
import Testing

@testable import Search

/// Whatever is in the index and whatever is not yet, an answer is what looking at every event would give.
@Suite(.timeLimit(.minutes(2))) struct PropertyTests {
  private static let words = [
    "declined", "CARD", "Zoë", "zoe\u{308}", "jane@example.com", "jane", "doe", "j.doe@example.com", "pay", "payment", "payroll", "42",
    "19.99",
    "order-123", "order", "東京都", "東京", "Straße", "x", "don't", "ΟΔΟΣ", "οδος", "§sfoo", "¶", "a_b", "🎉", "refund",
  ]
  private static let types = ["payment.failed", "payment.ok", "user.registered", "server.error", "payment"]
  private static let subjects = ["jane@example.com", "bert", "Jane Doe", "東京", "5*"]
  private static let roles = ["finance", "ops", "growth"]

  private static func event(_ number: Int, _ luck: inout Seeded) -> Arrival {
    var data: JSON.Object = ["amount": .int(Int64.random(in: 0...5, using: &luck))]
    if luck.chance(50) { data["who"] = .string(luck.pick(words)) }
    if luck.chance(30) { data["tags"] = .array([.string(luck.pick(words)), .string(luck.pick(words))]) }
    if luck.chance(30) { data["deep"] = ["code": .string("\(Int.random(in: 0...3, using: &luck))"), "rate": .double(19.99)] }
    let text = (0..<Int.random(in: 0...5, using: &luck)).map { _ in luck.pick(words) }.joined(separator: luck.chance(50) ? " " : ", ")
    let hearers = (0..<Int.random(in: 0...2, using: &luck)).map { _ in
      (role: luck.pick(roles), row: luck.chance(50) ? luck.pick(["all", "big ones"]) : nil)
    }
    return arrival(
      "e\(number)", type: luck.pick(types), subject: luck.chance(70) ? luck.pick(subjects) : nil, sender: luck.pick(["shop", "ci"]),
      severity: luck.pick(Severity.allCases), text: text, data: data, hearers: hearers, fate: hearers.isEmpty ? .unrouted : .planned)
  }

  private static func term(_ luck: inout Seeded) -> String {
    let minus = luck.chance(25) ? "-" : ""
    switch Int.random(in: 0..<14, using: &luck) {
    case 0:
      return minus + FilterText.quoted(luck.pick(words).replacing("§sfoo", with: "foo").replacing("¶", with: "x").replacing("🎉", with: "x"))
    case 1:
      return "\(minus)\"\(luck.pick(["jane doe", "card declined", "example com", "order 123", "京都", "failed payment", "text", "19.99"]))\""
    case 2: return minus + luck.pick(["pay*", "paym*", "e*", "order-1*", "ja*", "東*"])
    case 3: return "\(minus)type:\(luck.pick(types + ["payment.*", "pay*", "**.error", "user.registered,payment.ok"]))"
    case 4: return "\(minus)subject:\(luck.pick(["jane@example.com", "bert", "\"Jane Doe\"", "\"5*\"", "jane*", "bert,東京"]))"
    case 5: return "\(minus)sender:\(luck.pick(["shop", "ci", "c*", "none"]))"
    case 6: return "\(minus)severity:\(luck.pick(["error", "error+", "info,debug"]))"
    case 7: return luck.pick(["data.amount>2", "data.amount:3", "data.amount<=1", "data.who:jane", "data.who:\"42\"", "data.deep.code:1"])
    case 8: return "data.tags:\(FilterText.quoted(luck.pick(["jane", "pay", "x", "CARD"])))"
    case 9: return "role:\(luck.pick(roles))"
    case 10: return "row:\(luck.pick(["all", "\"big ones\"", "none"]))"
    case 11: return "state:\(luck.pick(["waiting", "dead", "delivered", "unrouted", "dead,unrouted"]))"
    case 12: return luck.pick(["since:40s", "until:30s", "since:90s"])
    default: return "id-nobody-has"
    }
  }

  /// What is meant, said once more and as plainly as can be.
  private static func isMeant(_ event: HistoryEvent, _ filter: EventFilter, _ only: Set<String>?, _ now: Timestamp) -> Bool {
    guard filter.matches(event.event) else { return false }
    if let since = filter.since, event.received < since.moment(now: now) { return false }
    if let until = filter.until, event.received >= until.moment(now: now) { return false }
    let seen = event.deliveries.filter { only?.contains($0.role) ?? true }
    if only != nil, seen.isEmpty { return false }
    if filter.roles.isEmpty, filter.rows.isEmpty, filter.states.isEmpty { return true }
    let fits = seen.filter { delivery in
      (filter.roles.isEmpty || filter.roles.contains(delivery.role))
        && (filter.rows.isEmpty || filter.rows.contains { $0 == delivery.row })
    }
    let byFate = filter.states.contains(event.fate.word) && (!fits.isEmpty || (filter.roles.isEmpty && filter.rows.isEmpty))
    if filter.states.isEmpty { return !fits.isEmpty }
    return byFate || fits.contains { filter.states.contains($0.state.word) }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func answersAreThoseOfALookAtEveryEvent(seed: UInt64) async throws {
    var luck = Seeded(seed)
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    let search = fixture.openSearch(ledger)
    for batch in 0..<8 {
      try await ledger.keep((0..<35).map { Self.event(batch * 35 + $0, &luck) })
      fixture.advance(.seconds(10))
      // Somewhere in between.
      for _ in 0..<Int.random(in: 0...4, using: &luck) { _ = try await search.step(isBusy: luck.chance(50)) }
      if luck.chance(20) { search.shelf.drop(Int64.random(in: 0...5, using: &luck)) }
    }
    var all: [HistoryEvent] = []
    for sequence in Int64(1)...280 { if let event = try await ledger.event(sequence: sequence) { all.append(event) } }
    #expect(all.count == 280)
    let dead = all.flatMap(\.deliveries).filter { $0.id % 3 == 0 }
    _ = try await ledger.commit(
      Batch(settlements: dead.map { Settlement(delivery: $0.id, event: $0.sequence, state: .dead, fault: .rejected) }))
    all = []
    for sequence in Int64(1)...280 { if let event = try await ledger.event(sequence: sequence) { all.append(event) } }
    let now = fixture.time.withLock { $0 }
    var hits = 0
    for round in 0..<160 {
      let text = (0..<Int.random(in: 0...3, using: &luck)).map { _ in Self.term(&luck) }.joined(separator: " ")
      // Some terms cannot stand together: no event is of two types.
      guard let filter = try? search.filter(text) else { continue }
      let only: Set<String>? = luck.chance(30) ? Set([luck.pick(Self.roles), luck.pick(Self.roles)]) : nil
      let found = try await search.all(filter, for: only, limit: luck.pick([1, 3, 10, 500]), now: now)
      let meant = all.filter { Self.isMeant($0, filter, only, now) }.reversed()
      #expect(
        found.map(\.sequence) == meant.map(\.sequence), "seed \(seed), \(text), \(only?.sorted() ?? []), \(SearchPlan(filter, only: only))")
      if let only { #expect(found.flatMap(\.deliveries).allSatisfy { only.contains($0.role) }) }
      hits += found.count
      if round == 80 { try await search.catchUp() }
    }
    #expect(hits > 500)
    await search.close()
    await ledger.close()
  }
}
