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
  private let counted = Guarded<[String: Int]>([:])

  init(_ seeds: Range<UInt64>) {
    self.seeds = seeds
    next = Guarded(seeds.lowerBound)
  }

  var attempts: Int { sends.withLock { $0 } }
  /// How often rules did what they do.
  var counts: [String: Int] { counted.withLock { $0 } }

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
      counted.withLock { $0.merge(world.accounts.counts, uniquingKeysWith: +) }
      if !faults.isEmpty { return (seed, faults) }
    }
  }
}

struct SimulationTests {
  /// What rules, silences and watches do, by the words of the history and the types of what the house tells.
  private static let everything = [
    "muted_while", "settle", "dedupe", "flap", "throttle", "digest", "hold_until", "its problem was not told",
    "no problem is known that it is the end of", "silenced", "bellhop.repeats", "bellhop.throttled", "bellhop.digest", "bellhop.report",
    "bellhop.flapping", "bellhop.settled", "bellhop.outlived", "bellhop.others", "bellhop.reminder", "bellhop.escalation",
    "bellhop.acknowledged", "bellhop.watch.ended", "watch.stalled", "watch.stalled.recovered", "watch.silent", "watch.silent.resumed",
    "watch.life", "watch.life.resumed", "watch.pair", "watch.many",
  ]

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
    guard lives.seeds.count >= 500 else { return }
    let rare = Self.everything.filter { lives.counts[$0, default: 0] < lives.seeds.count / 200 }
    #expect(rare.isEmpty, "they hardly happen: \(lives.counts)")
  }
}
