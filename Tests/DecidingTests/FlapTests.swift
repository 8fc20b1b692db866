import Bellhop
import Pacing
import Routing
import Testing

/// `flap` and `muted_while`.
@Suite struct FlapTests {
  private let flap = policy { $0.flap = PacePolicy.Flap(halfLife: .seconds(900), start: 3, stop: 1) }

  @Test func whatComesAndGoesIsToldOnceAndThenItsRest() {
    var desk = Desk([flap])
    for number in 0..<10 { desk.post(number % 2 == 0 ? "db.firing" : "db.resolved", at: Double(number) * 60) }
    desk.run(until: 20_000)
    #expect(
      desk.told.prefix(4) == ["0:00 db.firing s", "1:00 db.resolved s", "2:00 db.firing s", "3:00 flapping: 4 changes in 3 min"])
    #expect(desk.told.count == 5)
    #expect(desk.told.last == "54:31 at rest: it is resolved, after 10 changes in 55 min")
    // At rest it is a problem like others.
    desk.post("db.firing", at: 20_100)
    #expect(desk.told.count == 6)
  }

  @Test func whatRestsInTroubleIsToldAndSoIsItsEnd() {
    var desk = Desk([flap])
    for number in 0..<9 { desk.post(number % 2 == 0 ? "db.firing" : "db.resolved", at: Double(number) * 60) }
    desk.run(until: 20_000)
    #expect(desk.told.last?.contains("at rest: it is still there") == true, "\(desk.told)")
    desk.post("db.resolved", at: 20_100)
    #expect(desk.told.last == "335:00 db.resolved s")
  }

  @Test func seldomChangesAndRepeatsAreNoFlapping() {
    var desk = Desk([flap])
    for number in 0..<10 { desk.post(number % 2 == 0 ? "db.firing" : "db.resolved", at: Double(number) * 3_600) }
    #expect(desk.told.count == 10)
    var same = Desk([flap])
    for number in 0..<10 { same.post("db.firing", at: Double(number)) }
    #expect(same.told.count == 10)
  }

  // MARK: muted_while

  private func muted(_ settle: Bool = false) -> PacePolicy {
    policy {
      $0.mutedWhile = [
        PacePolicy.MutedWhile(cause: .type([Glob("db.down")]), same: ["data.region"], length: .seconds(3_600), label: "db.down")
      ]
      if settle { $0.settle = PacePolicy.Settle(.seconds(60)) }
    }
  }

  @Test func aConsequenceIsQuietWhileItsCauseIsKnown() {
    var desk = Desk([muted()])
    desk.post("db.down.firing", "db", at: 0, data: ["region": "eu"])
    let quiet = desk.post("site.firing", "shop", at: 10, data: ["region": "eu"])
    desk.post("site.firing", "blog", at: 20, data: ["region": "us"])
    let end = desk.post("site.resolved", "shop", at: 100, data: ["region": "eu"])
    desk.post("db.down.resolved", "db", at: 110, data: ["region": "eu"])
    desk.run(until: 20_000)
    #expect(desk.told == ["0:00 db.down.firing db", "0:20 site.firing blog", "1:50 db.down.resolved db"])
    #expect(desk.fate(quiet) == "folded: muted_while: db.down is known, event 1")
    #expect(desk.fate(end) == "folded: its problem was not told")
  }

  @Test func whatOutlivesItsCauseIsToldInOne() {
    var desk = Desk([muted()])
    desk.post("db.down.firing", "db", at: 0, data: ["region": "eu"])
    for subject in ["shop", "blog", "wiki"] { desk.post("site.firing", subject, at: 10, data: ["region": "eu"]) }
    desk.post("site.resolved", "wiki", at: 100, data: ["region": "eu"])
    desk.post("db.down.resolved", "db", at: 600, data: ["region": "eu"])
    // New trouble after the cause is no consequence.
    desk.post("site.firing", "mail", at: 700, data: ["region": "eu"])
    desk.run(until: 20_000)
    #expect(
      desk.told == [
        "0:00 db.down.firing db", "10:00 db.down.resolved db", "11:40 site.firing mail", "70:00 trouble: 2 still there",
      ])
    // Told now, so that their end is news.
    desk.post("site.resolved", "shop", at: 20_100, data: ["region": "eu"])
    #expect(desk.told.last == "335:00 site.resolved shop")
  }

  @Test func whatSettlesWhenItsCauseComesIsQuietToo() {
    var desk = Desk([muted(true)])
    let early = desk.post("site.firing", "shop", at: 0, data: ["region": "eu"])
    let before = desk.post("site.firing", "blog", at: -0, data: ["region": "us"])
    desk.post("db.down.firing", "db", .critical, at: 20, data: ["region": "eu"])
    desk.run(until: 200)
    #expect(desk.fate(early) == "folded: muted_while: db.down is known, event 3")
    #expect(desk.fate(before) == "waiting")
    #expect(desk.told == ["1:00 site.firing blog", "1:20 db.down.firing db"])
  }

  @Test func theCauseMutesNotItsOwnKind() {
    var desk = Desk([muted()])
    desk.post("db.down", "a", at: 0, data: ["region": "eu"])
    desk.post("db.down", "b", at: 1, data: ["region": "eu"])
    #expect(desk.told == ["0:00 db.down a", "0:01 db.down b"])
  }
}
