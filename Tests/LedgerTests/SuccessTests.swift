import Bellhop
import GRDB
import Glibc
import Store
import Testing

@testable import Ledger

/// The usual end of a delivery costs one statement, and its words are kept once.
@Suite struct SuccessTests {
  private func count(_ table: String, _ ledger: Ledger) async throws -> Int {
    try await ledger.pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
  }

  @Test(arguments: ["200", "204", "#money 1700000000.1", ""]) func aFirstSuccessIsAPartOfItsDelivery(_ note: String) async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("0"), arrival("1"))
    // The lane's name is known from then on.
    _ = try await ledger.commit(Batch(settlements: [delivered(fixture.deliveries[0])]))
    let delivery = fixture.deliveries[1]
    let heard = Guarded<[String]>([])
    try await ledger.pool.writeWithoutTransaction { db in
      db.trace { event in if case .statement(let statement) = event { heard.withLock { $0.append(statement.sql) } } }
    }
    _ = try await ledger.commit(Batch(settlements: [delivered(delivery, note: note)]))
    let statements = heard.withLock { $0 }.filter { !$0.contains("PRAGMA") }
    #expect(statements.count == 3 && statements[1].hasPrefix("UPDATE delivery"), "\(statements)")
    #expect(try await count("attempt", ledger) == 0)
    let kept = try #require(try await ledger.delivery(id: delivery.id))
    #expect(kept.state == .delivered)
    #expect(
      kept.attempts == [
        HistoryAttempt(
          number: 1, at: delivery.received, took: .milliseconds(3), lane: "chat #money", outcome: "delivered", line: note, fault: nil)
      ])
    await ledger.close()
  }

  /// Other ends, and those that come late, have rows of their own.
  @Test func whatIsNoFirstSuccessHasARow() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"), arrival("2"))
    let (one, two) = (fixture.deliveries[0], fixture.deliveries[1])
    func attempt(_ number: Int, _ outcome: Outcome) -> AttemptRecord {
      AttemptRecord(number: number, at: one.received, took: .seconds(9), lane: "chat #money", kind: "slack", outcome: outcome)
    }
    _ = try await ledger.commit(
      Batch(settlements: [
        Settlement(
          delivery: one.id, event: one.sequence, destination: one.destinationID, attempt: attempt(1, .unclear(Fault(.dropped, "cut"))),
          state: .waiting, spent: .seconds(1))
      ]))
    _ = try await ledger.commit(
      Batch(settlements: [
        Settlement(
          delivery: one.id, event: one.sequence, destination: one.destinationID, attempt: attempt(2, .delivered(Receipt(note: "200"))),
          state: .delivered, spent: .seconds(1)), delivered(two), delivered(two),
      ]))
    #expect(try #require(try await ledger.delivery(id: one.id)).attempts.map(\.outcome) == ["unclear", "delivered"])
    let second = try #require(try await ledger.delivery(id: two.id))
    #expect(second.state == .delivered && second.attempts.map(\.number) == [1, 1])
    #expect(await ledger.counts().waiting == 0)
    #expect(ledger.statistics.settlements == 3)
    await ledger.close()
  }

  /// Of a row's words there is one copy, whoever is told, and a fallback says the same.
  @Test func aRenderingIsKeptOnceForItsRow() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    let rendering = Rendering(text: Text([.text("told to many")]))
    let other = Rendering(text: Text([.text("told to one")]))
    func planned(_ number: Int, _ rendering: Rendering) -> PlannedDelivery {
      PlannedDelivery(
        destination: Destination(transport: "mail", target: Target(["to": .string("a\(number)")])), role: "r", rendering: rendering)
    }
    let event = Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 1))
    let plan = Plan(deliveries: (0..<50).map { planned($0, rendering) } + [planned(50, other)])
    try await ledger.keep(Arrival(event: event, plan: plan))
    #expect(try await count("rendering", ledger) == 2)
    let deliveries = fixture.deliveries
    _ = try await ledger.commit(
      Batch(settlements: [
        Settlement(
          delivery: deliveries[7].id, event: 1, state: .dead, fault: .rejected,
          followUps: [PlannedDelivery(destination: money, role: "r", rendering: rendering)])
      ]))
    #expect(try await count("rendering", ledger) == 2)
    let ids = fixture.deliveries.map(\.id)
    let back = try await ledger.waiting(ids: ids)
    #expect(back.count == 51 && back.filter { $0.rendering == rendering }.count == 50 && back.last?.rendering == rendering)
    #expect(back.first { $0.id == deliveries[50].id }?.rendering == other)
    await ledger.close()
  }

  /// A question that would go on for ever ends, with a word on what to do.
  @Test func aQuestionEndsInTime() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"))
    let error = await failure {
      // Some seconds of counting, if nobody ends it.
      try await ledger.look(within: .milliseconds(20)) { db in
        _ = try Int.fetchOne(
          db, sql: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000000) SELECT count(*) FROM n")
      }
    }
    guard case .slow(let line)? = error as? SpoolError else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(line.contains("narrow it"))
    // The reader is none the worse.
    #expect(try await ledger.search(HistoryQuery()).events.count == 1)
    await ledger.close()
  }

  /// Whatever people ask, the courier's pages are read at once: all readers for questions are taken here.
  @Test func questionsHoldUpNoDelivery() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"))
    let asked = Guarded(0)
    let isOver = Guarded(false)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try? await ledger.questions.read { _ in
            asked.withLock { $0 += 1 }
            while !isOver.withLock({ $0 }) { sched_yield() }
          }
        }
      }
      while asked.withLock({ $0 }) < 4 { await Task.yield() }
      let page = try? await ledger.waiting(for: [1], after: 0, limit: 9)
      #expect(page?.count == 1)
      isOver.withLock { $0 = true }
    }
    await ledger.close()
  }

  /// And the other way round: a courier that is busy reading makes nobody's question wait.
  @Test(.timeLimit(.minutes(5))) func deliveriesHoldUpNoQuestion() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(arrival("1"))
    let asked = Guarded(0)
    let isOver = Guarded(false)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try? await ledger.pool.read { _ in
            asked.withLock { $0 += 1 }
            while !isOver.withLock({ $0 }) { sched_yield() }
          }
        }
      }
      while asked.withLock({ $0 }) < 4 { await Task.yield() }
      let answer = await withTaskGroup(of: Int?.self) { race in
        race.addTask { try? await ledger.search(HistoryQuery()).events.count }
        race.addTask {
          try? await Task.sleep(for: .seconds(20))
          isOver.withLock { $0 = true }
          return nil
        }
        let first = await race.next() ?? nil
        race.cancelAll()
        return first
      }
      #expect(answer == 1, "a question waited for the courier's readers")
      isOver.withLock { $0 = true }
    }
    await ledger.close()
  }
}
