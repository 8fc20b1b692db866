import Bellhop
import Matching
import Settings
import Testing
import Watching

@Suite struct WatchesSectionTests {
  private func watches(_ lines: String...) throws -> [Watch] {
    let text = (["transports: { log: { use: stdout } }", "unrouted: log", "watches:"] + lines.map { "  - { \($0) }" }).joined(
      separator: "\n")
    return try load(text).get().watches
  }

  private func typed(_ type: String) -> Match { .all([.type([Glob(type)])]) }

  @Test func everySort() throws {
    let emit = "emit: { type: told }"
    let found = try watches(
      "name: a b, after: { type: x, severity: error+ }, expect: y, within: 24h, by: subject, \(emit)",
      "name: c, expect: { type: beat }, every: 5m, grace: 0s, by: [subject, data.host.name], \(emit)",
      "name: d, expect: beat, cron: \"0 3 * * mon-fri\", zone: Europe/Berlin, grace: 1h, \(emit)",
      "name: e, sequence: [x, { type: y, data.n: 1 }, \"z.*\"], within: 10m, \(emit)",
      "name: f, count: { type: x, at_least: 20, data.n: { \">\": 1 } }, within: 5m, by: data.ip, \(emit)")
    #expect(found.map(\.name) == ["a b", "c", "d", "e", "f"] && found[1].position == "bellhop.yaml:5")
    #expect(found.map(\.by) == [["subject"], ["subject", "data.host.name"], [], [], ["data.ip"]])
    #expect(
      found[0].rule
        == .followUp(
          after: .all([.type([Glob("x")]), .severity([.error, .critical])]), expect: typed("y"), within: .seconds(86_400)))
    #expect(found[1].rule == .heartbeat(expect: typed("beat"), .every(.seconds(300)), grace: .zero))
    let cron = try Cron("0 3 * * mon-fri", zone: "Europe/Berlin")
    #expect(found[2].rule == .heartbeat(expect: typed("beat"), .cron(cron), grace: .seconds(3_600)))
    #expect(
      found[3].rule
        == .sequence(
          [typed("x"), .all([.type([Glob("y")]), .data(["n"], [.equals(1)])]), typed("z.*")], within: .seconds(600)))
    #expect(
      found[4].rule
        == .count(.all([.type([Glob("x")]), .data(["n"], [.greater(1)])]), atLeast: 20, within: .seconds(300)))
  }

  @Test func whatItEmits() throws {
    let found = try watches(
      "name: a, count: { type: x, at_least: 1 }, within: 1s, emit: { type: told, severity: critical, subject: \"{{data.ip}}\", text: \"{{data.count}} times\", data: { where: \"{{source}}\", who: ops } }",
      "name: b, count: { type: x, at_least: 1 }, within: 1s, emit: { type: told }")
    let emit = try #require(found.first?.emit)
    #expect(emit.type == "told" && emit.severity == .critical && emit.subject?.source == "{{data.ip}}")
    #expect(emit.text?.source == "{{data.count}} times" && emit.data.map(\.key) == ["where", "who"])
    #expect(found[1].emit == WatchEmission(type: "told"))
  }

  /// All that is wrong with a watch is told at once.
  @Test func everyMistakeIsTold() throws {
    guard
      case .failure(let mistakes) = Result(catching: {
        try watches(
          "after: { typ: x }, expect: { type: y }, within: soon, by: [sub, data.], emit: { typ: told, text: \"{{no}}\" }, grace: 1h")
      })
    else {
      Issue.record("it is wrong")
      return
    }
    let all = try #require(mistakes as? Mistakes).all
    #expect(
      Set(all.map(\.path)) == [
        "watches[0]", "watches[0].after.typ", "watches[0].within", "watches[0].by[0]", "watches[0].by[1]", "watches[0].emit.typ",
        "watches[0].emit.text", "watches[0].grace",
      ])
  }

  /// A fault in a schedule is shown where it stands, if the file holds the schedule as it is.
  @Test(arguments: [("\"0 25 * * *\"", 3), ("0 25 * * *", 2), ("'0 25 * * *'", 3), ("\"${CRON}\"", 0)])
  func thePlaceInASchedule(_ written: String, _ shift: Int) throws {
    let line = "  - { name: a, expect: x, cron: \(written), zone: UTC, grace: 1h, emit: { type: told } }"
    let text = "transports: { log: { use: stdout } }\nunrouted: log\nwatches:\n\(line)\n"
    do throws(Mistakes) {
      _ = try Configuration.load(
        path: "a.yaml", kinds: Lookalikes.kinds, environment: { $0 == "CRON" ? "0 25 * * *" : nil },
        readFile: { _ throws(FileError) in Array(text.utf8) })
      Issue.record("it is wrong")
    } catch {
      #expect(error.all.map(\.column) == [line.prefix(while: { $0 != "\"" && $0 != "'" && $0 != "0" }).count + 1 + shift])
    }
  }

  /// What the environment does not give here is passed over by who only looks.
  @Test func whatIsUnknownIsPassedOver() throws {
    let text = """
      transports: { log: { use: stdout } }
      unrouted: log
      calendars: { o: { hours: ["${H}"], holidays: ["${D}"], zone: UTC } }
      watches:
        - { name: "${A}", after: { type: "${A}" }, expect: "${B}", within: "${C}", by: "${D}", emit: { type: "${E}", text: "${F}" } }
        - { name: c, expect: x, cron: "${A}", zone: "${Z}", grace: "${C}", emit: { type: b } }
      """
    let found = try Configuration.load(
      path: "a.yaml", kinds: Lookalikes.kinds, environment: { _ in nil }, readFile: { _ throws(FileError) in Array(text.utf8) },
      unset: .unknown)
    #expect(found.unknown.count == 8 && found.warnings.isEmpty, "\(found.unknown) \(found.warnings)")
  }

  @Test func calendarsWithHolidaysAndSeveralRanges() throws {
    let calendar = try #require(
      try load(
        """
        transports: { log: { use: stdout } }
        unrouted: log
        calendars:
          shop: { days: mon-sat, hours: ["09:00-12:30", "22:00-02:00"], holidays: [2026-12-24, "12-25", 01-01], zone: Europe/Berlin }
        """
      ).get().calendars.first)
    #expect(calendar.hours.map(\.from) == [540, 1_320] && calendar.hours.map(\.to) == [750, 120])
    #expect(calendar.holidays == [try CalendarDate("2026-12-24"), try CalendarDate("12-25"), try CalendarDate("01-01")])
  }
}
