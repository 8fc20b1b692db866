import Bellhop
import Matching
import Pacing
import Routing
import Store
import Testing

/// `digest`, reports and `hold_until`.
@Suite struct DigestTests {
  private let every = policy { $0.digest = PacePolicy.Digest(.every(.seconds(900))) }

  @Test func oneIsItsOwnMessage() {
    var desk = Desk([every])
    let one = desk.post("user.registered", at: 10)
    #expect(desk.fate(one) == "held: digest: told within 15m")
    desk.run(until: 5_000)
    #expect(desk.told == ["15:10 user.registered s"])
  }

  /// Its end may be told by another window before it is told itself: of that problem nothing more is news.
  @Test func aDigestOfOneWakesNoProblemThatIsOver() {
    var desk = Desk([policy { $0.digest = PacePolicy.Digest(.every(.seconds(900)), by: ["severity"]) }])
    desk.post("db.firing", "a", .error, at: 0)
    desk.post("db.resolved", "a", .info, at: 10)
    desk.run(until: 1_000)
    #expect(desk.told == ["15:00 db.firing a", "15:10 db.resolved a"])
    let again = desk.post("db.resolved", "a", .info, at: 1_200)
    #expect(desk.fate(again) == "folded: no problem is known that it is the end of")
  }

  @Test func manyAreOneMessageTheWorstFirst() throws {
    var desk = Desk([every])
    let first = desk.post("a.x", "1", .info, at: 0)
    desk.post("b.x", "2", .critical, at: 5)
    let third = desk.post("a.x", "3", .error, at: 800)
    // No empty ticks: the next window opens with its first event.
    desk.post("a.x", "4", .info, at: 2_000)
    desk.run(until: 5_000)
    #expect(desk.told == ["15:00 trouble: 3 in 15 min", "48:20 a.x 4"])
    let digest = try #require(desk.deliveries.first { $0.event.type == "bellhop.digest" })
    #expect(digest.rendering?.text?.plain == "a.x: 2\nb.x: 1\n- b.x 2\n- a.x 3\n- a.x 1")
    #expect(desk.fate(first) == "folded: digest: told with 2 more")
    #expect(desk.fate(third) == "folded: digest: told with event 1")
  }

  @Test func aFullOneIsSentAtOnce() {
    var desk = Desk([policy { $0.digest = PacePolicy.Digest(.every(.seconds(900)), max: 3) }])
    for number in 0..<4 { desk.post("a.x", "\(number)", at: Double(number)) }
    desk.run(until: 5_000)
    #expect(desk.told == ["0:02 trouble: 3 in 2 s", "15:03 a.x 3"])
  }

  /// A batch is received in one moment.
  @Test func twoThatFillInOneMomentAreTwo() {
    var desk = Desk([policy { $0.digest = PacePolicy.Digest(.every(.seconds(900)), max: 3) }])
    for number in 0..<9 { desk.post("a.x", "\(number)", at: 0) }
    desk.run(until: 5_000)
    #expect(desk.told == Array(repeating: "0:00 trouble: 3 in 0 s", count: 3))
  }

  @Test func aReportComesEveryDayWithTheChange() throws {
    let nine = try DailyTime(minute: 600, days: Set(1...7), zone: "UTC")  // An hour after the start.
    var desk = Desk([policy { $0.digest = PacePolicy.Digest(.daily(nine, empty: true)) }])
    desk.begin()
    desk.post("user.registered", "a", at: 60)
    desk.post("user.registered", "b", at: 70)
    desk.post("user.left", "c", at: 80)
    desk.run(until: 3_700)
    desk.post("user.registered", "d", at: 4_000)
    desk.run(until: 3_700 + 86_400 * 2)
    let reports = desk.deliveries.map { ($0.rendering?.text?.plain ?? "").split(separator: "\n").map(String.init) }
    #expect(reports.count == 3)
    #expect(Array(reports[0].prefix(2)) == ["user.registered: 2", "user.left: 1"])
    #expect(Array(reports[1].prefix(2)) == ["user.registered: 1 (−1)", "user.left: 0 (−1)"])
    #expect(desk.told[2].contains("nothing happened"))
  }

  @Test func anEmptyReportIsSentUnlessToldOtherwise() throws {
    let nine = try DailyTime(minute: 600, days: Set(1...7), zone: "UTC")
    var desk = Desk([policy { $0.digest = PacePolicy.Digest(.daily(nine, empty: false)) }])
    desk.begin()
    desk.run(until: 86_400 * 3)
    #expect(desk.told.isEmpty)
  }

  @Test func aMissedReportIsSentLateOrWithTheNext() throws {
    let nine = try DailyTime(minute: 600, days: Set(1...7), zone: "UTC")
    for (hours, told) in [(5.0, 1), (7.0, 0)] {
      var desk = Desk([policy { $0.digest = PacePolicy.Digest(.daily(nine, empty: true)) }])
      desk.begin()
      desk.post("user.left", at: 60)
      desk.sleep(until: 3_600 + hours * 3_600)
      desk.run(until: 3_600 + hours * 3_600)
      #expect(desk.told.count == told)
      if told == 1 { #expect(desk.deliveries[0].rendering?.fields.first?.name == "Due at") }
      desk.run(until: 3_600 + 86_400)
      #expect(desk.told.count == told + 1)
      #expect(desk.deliveries.compactMap { $0.event.data["count"]?.int }.reduce(0, +) == 1, "told once, whichever way")
    }
  }

  @Test func outOfHoursAFewWaitAndManyAreOne() throws {
    let office = try Calendar(name: "office", days: Set(1...7), from: 10 * 60, to: 18 * 60, zone: "UTC")
    let table = Table(role: "sales", rows: [Row(to: [.transport("sales", TargetTemplate())], holdUntil: "office")])
    for count in [1, 3, 4, 9] {
      var desk = Desk([], rows: [table], calendars: [office])
      let all = (0..<count).map { desk.post("lead.new", "\($0)", at: Double($0)) }
      #expect(desk.told.isEmpty)
      desk.run(until: 3_599)
      #expect(desk.told.isEmpty)
      desk.post("lead.new", "open", at: 3_601)
      #expect(desk.told.count == (count > 3 ? 2 : count + 1), "\(desk.told)")
      #expect(desk.told[0] == (count > 3 ? "60:00 sales: \(count) in 60 min" : "60:00 lead.new 0"))
      #expect(all.allSatisfy { desk.fate($0).hasPrefix(count > 3 ? "folded: hold_until" : "waiting") })
    }
  }

  @Test func severalRolesEachByTheirOwnRules() {
    let loud = Table(
      role: "devops",
      rows: [
        Row(name: "trouble", to: [.transport("chat", TargetTemplate())], alert: .loud)
      ])
    let plain = Table(role: "support", rows: [Row(to: [.transport("chat", TargetTemplate())])])
    var desk = Desk([policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(600)) }], rows: [loud, plain])
    let first = desk.post("a.failed", at: 0)
    let second = desk.post("a.failed", at: 1)
    #expect(desk.fate(first) == "waiting; folded: same target as role devops")
    // What one role holds back makes the other neither late nor deaf.
    #expect(desk.fate(second) == "folded: dedupe: a repeat of event 1; waiting")
    #expect(desk.deliveries.map(\.alert) == [.loud, .normal])
  }
}
