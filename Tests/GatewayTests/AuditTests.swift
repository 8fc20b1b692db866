import Bellhop
import Store
import Testing
import Web

@testable import Gateway

/// The trail of what was done by hand.
@Suite struct AuditTests {
  private static let now = Timestamp(seconds: 1_800_000_000)

  private static func entry(_ what: String, _ of: String? = nil, who: String = "olaf", result: String = "done") -> AuditEntry {
    AuditEntry(who: who, by: "token", what: what, of: of, result: result)
  }

  /// A book over states, as a store keeps them.
  private struct Shelf {
    var states: [String: [UInt8]] = [:]
    mutating func take(_ changes: [String: StateValue?]) {
      for (key, value) in changes { states[key] = value?.bytes }
    }
    var lines: [AuditLine] { states.values.flatMap { AuditBook.lines($0) }.sorted { $0.number < $1.number } }
  }

  @Test func itOutlivesTheProcess() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      let none = try await parts.insight.audit(before: nil, limit: 9)
      #expect(none.text == #"{"audit":[]}"#)
      await parts.hands.note(Self.entry("pause", "chat"))
      await parts.hands.note(Self.entry("login", who: "ann"))
    }
    try await fixture.run { parts in
      await parts.hands.note(Self.entry("reload"))
      let all = try await parts.insight.audit(before: nil, limit: 9)
      #expect(all["audit"]?.array?.map { $0["what"]?.string } == ["reload", "login", "pause"])
      #expect(all["audit"]?.array?.map { $0["number"]?.int } == [3, 2, 1] && all["next"] == nil)
      let page = try await parts.insight.audit(before: nil, limit: 2)
      #expect(page["audit"]?.array?.count == 2 && page["next"] == "2")
      let rest = try await parts.insight.audit(before: 2, limit: 2)
      #expect(rest["audit"]?.array?.map { $0["what"]?.string } == ["pause"] && rest["audit"]?.array?[0]["of"] == "chat")
    }
  }

  @Test func pagesFollowOneAnotherAndTheOldestGo() {
    var shelf = Shelf()
    var book = AuditBook([:])
    let count = Int(AuditBook.perPage * AuditBook.pages) + 120
    for number in 1...count {
      shelf.take(book.add(Self.entry("retry", "delivery \(number)"), at: Self.now))
      if number % 999 == 0 { book = AuditBook(shelf.states) }
    }
    #expect(shelf.states.count == Int(AuditBook.pages))
    #expect(shelf.lines.map(\.number) == Array(Int64(count - shelf.lines.count + 1)...Int64(count)))
    #expect(shelf.lines.count >= Int(AuditBook.perPage * (AuditBook.pages - 1)) && shelf.lines.last?.entry.of == "delivery \(count)")
  }

  /// Who retries a million letters in steps leaves one line, and so do all who are refused at the door.
  @Test func theSameAgainIsTheSameLine() {
    var shelf = Shelf()
    var book = AuditBook([:])
    for second in 0..<500 { shelf.take(book.add(Self.entry("retry", "dead"), at: Self.now + .seconds(second))) }
    #expect(shelf.lines.count == 1 && shelf.lines[0].times == 500 && shelf.lines[0].view["since"] == .string(Self.now.rfc3339))
    shelf.take(book.add(Self.entry("retry", "dead"), at: Self.now + .seconds(499 + 600)))
    #expect(shelf.lines.count == 2, "much later it is another")
    shelf.take(book.add(Self.entry("pause", "chat"), at: Self.now + .seconds(1_100)))
    for guess in 0..<5_000 {
      shelf.take(book.add(Self.entry("login", who: "10.0.0.\(guess)", result: AuditEntry.refused), at: Self.now + .seconds(1_101)))
    }
    #expect(shelf.lines.count == 4 && shelf.lines[3].times == 5_000 && shelf.lines[3].entry.who == "10.0.0.4999")
    shelf.take(book.add(Self.entry("login", who: "ann"), at: Self.now + .seconds(1_102)))
    shelf.take(book.add(Self.entry("login", who: "joe"), at: Self.now + .seconds(1_102)))
    #expect(shelf.lines.count == 6, "those who come in are told apart")
  }

  /// Who guesses from many addresses makes one line, and nobody waits for it.
  @Test func guessesKeepNobodyWaiting() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      await withTaskGroup(of: Void.self) { group in
        for guess in 0..<300 {
          group.addTask { await parts.hands.note(Self.entry("login", who: "10.0.0.\(guess)", result: AuditEntry.refused)) }
        }
      }
      await parts.hands.note(Self.entry("pause", "chat"))
      await parts.hands.note(Self.entry("login", who: "10.0.0.1", result: AuditEntry.refused))
      let lines = try #require(try await parts.insight.audit(before: nil, limit: 9)["audit"]?.array)
      #expect(lines.map { $0["what"]?.string } == ["login", "pause", "login"] && lines[0]["times"] == nil)
      #expect(lines[2]["times"] == 300, "none is lost")
      #expect(fixture.heard.withLock { $0.count } < 150, "few writes")
    }
  }

  /// Somebody who is to be forgotten stands in silences and lanes that were named after them.
  @Test func nobodyForgottenStaysInIt() async throws {
    let fixture = try GatewayFixture()
    try await fixture.run { parts in
      await parts.hands.note(Self.entry("silence", "subject:Jane@example.com"))
      await parts.hands.note(Self.entry("retry", "3 deliveries"))
      await parts.hands.note(Self.entry("pause", "mail jane@example.com", result: "there is no lane \"mail jane@example.com\""))
      #expect(try await parts.hands.forget("jane@example.com", limit: 10).get() == 0)
      await parts.hands.note(Self.entry("forget"))
      let trail = try await parts.insight.audit(before: nil, limit: 9)
      #expect(!trail.text.lowercased().contains("jane"), "\(trail.text)")
      #expect(trail["audit"]?.array?.map { $0["of"]?.string } == [nil, "•••", "3 deliveries", "•••"])
      #expect(
        try await parts.ledger.states(prefix: AuditBook.prefix).values.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("jane") })
    }
  }

  @Test func linesAreShortAndReadBack() throws {
    let line = AuditLine(number: 7, Self.entry("x", String(repeating: "é", count: 9_000)), at: Self.now)
    #expect(line.entry.of?.count == AuditLine.longest)
    #expect(AuditLine(kept: line.kept) == line)
    for odd: JSON in [.null, [], [1, 2, 3], ["a", 1, 1, 1, "a", "b", "c", .null, "d"], 7] { #expect(AuditLine(kept: odd) == nil) }
    #expect(AuditBook(["audit/0": Array("junk".utf8), "audit/1": AuditBook.bytes(of: [line])]).current == 0)
  }
}
