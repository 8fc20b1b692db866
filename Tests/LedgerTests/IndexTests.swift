import Bellhop
import GRDB
import Store
import Testing

@testable import Ledger

/// The indexes by identity, by subject and by type follow the events at a distance; nobody may notice.
@Suite struct IndexTests {
  private func options(_ gathered: Int) -> Ledger.Options {
    var options = Ledger.Options(idempotency: .seconds(600), keep: .seconds(600), freeFraction: { 1 })
    options.gathered = gathered
    return options
  }

  /// By identity, by subject and by type, and the mark.
  private func entries(_ ledger: Ledger) async throws -> [Int] {
    try await ledger.pool.read { db in
      try ["identity", "subject", "type"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0 }
        + [Int.fetchOne(db, sql: "SELECT \(Rows.indexed)") ?? 0]
    }
  }

  private func made(_ number: Int) -> Arrival { arrival("\(number)", type: "t.\(number % 3)", subject: "s\(number % 7)") }

  private func scanned(_ ledger: Ledger, _ type: String, _ from: Int, _ before: Int) async throws -> [Int64] {
    let scan = EventScan(
      way: .type(type), from: Int64(from), before: Int64(before), limit: 1_000, bytes: .max, deadline: .now + .seconds(60),
      takes: { _ in true })
    return try await ledger.scan(scan).events.map(\.sequence)
  }

  /// All is found, wherever it stands.
  private func check(_ ledger: Ledger, _ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for number in 0..<count {
      let again = try await ledger.commit(Batch(arrivals: [made(number)]))
      #expect(again == [Acceptance(sequence: Int64(number + 1), duplicate: true)], sourceLocation: sourceLocation)
      #expect(try await ledger.event(id: "\(number)")?.sequence == Int64(number + 1), sourceLocation: sourceLocation)
    }
    for subject in 0..<7 {
      let found = try await ledger.search(HistoryQuery(subject: "s\(subject)", limit: 1_000)).events.map(\.event.id)
      #expect(found == (0..<count).reversed().filter { $0 % 7 == subject }.map(String.init), sourceLocation: sourceLocation)
    }
    let page = try await ledger.search(HistoryQuery(subject: "s1", cursor: Int64(count / 2), limit: 3)).events.map(\.sequence)
    #expect(page == (1..<count / 2).reversed().filter { ($0 - 1) % 7 == 1 }.prefix(3).map(Int64.init), sourceLocation: sourceLocation)
    for type in 0..<3 {
      let found = try await ledger.search(HistoryQuery(type: "t.\(type)", limit: 1_000)).events.map(\.event.id)
      #expect(found == (0..<count).reversed().filter { $0 % 3 == type }.map(String.init), sourceLocation: sourceLocation)
      for (from, before) in [(1, count / 2), (count / 4, count + 1), (count / 2, count / 2 + 9)] {
        let expected = (from..<before).reversed().filter { ($0 - 1) % 3 == type && $0 <= count }.map(Int64.init)
        #expect(try await scanned(ledger, "t.\(type)", from, before) == expected, sourceLocation: sourceLocation)
      }
    }
  }

  @Test func whatIsGatheredIsFound() async throws {
    let ledger = try Fixture().open(options(1_000_000))
    for number in 0..<100 { try await ledger.keep(made(number)) }
    #expect(try await entries(ledger) == [0, 0, 0, 0])
    try await check(ledger, 100)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [100, 100, 100, 100])
    try await check(ledger, 100)
    await ledger.close()
  }

  /// In the middle of being taken over, and after a crash there.
  @Test func whatIsBeingTakenOverIsFound() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(options(1_500))
    for batch in 0..<15 { _ = try await ledger.commit(Batch(arrivals: (0..<100).map { made(batch * 100 + $0) })) }
    // The next transaction begins, and takes 256 over.
    try await ledger.keep(made(1_500))
    #expect(try await entries(ledger) == [256, 0, 0, 0])
    for number in [3, 1_500] { #expect(try await ledger.event(id: "\(number)")?.sequence == Int64(number + 1)) }
    await ledger.close()
    ledger = try fixture.open(options(1_000_000))
    #expect(try await entries(ledger) == [256, 0, 0, 0])
    try await check(ledger, 1_501)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [1_501, 1_501, 1_501, 1_501])
    try await check(ledger, 1_501)
    await ledger.close()
  }

  /// After a crash with the index by type half written: no event is found twice.
  @Test func typesThatAreBeingTakenOverAreFound() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(options(600))
    for batch in 0..<6 { _ = try await ledger.commit(Batch(arrivals: (0..<100).map { made(batch * 100 + $0) })) }
    for number in 600..<606 { try await ledger.keep(made(number)) }
    await ledger.close()
    ledger = try fixture.open(options(1_000_000))
    #expect(try await entries(ledger) == [600, 600, 336, 0])
    try await check(ledger, 606)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [606, 606, 606, 606])
    await ledger.close()
  }

  /// Under load less is gathered than is taken over: it does not grow without end.
  @Test func takingOverComesToAnEndUnderLoad() async throws {
    let ledger = try Fixture().open(options(300))
    var most = 0
    for batch in 0..<40 {
      _ = try await ledger.commit(Batch(arrivals: (0..<200).map { made(batch * 200 + $0) }))
      most = max(most, try await ledger.pool.write { _ in ledger.writer.withLock { $0 }?.tail.count ?? 0 })
    }
    #expect(most <= 1_000)
    #expect(try await entries(ledger)[3] >= 7_000)
    await ledger.close()
  }

  /// On the way of every event: a page of the event, one of its delivery, one of what waits. Now and then one more where a page is full.
  @Test func anEventWritesThreePages() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open()
    try await ledger.keep(made(0))
    // https://www.sqlite.org/walformat.html#the_wal_file_format
    func pages() -> Int64 { StoreFile.size(fixture.database + "-wal") / (24 + 4_096) }
    let before = pages()
    for number in 1...400 { try await ledger.keep(made(number)) }
    #expect((1_200..<1_320).contains(pages() - before))
    await ledger.close()
  }

  /// The key of a type is a hash, and two may have one.
  @Test func typesOfOneKeyAreToldApart() async throws {
    let ledger = try Fixture().open(options(1_000_000))
    try await ledger.keep(arrival("1", type: "a"), arrival("2", type: "b"), arrival("3", type: "a"))
    try await ledger.catchUp()
    try await ledger.pool.write { db in
      try db.execute(sql: "UPDATE type SET key = \(Identity.key(ofType: "a")) WHERE key = \(Identity.key(ofType: "b"))")
    }
    #expect(try await ledger.search(HistoryQuery(type: "a")).events.map(\.event.id) == ["3", "1"])
    #expect(try await scanned(ledger, "a", 0, 9) == [3, 1])
    await ledger.close()
  }

  /// A transaction that fails takes nothing along.
  @Test func aFailedTransactionLeavesNoTrace() async throws {
    let ledger = try Fixture().open(options(50))
    _ = try await ledger.commit(Batch(arrivals: (0..<60).map(made)))
    struct Refused: Error {}
    let error = await failure {
      try await ledger.write { db, writer, changes in
        _ = try writer.apply(
          PreparedBatch(Batch(arrivals: [arrival("60", type: "other", subject: "s4"), made(61)])), db,
          now: Timestamp(seconds: 1_800_000_000),
          idempotency: .seconds(600), AsWished(), &changes)
        throw Refused()
      }
    }
    #expect(error != nil)
    #expect(try await ledger.keep(made(60)) == [61], "it was never there")
    try await check(ledger, 61)
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [61, 61, 61, 61])
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
    #expect(try await entries(ledger) == [60, 30, 30, 60])
    #expect(try await ledger.search(HistoryQuery(type: "a.b", limit: 100)).events.count == 30)
    #expect(try await ledger.search(HistoryQuery(subject: "bert", limit: 100)).events.count == 30)
    #expect(try await ledger.search(HistoryQuery(subject: "anna", limit: 100)).events.isEmpty)
    await ledger.close()
  }

  /// What `keep` removed is no duplicate of anything, and its entries go.
  @Test func theRemovedAreForgottenByTheIndexes() async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(options(1_000_000))
    _ = try await ledger.commit(Batch(arrivals: (0..<1_200).map(made)))
    try await ledger.catchUp()
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.dropLast(200).map { delivered($0) }))
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    #expect(try await entries(ledger) == [1_200, 1_200, 200, 1_200], "a type's entry goes with its event")
    #expect(try await ledger.search(HistoryQuery(type: "t.0", limit: 1_000)).events.map(\.event.id).last == "1002")
    #expect(try await ledger.keep(made(5)) == [1_201])
    #expect(try await ledger.event(id: "5")?.sequence == 1_201)
    _ = try await ledger.tidy()
    #expect(try await entries(ledger) == [200, 200, 200, 1_200])
    try await ledger.catchUp()
    #expect(try await entries(ledger) == [201, 201, 201, 1_201])
    #expect(try await ledger.event(id: "1199") != nil)
    await ledger.close()
  }

  /// What was removed before its entry was written gets none; nor does what is kept only for its identity.
  @Test(arguments: [600, 6_000]) func theRemovedGetNoEntryByType(_ idempotency: Int) async throws {
    let fixture = Fixture()
    var options = options(1_000_000)
    options.idempotency = .seconds(idempotency)
    var ledger = try fixture.open(options)
    _ = try await ledger.commit(Batch(arrivals: (0..<60).map(made)))
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.dropLast(20).map { delivered($0) }))
    fixture.advance(.seconds(700))
    while try await ledger.sweep() {}
    await ledger.close()
    for _ in 0..<2 {
      ledger = try fixture.open(options)
      try await ledger.catchUp()
      #expect(try await entries(ledger)[2...] == [20, 60])
      #expect(try await ledger.search(HistoryQuery(type: "t.1")).events.map(\.event.id) == [58, 55, 52, 49, 46, 43, 40].map(String.init))
      await ledger.close()
    }
  }

  /// They are on disks: FNV-1a of 64 bits. http://www.isthe.com/chongo/tech/comp/fnv/index.html
  @Test func keysStayWhatTheyAre() {
    #expect(Identity.key(ofSubject: "a") == Int64(bitPattern: 0xaf63_dc4c_8601_ec8c))
    #expect(Identity.key(ofType: "foobar") == Int64(bitPattern: 0x8594_4171_f739_67e8))
    #expect(Identity.key(ofType: "") == Int64(bitPattern: 0xcbf2_9ce4_8422_2325))
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
