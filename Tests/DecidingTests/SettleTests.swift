import Bellhop
import Pacing
import Testing

/// `settle`, and what people are told of a problem's end.
@Suite struct SettleTests {
  private let rule = policy { $0.settle = PacePolicy.Settle(.seconds(120)) }

  @Test func whatHealsInTimeIsNobodysNews() {
    var desk = Desk([rule])
    let firing = desk.post("db.firing", at: 0)
    let end = desk.post("db.resolved", at: 40)
    desk.run(until: 600)
    #expect(desk.told.isEmpty)
    #expect(desk.fate(firing) == "folded: settle: healed in 40 s")
    #expect(desk.fate(end) == "folded: settle: healed in 40 s")
  }

  @Test func whatStaysIsToldAtTheEndOnceAndSoIsItsEnd() {
    var desk = Desk([rule])
    let first = desk.post("db.firing", at: 0)
    #expect(desk.fate(first).hasPrefix("held: settle: waits 2m"))
    // The window does not slide.
    let repeated = desk.post("db.firing", at: 100)
    desk.post("db.resolved", at: 300)
    desk.run(until: 900)
    #expect(desk.told == ["2:00 db.firing s", "5:00 db.resolved s"])
    #expect(desk.fate(repeated) == "folded: settle: told with event 1, if it does not heal")
  }

  @Test func problemsAreToldApartByTheirKey() {
    var desk = Desk([rule])
    desk.post("db.firing", "a", at: 0)
    desk.post("db.firing", "b", at: 10)
    desk.post("db.resolved", "a", at: 20)
    desk.run(until: 600)
    #expect(desk.told == ["2:10 db.firing b"])
  }

  @Test func theWorstCutsThrough() {
    var desk = Desk([policy { $0.settle = PacePolicy.Settle(.seconds(120), unless: .severity([.critical])) }])
    desk.post("db.firing", "a", .critical, at: 0)
    let waited = desk.post("db.firing", "b", .error, at: 10)
    desk.post("db.firing", "b", .critical, at: 20)
    desk.run(until: 600)
    #expect(desk.told == ["0:00 db.firing a", "0:20 db.firing b"])
    #expect(desk.fate(waited) == "folded: settle: told by event 3")
  }

  @Test func anEndWithoutABeginningIsHistoryOnly() {
    var desk = Desk([rule])
    let end = desk.post("db.resolved", at: 0)
    #expect(desk.fate(end) == "folded: no problem is known that it is the end of")
    // A row that follows no problems tells what it matches.
    var plain = Desk([], rows: [.init(role: "devops", rows: [.init(to: [.transport("devops", .init())])])])
    plain.post("db.resolved", at: 0)
    #expect(plain.told == ["0:00 db.resolved s"])
  }

  /// A reload takes the rule away, and the end of the problem is quicker than that of the window.
  @Test func whatHealsWhileTheRuleGoesIsNobodysNews() {
    var desk = Desk([rule])
    let firing = desk.post("db.firing", at: 0)
    desk.decider = Desk.decider([policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(60)) }])
    desk.post("db.resolved", at: 40)
    desk.run(until: 600)
    #expect(desk.told.isEmpty)
    #expect(desk.fate(firing) == "folded: settle: healed in 40 s")
  }

  @Test func aSecondLifeIsToldAnew() {
    var desk = Desk([rule])
    for start in [0.0, 1_000] {
      desk.post("db.firing", at: start)
      desk.post("db.resolved", at: start + 300)
    }
    desk.run(until: 2_000)
    #expect(desk.told == ["2:00 db.firing s", "5:00 db.resolved s", "18:40 db.firing s", "21:40 db.resolved s"])
  }

  /// `resolves:` pairs types that know nothing of one another.
  @Test func aRowSaysWhatEndsItsProblems() {
    var desk = Desk([
      policy {
        $0.settle = PacePolicy.Settle(.seconds(120))
        $0.resolves = .type([Glob("job.succeeded")])
      }
    ])
    desk.post("job.failed", "backup", at: 0)
    desk.post("job.succeeded", "backup", .info, at: 60)
    desk.post("job.failed", "report", at: 100)
    desk.post("job.succeeded", "report", .info, at: 500)
    desk.post("job.succeeded", "other", .info, at: 510)
    desk.run(until: 900)
    #expect(desk.told == ["3:40 job.failed report", "8:20 job.succeeded report"])
  }

  @Test func whatCameDueWhileDownIsToldOnce() {
    var desk = Desk([rule])
    desk.post("db.firing", at: 0)
    desk.sleep(until: 4_000)
    desk.run(until: 4_000)
    desk.run(until: 9_000)
    #expect(desk.told == ["66:40 db.firing s"])
  }
}
