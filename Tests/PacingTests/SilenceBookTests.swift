import Bellhop
import Store
import TestSupport
import Testing

@testable import Pacing

@Suite struct SilenceBookTests {
  private static let now = SilenceListTests.now

  private func event(_ type: String = "a.b", subject: String? = nil) -> Event {
    Event(id: "1", sender: "s", source: "s", type: type, subject: subject, time: Self.now)
  }

  private func silence(
    _ id: Int64 = 1, _ filter: String = "type:a.*", role: String? = nil, row: String? = nil, from: Int64 = 0, until: Int64 = 60
  ) -> Silence {
    Silence(
      id: id, filter: filter, role: role, row: row, from: Self.now + .seconds(from), until: Self.now + .seconds(until), who: "w", why: "y",
      made: Self.now)
  }

  private func book(_ silences: Silence...) -> SilenceBook { SilenceBook(SilenceList(showing: silences)) }

  @Test func itHoldsForItsTimeAlone() {
    var luck = Seeded(3)
    for _ in 0..<500 {
      let from = Int64.random(in: -50...50, using: &luck)
      let until = from + Int64.random(in: 0...50, using: &luck)
      let book = book(silence(from: from, until: until))
      for second in Int64(-120)...120 {
        let held = book.silence(for: event(), role: "ops", row: nil, at: Self.now + .seconds(second)) != nil
        #expect(held == (from..<until).contains(second), "\(from)..<\(until) at \(second)")
      }
      let end = Self.now + .seconds(until)
      #expect(book.silence(for: event(), role: "ops", row: nil, at: Timestamp(microseconds: end.microseconds - 1)) != nil || from == until)
    }
  }

  @Test func rolesAndRows() {
    func held(_ silence: Silence, _ role: String, _ row: String?) -> Bool {
      book(silence).silence(for: event(), role: role, row: row, at: Self.now) != nil
    }
    #expect(held(silence(role: "ops"), "ops", nil) && !held(silence(role: "ops"), "dev", nil))
    #expect(held(silence(row: "x"), "ops", "x") && !held(silence(row: "x"), "ops", "y") && !held(silence(row: "x"), "ops", nil))
    #expect(held(silence(1, "role:ops,dev a.b"), "dev", nil) && !held(silence(1, "role:ops,dev a.b"), "people", nil))
    #expect(held(silence(1, "row:\"x y\",z a.b"), "dev", "z") && !held(silence(1, "row:\"x y\",z a.b"), "dev", nil))
    #expect(held(silence(1, ""), "", nil))
    #expect(!held(silence(1, "tpye:a"), "ops", nil), "what cannot be read silences nothing")
  }

  @Test func theLongestIsNamed() {
    let book = book(silence(1, until: 60), silence(2, until: 90), silence(3, until: 90), silence(4, "type:b", until: 300))
    #expect(book.silence(for: event(), role: "", row: nil, at: Self.now)?.id == 2)
    #expect(book.silence(for: event("b"), role: "", row: nil, at: Self.now + .seconds(100))?.id == 4)
    #expect(book.silence(for: event(), role: "", row: nil, at: Self.now + .seconds(100)) == nil)
    #expect(book.silence(for: event("c"), role: "", row: nil, at: Self.now) == nil)
  }

  /// The book that is compiled is the one that the transaction sees.
  @Test func theShelfFollowsEachChange() throws {
    let states = Kept()
    let shelf = SilenceShelf()
    func id() -> Int64? { shelf.book(in: states).silence(for: event(), role: "", row: nil, at: Self.now)?.id }
    #expect(id() == nil)
    states.put(SilenceList.key, SilenceList(showing: [silence(5)]).bytes)
    #expect(id() == 5)
    #expect(id() == 5 && states.reads.withLock { $0 } == 3)
    states.put(SilenceList.key, SilenceList(showing: [silence(6)]).bytes)
    #expect(id() == 6)
    states.put(SilenceList.key, nil)
    #expect(id() == nil)
  }

  @Test func hitsAreCounted() {
    let states = Kept()
    let one = silence(7)
    for second: Int64 in [5, 3] {
      let hit = SilenceHits.hit(one, at: Self.now + .seconds(second), in: states)
      #expect(hit.key == "silence/7" && hit.value.expires == nil)
      states.put(hit.key, hit.value.bytes)
    }
    #expect(SilenceHits(states.state("silence/7")?.bytes) == SilenceHits(count: 2, last: Self.now + .seconds(5)))
    #expect(SilenceHits(nil) == SilenceHits() && SilenceHits(Array("{\"count\":-3}".utf8)) == SilenceHits())
    #expect(SilenceHits.hit(SilenceHits(count: .max), at: Self.now).count == .max)
    let view = one.view(SilenceHits(count: 2, last: Self.now), at: Self.now)
    #expect(view["hits"] == 2 && view["last_hit"] == .string(Self.now.rfc3339) && view["state"] == "active" && view["role"] == nil)
  }
}

/// States as a transaction reads them.
private final class Kept: StateReading, Sendable {
  let reads = Guarded(0)
  private let values = Guarded<(version: Int64, values: [String: KeptState])>((0, [:]))

  func put(_ key: String, _ bytes: [UInt8]?) {
    values.withLock {
      $0.version += 1
      let version = $0.version
      $0.values[key] = bytes.map { KeptState(bytes: $0, version: version) }
    }
  }

  func state(_ key: String) -> KeptState? {
    reads.withLock { $0 += 1 }
    return values.withLock { $0.values[key] }
  }

  func event(_ sequence: Int64) -> StoredEvent? { nil }
}
