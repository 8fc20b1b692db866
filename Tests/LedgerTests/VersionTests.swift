import Bellhop
import Store
import Testing

@testable import Ledger

/// Versions of states: who has read one may go by it as long as the process lives.
@Suite struct VersionTests {
  private struct Undone: Error {}

  /// Sets a state; answers the version that it had inside the transaction.
  private func set(_ text: String, undo: Bool = false, in ledger: Ledger) async -> Int64 {
    let seen = Guarded<Int64>(0)
    try? await ledger.write { _, writer, _ in
      try writer.set("key", to: StateValue(Array(text.utf8)))
      seen.withLock { $0 = writer.marks.version }
      if undo { throw Undone() }
    }
    return seen.withLock { $0 }
  }

  @Test func oneThatWasUndoneIsNotGivenAgain() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open()
    let first = await set("a", in: ledger)
    let undone = await set("b", undo: true, in: ledger)
    let second = await set("c", in: ledger)
    #expect(first < undone && undone < second)
    #expect(try await ledger.state("key") == Array("c".utf8))
    await ledger.close()
    ledger = try fixture.open()
    #expect(await set("d", in: ledger) > second)
    await ledger.close()
  }
}
