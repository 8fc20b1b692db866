import Bellhop
import Deciding
import Pacing
import Routing
import Store
import Testing
import Watching

/// A reload that takes a rule away, or its row: what its windows hold goes out, and what they counted is said.
@Suite struct RemovalTests {
  private static let rules: [(name: String, policy: PacePolicy)] = [
    ("digest", policy { $0.digest = PacePolicy.Digest(.every(.seconds(900))) }),
    ("dedupe", policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(900)) }),
    ("throttle", policy { $0.throttle = PacePolicy.Throttle(max: 1, per: .seconds(900)) }),
  ]

  private static func table(_ row: String) -> Table {
    Table(role: "devops", rows: [Row(name: row, to: [.transport("devops", TargetTemplate())])])
  }

  /// Three events under a rule, then other tables; the windows end at their own time or before, as the gateway has it.
  private func desk(_ number: Int, then rows: [Table]) -> Desk {
    let policy = Self.rules[number].policy
    var desk = Desk([policy])
    for _ in 0..<3 { desk.post("a.failed", at: 0) }
    let before = desk.decider.rules
    desk.decider = Desk.decider([], rows: rows)
    #expect(desk.decider.rules.changed(from: before.bytes) == ["pace devops/trouble \(Self.rules[number].name)"])
    desk.run(until: 2_000)
    return desk
  }

  @Test(arguments: rules.indices) func aRuleThatIsGoneSaysWhatItCounted(_ number: Int) {
    let desk = desk(number, then: [Self.table("trouble")])
    let told = desk.told.last
    let expected = ["15:00 trouble: 3 in 15 min", "15:00 2 more in 15 min", "15:00 trouble: 2 more in 15 min"]
    #expect(told == expected[number], "\(desk.told)")
    #expect(desk.deliveries.last?.role == "devops" && desk.states[.held] == nil && desk.store.nextAlarm(.window) == nil)
  }

  @Test(arguments: rules.indices) func aRowThatIsGoneTellsWhoeverTakesIt(_ number: Int) throws {
    let rows = [Table(role: "ops", rows: [Row(match: .type([Glob("bellhop.*")]), to: [.transport("ops", TargetTemplate())])])]
    let desk = desk(number, then: rows)
    let last = try #require(desk.deliveries.last)
    let kinds = ["digest", "repeats", "throttled"]
    #expect(last.role == "ops" && last.event.type == "bellhop.\(kinds[number])", "\(desk.told)")
    #expect(last.event.text.contains(number == 0 ? "trouble: 3 in 15 min" : "2 more in 15 min"), "\(last.event.text)")
    #expect(desk.states[.held] == nil && desk.store.nextAlarm(.window) == nil)
  }

  @Test func whatSettledUnderARowThatIsGoneIsTold() {
    var desk = Desk([policy { $0.settle = PacePolicy.Settle(.seconds(60)) }])
    desk.post("db.firing", at: 0)
    desk.decider = Desk.decider([], rows: [Self.table("other")])
    desk.run(until: 100)
    #expect(desk.told == ["1:00 db.firing s"])
  }

  @Test func aWatchThatChangedIsNamed() {
    func decider(_ seconds: Int) -> TableDecider {
      let beat = Watch(
        name: "life 7", rule: .heartbeat(expect: .type([Glob("a")]), .every(.seconds(seconds)), grace: .zero),
        emit: WatchEmission(type: "silent"))
      return TableDecider(
        Router(tables: [], calendars: [], directory: Directory(channels: [:], transports: []), unrouted: []), watches: [beat], generation: 1
      )
    }
    let old = decider(60).rules
    #expect(decider(60).rules.changed(from: old.bytes).isEmpty)
    #expect(decider(90).rules.changed(from: old.bytes) == ["watch life 7"])
    #expect(Desk.decider([]).rules.changed(from: old.bytes) == ["watch life 7"])
    #expect(RuleWords.name(of: RuleSlot(owner: "watch", name: "life 7", rule: "heartbeat/1f0")) == "watch life 7")
    // What is being counted is told when all of it is closed.
    #expect(RuleWords.name(of: RuleSlot(owner: "watch", name: "life 7", rule: Watches.closing)) != "watch life 7")
  }

  @Test func countedAsOthersBelongsToItsRule() {
    let slot = RuleSlot(owner: "pace", name: "devops/trouble", rule: "others settle")
    #expect(RuleWords.name(of: slot) == "pace devops/trouble settle")
  }
}
