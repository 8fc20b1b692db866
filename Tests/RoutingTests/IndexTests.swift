import Bellhop
import Matching
import TestSupport
import Testing

@testable import Routing

@Suite struct IndexTests {
  /// The compiled tables decide as reading every row in order does.
  @Test func indexIsNaive() {
    var dice = Seeded(4)
    let house = House()
    var won = 0
    for round in 0..<700 {
      let tables = dice.tables(rows: round % 10 == 0 ? 60 : 8)
      let router = house.router(tables)
      for _ in 0..<8 {
        let event = dice.event()
        let time = Timestamp(seconds: Int64.random(in: 1_700_000_000...1_800_000_000, using: &dice))
        let moment = MatchContext(event: event, time: time, calendars: router.calendars)
        var naive: [Int] = []
        for (number, table) in tables.enumerated() {
          for (index, row) in table.rows.enumerated() where row.match.miss(at: moment) == nil {
            naive.append(router.starts[number] + index)
            if !row.continue { break }
          }
        }
        #expect(router.wins(event, at: time) == naive, "\(tables) \(event)")
        won += naive.count
        // explain tells the same plan, and a reason for exactly the rows that did not win.
        let explanation = router.explain(event, at: time)
        #expect(explanation.plan == router.plan(event, at: time))
        #expect(explanation.roles.flatMap(\.won).count == naive.count)
      }
    }
    #expect(won > 3_000)
  }

  /// No event reaches a row that is said to be unreachable; and the plain cases are found.
  @Test func unreachableRowsAreNeverReached() {
    var dice = Seeded(5)
    var (found, reached) = (0, 0)
    for _ in 0..<1_500 {
      let table = Table(role: "r", rows: (0..<10).map { _ in Row(match: dice.match(2), continue: dice.chance(20)) })
      let hidden = unreachable(table)
      found += hidden.count
      for entry in hidden { #expect(entry.by < entry.row && !table.rows[entry.by].continue) }
      let router = House().router([table])
      for _ in 0..<12 {
        let wins = router.wins(dice.event(), at: Timestamp(seconds: Int64.random(in: 1_700_000_000...1_800_000_000, using: &dice)))
        reached += wins.count
        for entry in hidden { #expect(!wins.contains(entry.row), "\(table.rows[entry.by].match) hides \(table.rows[entry.row].match)") }
      }
    }
    #expect(found > 300 && reached > 3_000)
  }

  /// Few random events meet a wrong proof; directly, narrow and wide are tried on many.
  @Test func implicationIsSound() {
    var dice = Seeded(6)
    let calendars = House().router([]).calendars
    let moments = (0..<250).map { _ in
      MatchContext(
        event: dice.event(), time: Timestamp(seconds: Int64.random(in: 1_700_000_000...1_800_000_000, using: &dice)), calendars: calendars)
    }
    var proved = 0
    for _ in 0..<20_000 {
      let (narrow, wide) = (dice.match(1), dice.match(1))
      guard narrow != wide, Implication.holds(narrow, implies: wide) else { continue }
      proved += 1
      for moment in moments where narrow.miss(at: moment) == nil {
        #expect(wide.miss(at: moment) == nil, "\(narrow) implies \(wide), but not for \(moment.event)")
      }
    }
    #expect(proved > 250)
  }

  @Test func globsCover() {
    for (wide, narrow, covers) in [
      ("server.*", "server.down", true), ("server.*", "server.*", true), ("server.**", "server.*", true), ("server.*", "server.**", false),
      ("server.*", "server.a.b", false), ("**", "*", true), ("*", "**", false), ("*.failed", "login.failed", true), ("a*", "ab*", true),
      ("ab*", "a*", false), ("*", "a*b", true), ("**.x", "*.x", true), ("*.x", "**.x", false), ("a.*.c", "a.b*.c", true), ("a", "a", true),
      ("a", "b", false),
    ] {
      #expect(Implication.covers(Glob(wide), Glob(narrow)) == covers, "\(wide) \(narrow)")
    }
  }

  @Test func plainCasesOfUnreachable() {
    func hidden(_ matches: Match...) -> [Unreachable] { unreachable(Table(role: "r", rows: matches.map { Row(match: $0) })) }
    let server = Match.type([Glob("server.*")])
    let loud = Match.severity([.error, .critical])
    #expect(hidden(.all([]), server) == [Unreachable(row: 1, by: 0)])
    #expect(
      hidden(server, .all([server, loud]), .type([Glob("server.down")])) == [Unreachable(row: 1, by: 0), Unreachable(row: 2, by: 0)])
    #expect(hidden(.all([server, loud]), server, .all([server, .severity([.error])])) == [Unreachable(row: 2, by: 0)])
    #expect(hidden(.during("office"), .during("office")) == [Unreachable(row: 1, by: 0)] && hidden(.during("a"), .outside("a")).isEmpty)
    #expect(hidden(.data(["a"], [.exists(true)]), .data(["a"], [.equals(5)])) == [Unreachable(row: 1, by: 0)])
    #expect(hidden(.data(["a"], [.equals(5), .equals(6)]), .all([server, .data(["a"], [.equals(6.0)])])) == [Unreachable(row: 1, by: 0)])
    #expect(hidden(.any([server, loud]), .all([loud, .sender([Glob("x")])])) == [Unreachable(row: 1, by: 0)])
    #expect(hidden(loud, .severity([.critical])) == [Unreachable(row: 1, by: 0)])
  }

  /// Ten thousand rows are looked at like ten: by counting what is tried, not by a clock.
  @Test func manyRowsAreNotTried() {
    for make: (Int) -> Match in [
      { .type([Glob("shop.n\($0)")]) }, { .type([Glob("shop.n\($0).*")]) },
      { .all([.type([Glob("shop.*")]), .data(["id"], [.equals(.int(Int64($0)))])]) },
      { .all([.severity([.info]), .subject([Glob("s\($0)")])]) }, { .any([.sender([Glob("s\($0)")]), .type([Glob("t\($0)")])]) },
    ] {
      let index = MatchIndex((0..<10_000).map(make))
      var candidates = index.candidates(for: made("shop.n7.x", ["id": 7], subject: "s7", sender: "s7"))
      var tried = 0
      var minimum = 0
      while let row = candidates.next(from: minimum) {
        tried += 1
        minimum = row + 1
      }
      #expect(tried <= 1)
    }
  }
}
