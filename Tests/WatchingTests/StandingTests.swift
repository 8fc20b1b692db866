import Bellhop
import Matching
import Store
import Testing

@testable import Watching

/// What pages tell of a watch.
@Suite struct StandingTests {
  private static func type(_ pattern: String) -> Match { .type([Glob(pattern)]) }
  private static let emit = WatchEmission(type: "x.y")

  @Test func whatItWaitsFor() throws {
    let cron = try Cron("0 3 * * *", zone: "UTC")
    let rules: [(WatchRule, [String], String)] = [
      (
        .followUp(after: Self.type("user.registered"), expect: Self.type("user.onboarded"), within: .seconds(86_400)), ["subject"],
        "type user.onboarded within 1d after type user.registered, by subject"
      ),
      (.heartbeat(expect: Self.type("job.done"), .every(.seconds(3_600)), grace: .seconds(60)), [], "type job.done every 1h, grace 1m"),
      (.heartbeat(expect: Self.type("job.done"), .cron(cron), grace: .seconds(60)), [], "type job.done at 0 3 * * * UTC, grace 1m"),
      (.sequence([Self.type("a"), Self.type("b")], within: .seconds(600)), [], "type a, then type b within 10m"),
      (
        .count(Self.type("login.failed"), atLeast: 20, within: .seconds(300)), ["data.ip", "subject"],
        "20 of type login.failed within 5m, by data.ip, subject"
      ),
    ]
    for (rule, by, words) in rules { #expect(Watch(name: "w", rule: rule, by: by, emit: Self.emit).words == words) }
  }

  @Test func ofWhatIsInForceAlone() throws {
    let watch = Watch(name: "w", rule: .count(Self.type("a"), atLeast: 2, within: .seconds(60)), emit: Self.emit)
    let changed = Watch(name: "w", rule: .count(Self.type("a"), atLeast: 3, within: .seconds(60)), emit: Self.emit)
    let slot = RuleSlot(owner: Watches.owner, name: "w", rule: watch.ruleName)
    #expect(Watches([watch]).standing(slot: slot, state: .null)?.standing == WatchStanding(isOpen: true, due: nil, isMissed: false))
    #expect(Watches([changed]).standing(slot: slot, state: .null) == nil, "it notices something else now")
    #expect(Watches([]).standing(slot: slot, state: .null) == nil)
    #expect(Watches([watch]).standing(slot: RuleSlot(owner: "pace", name: "w", rule: watch.ruleName), state: .null) == nil)
  }
}
