import Bellhop
import Senders
import Store
import Testing

@testable import Gateway
@testable import Ledger
@testable import Search
@testable import Web

/// Searches as the gateway answers them: the text, what narrows it, and who asks.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
  private static let tables = """
    transports: { log: { use: stdout } }
    roles:
      finance: [{ name: money, match: { type: "payment.*" }, to: log }]
      ops: [{ match: { severity: error+ }, to: log }]
    """

  private static let everybody = Visitor(name: "ann", rights: ReaderRights())
  private static let finance = Visitor(name: "fred", rights: ReaderRights(only: ["finance"]))

  private func ids(
    _ parts: GatewayParts, _ text: String, as visitor: Visitor = everybody, _ narrow: (inout SearchQuestion) -> Void = { _ in }
  ) async throws -> [String] {
    var question = SearchQuestion()
    question.text = text
    narrow(&question)
    var found: [String] = []
    // On a busy machine a page may end early.
    repeat {
      let page = try await parts.insight.search(question, for: visitor).get()
      found += page.events.map(\.event.id)
      question.cursor = page.next
    } while question.cursor != nil
    return found
  }

  private func fill(_ parts: GatewayParts) async throws {
    func event(_ id: String, _ type: String, _ severity: Severity, _ subject: String) -> Event {
      Event(id: id, sender: "s", source: "s", type: type, subject: subject, severity: severity, time: Timestamp(seconds: 0))
    }
    _ = try await parts.accept([
      event("both", "payment.failed", .error, "quentin"), event("money", "payment.ok", .info, "quentin"),
      event("trouble", "server.down", .error, "db1"), event("nobodys", "user.left", .info, "quentin"),
    ])
  }

  @Test func textAndParametersNarrowTogether() async throws {
    let fixture = try GatewayFixture(Self.tables)
    try await fixture.run { parts in
      try await fill(parts)
      for isIndexed in [false, true] {
        if isIndexed { try await parts.search.catchUp() }
        #expect(try await ids(parts, "") == ["nobodys", "trouble", "money", "both"])
        #expect(try await ids(parts, "quentin") == ["nobodys", "money", "both"])
        #expect(try await ids(parts, "quentin") { $0.type = "payment.*" } == ["money", "both"])
        #expect(try await ids(parts, "severity:error") { $0.subject = "quentin" } == ["both"])
        #expect(try await ids(parts, "quent*") { $0.role = "ops" } == ["both"])
        #expect(try await ids(parts, "role:finance") { $0.role = "ops" } == [])
        #expect(try await ids(parts, "row:money state:waiting") == ["money", "both"])
        #expect(try await ids(parts, "quentin") { $0.fate = .unrouted } == ["nobodys"])
        #expect(try await ids(parts, "state:planned") { $0.fate = .unrouted } == [])
        #expect(try await ids(parts, "since:1h") { $0.until = Timestamp(seconds: 5) } == [])
        #expect(try await ids(parts, "until:1h") == [])
      }
      #expect(await parts.insight.metrics().contains("\nbellhop_search_behind_events 0\n"))
    }
  }

  /// What a reader may not see cannot be asked for, whatever it is asked by.
  @Test func readersFindWhatIsTheirs() async throws {
    let fixture = try GatewayFixture(Self.tables)
    try await fixture.run { parts in
      try await fill(parts)
      for isIndexed in [false, true] {
        if isIndexed { try await parts.search.catchUp() }
        #expect(try await ids(parts, "", as: Self.finance) == ["money", "both"])
        #expect(try await ids(parts, "severity:error", as: Self.finance) == ["both"])
        for foreign in ["trouble", "db1", "role:ops", "type:server.down", "subject:db1", "state:unrouted", "nobodys"] {
          #expect(try await ids(parts, foreign, as: Self.finance) == [], "\(foreign)")
        }
        #expect(try await ids(parts, "", as: Self.finance) { $0.role = "ops" } == [])
        #expect(try await ids(parts, "", as: .nobody) == [])
      }
    }
  }

  @Test func aMistakeHasItsPlace() async throws {
    try await GatewayFixture(Self.tables).run { parts in
      var question = SearchQuestion()
      question.text = "card state:daed"
      let answer = await parts.insight.search(question, for: Self.everybody)
      guard case .failure(.mistake(let line, let offset, let caret)) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(line.contains("did you mean dead?") && offset == 11 && caret == "card state:daed\n           ^^^^")
    }
  }

  @Test func whoIsForgottenIsNotInTheIndex() async throws {
    let fixture = try GatewayFixture(Self.tables)
    try await fixture.run(hold: { _ in }) { parts in
      try await fill(parts)
      try await parts.search.catchUp()
      #expect(try parts.search.shelf.make(0).through == 4)
      #expect(try await parts.hands.forget("quentin", limit: 100).get() == 3)
      #expect(parts.search.shelf.slice(0) == nil && !parts.search.shelf.isMarked)
      try await parts.search.catchUp()
      #expect(try await ids(parts, "quentin") == [])
      #expect(try await ids(parts, "down") == ["trouble"])
    }
  }

  /// What ops read of the index.
  @Test func theLogSaysWhatTheIndexDoes() throws {
    let fixture = try GatewayFixture()
    for news in [EventSearch.SearchNews.begins(events: 7), .isWhole, .fails("the disk is full")] {
      SearchService.note(news, fixture.logger)
    }
    #expect(
      fixture.lines.withLock { $0 } == [
        "notice the search index is being built; until then searches take longer", "notice the search index is whole",
        "warning the search index cannot be written; it will be tried again",
      ])
  }
}
