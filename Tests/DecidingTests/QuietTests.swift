import Bellhop
import Pacing
import Routing
import Store
import Testing

/// Silences in the store's turn, on a row that has no rules of its own.
@Suite struct QuietTests {
  private static let row = Table(role: "devops", rows: [Row(name: "all", to: [.transport("devops", TargetTemplate())], alert: .loud)])

  private func desk(_ filter: String, from: Int64, until: Int64) -> Desk {
    var desk = Desk([], rows: [Self.row])
    let silence = Silence(
      id: 1, filter: filter, from: Desk.start + .seconds(from), until: Desk.start + .seconds(until), who: "ann", why: "moving the database",
      made: Desk.start)
    desk.silence(silence)
    return desk
  }

  @Test func aSilencedProblemAndItsEndAreHistory() {
    var desk = desk("type:db.*", from: 0, until: 100)
    let firing = desk.post("db.firing", at: 10)
    let other = desk.post("site.firing", at: 11)
    let end = desk.post("db.resolved", at: 200)
    #expect(desk.fate(firing).hasPrefix("silenced: silenced by ann until 2026-11-23T09:01:40"), "\(desk.fate(firing))")
    #expect(desk.fate(other) == "waiting" && desk.fate(end) == "folded: its problem was not told")
    #expect(SilenceHits(desk.store.states[SilenceHits.key(of: 1)]).count == 1)
    // Nothing is sent again at the end of a silence; what fires again is told.
    #expect(desk.told == ["0:11 site.firing s"])
    desk.post("db.firing", at: 300)
    desk.post("db.resolved", at: 400)
    #expect(desk.told.suffix(2) == ["5:00 db.firing s", "6:40 db.resolved s"])
  }

  @Test func theEndOfAToldProblemPassesQuietly() {
    var desk = desk("type:db.*", from: 5, until: 100)
    desk.post("db.firing", at: 0)
    desk.post("db.firing", at: 10)
    desk.post("db.resolved", at: 20)
    #expect(desk.told == ["0:00 db.firing s", "0:20 db.resolved s"])
    #expect(desk.deliveries.map(\.alert) == [.loud, .quiet])
  }

  @Test func eventsWithoutALifeAreSilencedToo() {
    var desk = desk("severity:error+", from: 0, until: 100)
    let quiet = desk.post("job.failed", at: 1)
    desk.post("job.done", "s", .info, at: 2)
    desk.post("job.failed", at: 100)
    #expect(desk.fate(quiet).hasPrefix("silenced: ") && desk.told == ["0:02 job.done s", "1:40 job.failed s"])
  }

  @Test func aRowsNameNarrowsIt() {
    for (row, told) in [("all", 0), ("other", 1)] {
      var desk = Desk([], rows: [Self.row])
      desk.silence(
        Silence(
          id: 1, filter: "", row: row, from: Desk.start, until: Desk.start + .seconds(100), who: "ann", why: "x", made: Desk.start))
      desk.post("a.b", at: 1)
      #expect(desk.told.count == told)
    }
  }
}

extension Desk {
  mutating func silence(_ silence: Silence) {
    let value = StateValue(SilenceList(showing: [silence]).bytes)
    _ = store.apply(Batch(states: [SilenceList.key: value]), now: now, decider: decider)
  }
}
