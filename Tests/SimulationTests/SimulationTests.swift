import Bellhop
import Testing

#if canImport(Glibc)
  import Glibc
#endif

private func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

/// Hands out seeds to as many tasks as want them.
private final class Lives: Sendable {
  let seeds: Range<UInt64>
  private let next: Guarded<UInt64>
  private let sends = Guarded(0)

  init(_ seeds: Range<UInt64>) {
    self.seeds = seeds
    next = Guarded(seeds.lowerBound)
  }

  var attempts: Int { sends.withLock { $0 } }

  /// Lives one after the other; the first that breaks a promise, with what it broke.
  func live() -> (seed: UInt64, faults: [String])? {
    while true {
      let seed = next.withLock { next in
        defer { next += 1 }
        return next
      }
      guard seeds.contains(seed) else { return nil }
      var world = World(seed: seed)
      let faults = world.run()
      sends.withLock { $0 += world.ledger.sends }
      if !faults.isEmpty { return (seed, faults) }
    }
  }
}

struct SimulationTests {
  /// `BELLHOP_SEEDS=n` lives so many lives, `BELLHOP_SEED=n` only that one.
  @Test func everyLifeKeepsThePromises() async {
    let lives = Lives(number("BELLHOP_SEED").map { $0..<$0 + 1 } ?? 0..<(number("BELLHOP_SEEDS") ?? 1_000))
    await withTaskGroup(of: (seed: UInt64, faults: [String])?.self) { group in
      for _ in 0..<4 { group.addTask { lives.live() } }
      for await found in group {
        guard let (seed, faults) = found else { continue }
        Issue.record("seed \(seed): \(faults.joined(separator: "; "))\nreplay: BELLHOP_SEED=\(seed) swift test --filter SimulationTests")
      }
    }
    // A simulation that does nothing keeps every promise.
    #expect(lives.attempts > lives.seeds.count * 5)
  }
}
