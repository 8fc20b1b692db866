import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

/// The indexes by identity and by subject follow the events at a distance; nobody may notice.
@Suite struct IndexTests {
  private func options(_ gathered: Int) -> Ledger.Options {
    var options = Ledger.Options(idempotency: .seconds(600), keep: .seconds(600), freeFraction: { 1 })
    options.gathered = gathered
    return options
  }

  private func entries(_ ledger: Ledger) async throws -> [Int] {
    try await ledger.pool.read { db in
      try ["SELECT count(*) FROM identity", "SELECT count(*) FROM subject", "SELECT \(Rows.indexed)"].map {
        try Int.fetchOne(db, sql: $0) ?? 0
      }
    }
  }

  /// All is found, wherever it stands.
  private func check(_ ledger: Ledger, _ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for number in 0..<count {
      let again = try await ledger.commit(Batch(arrivals: [arrival("\(number)", subject: "s\(number % 7)")]))
      #expect(again == [Acceptance(sequence: Int64(number + 1), duplicate: true)], sourceLocation: sourceLocation)
      #expect(try await ledger.event(id: "\(number)")?.sequence == Int64(number + 1), sourceLocation: sourceLocation)
    }
    for subject in 0..<7 {
      let found = try await ledger.search(HistoryQuery(subject: "s\(subject)", limit: 1_000)).events.map(\.event.id)
      #expect(found == (0..<count).reversed().filter { $0 % 7 == subject }.map(String.init), sourceLocation: sourceLocation)
    }
    let page = try await ledger.search(HistoryQuery(subject: "s1", cursor: Int64(count / 2), limit: 3)).events.map(\.sequence)
    #expect(page == (1..<count / 2).reversed().filter { ($0 - 1) % 7 == 1 }.prefix(3).map(Int64.init), sourceLocation: sourceLocation)
  }

  @Test func whatIsGatheredIsFound() async throws {
    let ledger = try Fixture().open(options(1_000_000))
    for number in 0..<100 { try await ledger.keep(arrival("\(number)", subject: "s\(number % 7)")) }
    #expect(try await entries(ledger) == [0, 0, 0])
    try await check(ledger, 100)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [100, 100, 100])
    try await check(ledger, 100)
    await ledger.close()
  }

  /// In the middle of being taken over, and after a crash there.
  @Test func whatIsBeingTakenOverIsFound() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(options(1_500))
    for batch in 0..<15 {
      _ = try await ledger.commit(Batch(arrivals: (0..<100).map { arrival("\(batch * 100 + $0)", subject: "s\((batch * 100 + $0) % 7)") }))
    }
    // The next transaction begins, and takes 256 over.
    try await ledger.keep(arrival("1500", subject: "s2"))
    #expect(try await entries(ledger) == [256, 0, 0])
    for number in [3, 1_500] { #expect(try await ledger.event(id: "\(number)")?.sequence == Int64(number + 1)) }
    await ledger.close()
    ledger = try fixture.open(options(1_000_000))
    #expect(try await entries(ledger) == [256, 0, 0])
    try await check(ledger, 1_501)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [1_501, 1_501, 1_501])
    try await check(ledger, 1_501)
    await ledger.close()
  }

  /// A transaction that fails takes nothing along.
  @Test func aFailedTransactionLeavesNoTrace() async throws {
    let ledger = try Fixture().open(options(50))
    _ = try await ledger.commit(Batch(arrivals: (0..<60).map { arrival("\($0)", subject: "s\($0 % 7)") }))
    struct Refused: Error {}
    let error = await failure {
      try await ledger.write { db, writer, changes in
        _ = try writer.apply(
          PreparedBatch(Batch(arrivals: [arrival("60", subject: "s4"), arrival("61", subject: "s5")])), db,
          now: Timestamp(seconds: 1_800_000_000),
          idempotency: .seconds(600), AsWished(), &changes)
        throw Refused()
      }
    }
    #expect(error != nil)
    #expect(try await ledger.keep(arrival("60", subject: "s4")) == [61], "it was never there")
    try await check(ledger, 61)
    try await ledger.catchUp()
    try await check(ledger, 61)
    await ledger.close()
  }

  @Test func theForgottenAreInNoIndex() async throws {
    let ledger = try Fixture().open(options(1_000_000))
    _ = try await ledger.commit(Batch(arrivals: (0..<40).map { arrival("\($0)", subject: $0 % 2 == 0 ? "anna" : "bert") }))
    try await ledger.catchUp()
    _ = try await ledger.commit(Batch(arrivals: (40..<60).map { arrival("\($0)", subject: $0 % 2 == 0 ? "anna" : "bert") }))
    #expect(try await ledger.forget(subject: "anna", limit: .max) == 30)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [60, 30, 60])
    #expect(try await ledger.search(HistoryQuery(subject: "bert", limit: 100)).events.count == 30)
    #expect(try await ledger.search(HistoryQuery(subject: "anna", limit: 100)).events.isEmpty)
    await ledger.close()
  }

  /// What `keep` removed is no duplicate of anything, and its entries go.
  @Test func theRemovedAreForgottenByTheIndexes() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options(1_000_000))
    _ = try await ledger.commit(Batch(arrivals: (0..<1_200).map { arrival("\($0)", subject: "s\($0 % 7)") }))
    try await ledger.catchUp()
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.dropLast(200).map { delivered($0) }))
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    #expect(try await entries(ledger) == [1_200, 1_200, 1_200])
    #expect(try await ledger.keep(arrival("5", subject: "s5")) == [1_201])
    #expect(try await ledger.event(id: "5")?.sequence == 1_201)
    _ = try await ledger.tidy()
    #expect(try await entries(ledger) == [200, 200, 1_200])
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [201, 201, 1_201])
    #expect(try await ledger.event(id: "1199") != nil)
    await ledger.close()
  }

  @Test func keysKeepTheOrderOfTheirBytes() {
    var last: (key: IdentityKey, bytes: [UInt8])?
    for _ in 0..<1_000 {
      let bytes = (0..<Identity.size).map { _ in UInt8.random(in: 0...255) }
      let key = bytes.withUnsafeBytes { IdentityKey($0) }
      #expect(key.withBytes { Array($0) } == bytes)
      if let last { #expect((key < last.key) == bytes.lexicographicallyPrecedes(last.bytes)) }
      last = (key, bytes)
    }
  }
}
