import Bellhop
import Foundation
import Store
import Testing

@testable import Ledger

/// A page of a search ends in rows, bytes and time; the next one goes on where it ended.
@Suite struct PageEndTests {
  private let fixture = Fixture()

  private func ledger(ticks: @escaping @Sendable () -> Duration, events: Int, text: String = "text") async throws -> Ledger {
    let ledger = try Ledger.open(
      path: fixture.folder.path, options: Fixture.roomy, now: { [fixture] in fixture.time.withLock { $0 } }, ticks: ticks)
    for start in stride(from: 0, to: events, by: 500) {
      _ = try await ledger.commit(Batch(arrivals: (start..<min(start + 500, events)).map { arrival("\($0)", text: text) }))
    }
    return ledger
  }

  @Test func aPageEndsInBytes() async throws {
    let ledger = try await ledger(ticks: { .zero }, events: 10, text: String(repeating: "x", count: 1 << 20))
    let page = try await ledger.search(HistoryQuery(limit: 1_000))
    #expect(page.events.count == 4, "4 MiB of texts")
    #expect(page.next != nil)
    #expect(try await ledger.allIDs().count == 10, "the next pages hold the rest")
    await ledger.close()
  }

  @Test func aPageEndsInTime() async throws {
    let asked = Guarded(0)
    // 150 ms go by between two looks at the clock.
    let ticks: @Sendable () -> Duration = {
      asked.withLock {
        $0 += 1
        return .milliseconds(150 * $0)
      }
    }
    let ledger = try await ledger(ticks: ticks, events: 300)
    let page = try await ledger.search(HistoryQuery(limit: 1_000))
    #expect((1..<300).contains(page.events.count) && page.next != nil, "\(page.events.count)")
    #expect(try await ledger.allIDs().count == 300)
    await ledger.close()
  }

  @Test func aPageEndsInRows() async throws {
    let ledger = try await ledger(ticks: { .zero }, events: 10_001)
    var query = HistoryQuery(limit: 1_000)
    query.type = "nobody.*"
    let page = try await ledger.search(query)
    #expect(page.events.isEmpty && page.next != nil, "a page that found nothing says that there is more to look at")
    query.cursor = page.next
    #expect(try await ledger.search(query).next == nil)
    await ledger.close()
  }
}
