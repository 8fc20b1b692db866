import Bellhop
import Deciding
import Matching
import Pacing
import Store
import TestSupport
import Testing

/// Whatever comes, in whatever order: nothing is lost, nothing is told twice, and what summaries count adds up.
@Suite struct AccountTests {
  static let sets: [PacePolicy] = [
    policy { $0.settle = PacePolicy.Settle(.seconds(60)) },
    policy { $0.dedupe = PacePolicy.Dedupe(by: ["type", "subject"], within: .seconds(300)) },
    policy { $0.throttle = PacePolicy.Throttle(max: 3, per: .seconds(300)) },
    policy { $0.digest = PacePolicy.Digest(.every(.seconds(300)), by: ["subject"], max: 20) },
    policy { $0.flap = PacePolicy.Flap(halfLife: .seconds(300), start: 3, stop: 1) },
    policy {
      $0.settle = PacePolicy.Settle(.seconds(60))
      $0.untilAck = PacePolicy.UntilAck(every: .seconds(100), max: 3, escalates: true)
    },
    policy {
      $0.settle = PacePolicy.Settle(.seconds(60), unless: .severity([.critical]))
      $0.dedupe = PacePolicy.Dedupe(by: ["type", "subject"], within: .seconds(300))
      $0.flap = PacePolicy.Flap(halfLife: .seconds(300), start: 3, stop: 1)
      $0.throttle = PacePolicy.Throttle(max: 3, per: .seconds(300))
      $0.digest = PacePolicy.Digest(.every(.seconds(120)))
      $0.mutedWhile = [PacePolicy.MutedWhile(cause: .type([Glob("cause")]), same: ["subject"], length: .seconds(600), label: "cause")]
    },
  ]

  @Test(arguments: 0..<sets.count, UInt64(1)...8)
  func everyEventHasItsEnd(_ set: Int, _ seed: UInt64) {
    var dice = Seeded(seed &* 97 &+ UInt64(set))
    var desk = Desk([Self.sets[set]])
    var time = 0.0
    var all: [Int64] = []
    for _ in 0..<200 {
      time += dice.pick([0, 0.5, 1, 20, 70, 400])
      let type = dice.pick(["a.firing", "a.resolved", "b.firing", "b.resolved", "c.failed", "cause", "cause.resolved"])
      // A restart: what was decided stands in the store alone, and what came due meanwhile is late.
      if dice.chance(3) {
        desk.sleep(until: time + 100)
        time += 100
        desk.decider = Desk.decider([Self.sets[set]])
      }
      all.append(desk.post(type, dice.pick(["x", "y"]), dice.pick([.info, .error, .critical]), at: time))
    }
    desk.run(until: time + 100_000)
    #expect(desk.store.nextAlarm(.window) == nil, "every window ends")
    #expect(desk.states[.held] == nil)
    for sequence in all { #expect(!desk.fate(sequence).isEmpty && !desk.fate(sequence).contains(";"), "\(desk.fate(sequence))") }
    #expect(Set(desk.deliveries.map(\.id)).count == desk.deliveries.count, "nothing is told twice")
    account(for: desk, set: Self.sets[set])
  }

  /// What summaries of a rule count is what the history names that rule for.
  private func account(for desk: Desk, set: PacePolicy) {
    func counted(_ kind: PaceSummary.Kind) -> Int64 {
      desk.deliveries.filter { $0.event.type == "bellhop.\(kind.rawValue)" }.compactMap { $0.event.data["count"]?.int }.reduce(0, +)
    }
    func folded(_ rule: String) -> Int64 {
      Int64(desk.store.deliveries.values.filter { $0.state == .folded && $0.note?.hasPrefix(rule) == true }.count)
    }
    #expect(counted(.repeats) == folded("dedupe:"))
    #expect(counted(.throttled) == folded("throttle:"))
    #expect(counted(.digest) == folded("digest:"))
  }

  @Test func aChangedRuleSaysSo() throws {
    let old = RuleWordsProbe.words(Self.sets[1])
    #expect(RuleWordsProbe.words(Self.sets[1]).changed(from: old.bytes).isEmpty)
    #expect(RuleWordsProbe.words(Self.sets[2]).changed(from: old.bytes) == ["pace devops/trouble dedupe"])
    var longer = Self.sets[1]
    longer.dedupe?.within = .seconds(301)
    #expect(RuleWordsProbe.words(longer).changed(from: old.bytes) == ["pace devops/trouble dedupe"])
    #expect(old.changed(from: nil).isEmpty && old.changed(from: Array("x".utf8)).isEmpty)
  }
}

private enum RuleWordsProbe {
  static func words(_ policy: PacePolicy) -> RuleWords { Desk.decider([policy]).rules }
}
