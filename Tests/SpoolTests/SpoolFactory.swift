import Bellhop
import Ledger
import Store
import TestSupport
import Testing

typealias Store = any Spool & History

/// A way to make an empty spool. Every spool that Bellhop has stands in ``all``, and so under every test here.
struct SpoolFactory: Sendable, CustomTestStringConvertible {
  var name: String
  /// The spool, its clock given and its commits told; and what removes it.
  var make:
    @Sendable (_ clock: Clock, _ heard: Heard, _ decider: any Decider) async throws -> (store: Store, remove: @Sendable () async -> Void)

  var testDescription: String { name }

  static let all: [SpoolFactory] = [ledger, memory]

  static let ledger = SpoolFactory(name: "ledger") { clock, heard, decider in
    let folder = TemporaryFolder()
    let ledger = try Ledger.open(
      path: folder.path, options: .init(freeFraction: { 1 }), decider: decider, now: { clock.now }, observe: { heard.add($0) })
    return (
      ledger,
      {
        await ledger.close()
        folder.remove()
      }
    )
  }

  static let memory = SpoolFactory(name: "memory") { clock, heard, decider in
    let spool = MemorySpool(decider: decider, now: { clock.now })
    spool.onCommit { heard.add($0) }
    return (spool, {})
  }

  /// Lends a new spool to `body`.
  func with(deciding decider: any Decider = AsWished(), _ body: (_ store: Store, _ clock: Clock, _ heard: Heard) async throws -> Void)
    async throws
  {
    let (clock, heard) = (Clock(), Heard())
    let (store, remove) = try await make(clock, heard, decider)
    do {
      try await body(store, clock, heard)
    } catch {
      await remove()
      throw error
    }
    await remove()
  }
}

/// Wall time that tests set.
final class Clock: Sendable {
  private let time = Guarded(Timestamp(seconds: 1_800_000_000))
  var now: Timestamp {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}

/// What a spool told of its commits.
final class Heard: Sendable {
  private let all = Guarded<[Committed]>([])
  func add(_ committed: Committed) { all.withLock { $0.append(committed) } }
  /// Everything so far, in order.
  var commits: [Committed] { all.withLock { $0 } }
  var deliveries: [Delivery] { commits.flatMap(\.deliveries) }
  var settlements: [Settlement] { commits.flatMap(\.settlements) }
}
