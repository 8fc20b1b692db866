import Bellhop
import Store
import Testing

@testable import Ledger

@Suite struct StretchTests {
  /// What `keep` has removed is told as a hole; what is kept for its identity alone is one too.
  @Test(arguments: [Duration.seconds(60), .seconds(6_000)]) func theRemovedAreMissed(idempotency: Duration) async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(Ledger.Options(idempotency: idempotency, keep: .seconds(600), freeFraction: { 1 }))
    _ = try await ledger.commit(Batch(arrivals: (1...5).map { arrival("\($0)") }))
    let all = fixture.deliveries
    _ = try await ledger.commit(Batch(settlements: all.filter { $0.sequence != 3 }.map { delivered($0) }))
    fixture.advance(.seconds(601))
    while try await ledger.sweep() {}
    let between = try await ledger.stretch(after: 1, limit: 10, bytes: 10_000)
    #expect(between.events.map(\.sequence) == [3] && between.missing == 2...5 && between.isEnd && between.end == 5)
    _ = try await ledger.commit(Batch(arrivals: [arrival("6")]))
    let whole = try await ledger.stretch(after: 0, limit: 10, bytes: 10_000)
    #expect(whole.events.map(\.sequence) == [3, 6] && whole.missing == 1...5 && whole.end == 6)
    #expect(try await ledger.stretch(after: 5, limit: 10, bytes: 10_000).missing == nil)
    #expect(ledger.head == 6)
    await ledger.close()
  }
}
