import Bellhop
import Matching
import Templates
import Testing

@testable import Routing

@Suite struct ExplanationTests {
  private func tables() throws -> [Table] {
    [
      Table(
        role: "devops",
        rows: [
          Row(
            name: "critical server errors", match: .all([.type(globs("server.*")), .severity([.error, .critical])]),
            to: [.channel("critical")],
            alert: .loud, fallback: [.transport("log", TargetTemplate())], position: "bellhop.yaml:41"),
          Row(
            name: "shops", match: .data(["shop"], [.exists(true)]), to: [.channel("shops")], continue: true, position: "bellhop.yaml:47"),
          Row(match: .type(globs("server.*")), to: [.channel("money")], alert: .quiet, holdUntil: "office", position: "bellhop.yaml:50"),
          Row(match: .all([]), to: [.channel("money")], position: "bellhop.yaml:52"),
        ]),
      Table(
        role: "finance",
        rows: [
          Row(name: "refunds", match: .type(globs("refund.*", "payment.failed")), to: [.channel("money")], position: "bellhop.yaml:60"),
          Row(
            name: "by day", match: .all([.during("office"), .not(.sender(globs("ci")))]), to: [.channel("money")],
            position: "bellhop.yaml:61"),
        ]),
      Table(role: "boss", rows: [Row(name: "all", to: [.channel("cash")], alert: .normal, position: "bellhop.yaml:70")]),
    ]
  }

  @Test func text() throws {
    let explanation = House().router(try tables()).explain(
      made("server.slow", ["shop": "a.b"], subject: "db-3", severity: .warning), at: now)
    #expect(
      explanation.text == """
        server.slow  db-3  warning  from shop
        at 2026-11-24T03:00:00.000Z

        → planned: 1 to send, 1 folded, 1 dead

        devops
          ✗ row 1  critical server errors  (bellhop.yaml:41)  severity is warning, wants error+
          ✓ row 2  shops  (bellhop.yaml:47)                   wins
          ✓ row 3  (bellhop.yaml:50)                          wins
            1 more row not tried
              → shops #shop-{{data.shop}}  normal  dead: channel: #shop-a.b is not in only: #shop-*
              → money  (chat #money)  quiet  folded: same target as role boss

        finance
          ✗ row 1  refunds  (bellhop.yaml:60)  type is server.slow, wants refund.* or payment.failed
          ✗ row 2  by day  (bellhop.yaml:61)   office is closed, wants it open

        boss
          ✓ row 1  all  (bellhop.yaml:70)  wins
              → cash  (chat #money)  normal
                  │ server.slow db-3

        """)
  }

  /// Times are shown as clocks there show them, and the words are those that people would read.
  @Test func timesAndWordsArePeoples() throws {
    let row = Row(
      match: .all([]), to: [.channel("money")], title: try Template("**{{type}}**"), text: try Template("Look at {{subject}}"),
      fields: [.init(label: "Shop", template: try Template("{{data.shop}}"))], holdUntil: "office")
    let explanation = House().router([Table(role: "r", rows: [row])]).explain(
      made("server.slow", ["shop": "a.b"], subject: "db-3"), at: now)
    let text = explanation.text(in: try #require(WallTime(zone: "America/Denver")))
    #expect(text.contains("at 2026-11-23T20:00:00-07:00\n"), "\(text)")
    #expect(text.contains("│ server.slow\n          │ Look at db-3\n          │ Shop: a.b\n"), "\(text)")
    #expect(text.contains("held until 2026-11-2"), "\(text)")
    for (written, shown) in [
      ("2026-11-23T09:30:00-07:00", "2026-11-23T20:00:00-07:00"), ("2026-11-23T09:30:00+05:30", "2026-11-24T08:30:00+05:30"),
      ("2026-11-23T09:30:00Z", "2026-11-24T03:00:00Z"),
    ] {
      #expect(WallTime(writtenLike: written)?.text(now) == shown)
    }
    #expect(WallTime(writtenLike: "noon") == nil)
  }

  @Test func json() throws {
    let json = House().router(try tables()).explain(made("server.down", severity: .critical), at: now).json
    #expect(json["fate"] == "planned")
    #expect(
      json["roles"]?.array?[0].text
        == #"{"role":"devops","rows":[{"row":1,"name":"critical server errors","position":"bellhop.yaml:41","won":true}],"untried":3}"#)
    #expect(
      json["roles"]?.array?[1]["rows"]?.array?[0].text
        == #"{"row":1,"name":"refunds","position":"bellhop.yaml:60","won":false,"why":"type is server.down, wants refund.* or payment.failed"}"#
    )
    #expect(
      json["deliveries"]?.array?[0].text
        == #"{"role":"devops","row":"critical server errors","destination":"critical/chat","place":"chat #critical","alert":"loud","state":"waiting","fallback":["log"]}"#
    )
  }

  @Test func reasons() throws {
    let event = made("user.x", ["n": 5, "s": "a\nb"], severity: .info)
    func why(_ match: Match) -> String? {
      let moment = MatchContext(event: event, time: now, calendars: House().router([]).calendars)
      return match.miss(at: moment)?.complaint(at: moment)
    }
    #expect(why(.type(globs("server.*"))) == "type is user.x, wants server.*")
    #expect(why(.severity([.error, .critical])) == "severity is info, wants error+")
    #expect(why(.severity([.error, .debug])) == "severity is info, wants debug or error")
    #expect(why(.subject(globs("a"))) == "there is no subject, wants a")
    #expect(why(.data(["n"], [.equals(6), .greater(7)])) == "data.n is 5, wants 6 or > 7")
    #expect(why(.data(["no", "x"], [.exists(true)])) == "data.no.x is absent, wants any value")
    #expect(why(.data(["s"], [.glob(Glob("c*"))])) == #"data.s is "a\nb", wants like c*"#)
    #expect(why(.not(.type(globs("user.*")))) == "it is type user.*, which this row excludes")
    #expect(
      why(.any([.type(globs("a")), .severity([.error])])) == "none of any: holds (type is user.x, wants a; severity is info, wants error)")
    #expect(why(.outside("always")) == "always is open, wants it closed")
    #expect(why(.all([.type(globs("user.*")), .source(globs("x"))])) == "source is web, wants x")
  }

  @Test func longTablesAreShort() {
    let rows =
      (0..<500).map { Row(match: .type(globs("t\($0).*")), position: "f:\($0)") } + [Row(match: .severity([.critical]), position: "f:x")]
    let text = House().router([Table(role: "r", rows: rows)]).explain(made("q"), at: now).text
    #expect(text.contains("  ✗ 500 rows want other types\n  ✗ row 501  (f:x)  severity is info, wants critical\n"))
    #expect(text.contains("→ unrouted: no row wants it\n"))
  }
}
