import Bellhop
import Pacing
import Store
import Testing

/// `dedupe` and `throttle`.
@Suite struct RepeatTests {
  private let dedupe = policy { $0.dedupe = PacePolicy.Dedupe(by: ["type", "subject"], within: .seconds(600)) }

  @Test func repeatsAreToldAtTheEndInOne() throws {
    var desk = Desk([dedupe])
    let first = desk.post("job.failed", at: 0)
    let second = desk.post("job.failed", at: 60)
    desk.post("job.failed", at: 599)
    // It does not slide: the next one after the end is sent.
    desk.post("job.failed", at: 601)
    desk.run(until: 2_000)
    #expect(desk.told == ["0:00 job.failed s", "10:00 2 more in 10 min", "10:01 job.failed s"])
    #expect(desk.fate(second) == "folded: dedupe: a repeat of event \(first)")
    let summary = try #require(desk.deliveries.first { $0.event.type == "bellhop.repeats" })
    #expect(summary.alert == .quiet && summary.event.subject == "s", "in the thread of the first")
    #expect(summary.event.data["events"] == [2, 3] && summary.event.data["count"] == 2)
  }

  @Test func noRepeatsNoSummary() {
    var desk = Desk([dedupe])
    desk.post("job.failed", at: 0)
    desk.post("job.failed", "other", at: 1)
    desk.run(until: 2_000)
    #expect(desk.told == ["0:00 job.failed s", "0:01 job.failed other"])
  }

  @Test func worseCutsThroughAndOpensAnew() {
    var desk = Desk([dedupe])
    desk.post("job.failed", "s", .error, at: 0)
    desk.post("job.failed", "s", .error, at: 10)
    desk.post("job.failed", "s", .critical, at: 60)
    desk.post("job.failed", "s", .error, at: 70)
    desk.run(until: 2_000)
    #expect(desk.told.sorted() == ["0:00 job.failed s", "11:00 1 more in 10 min", "1:00 1 more in 60 s", "1:00 job.failed s"])
  }

  @Test func anEndClosesItAndCarriesTheCount() {
    var desk = Desk([dedupe])
    desk.post("db.firing", at: 0)
    desk.post("db.firing", at: 10)
    desk.post("db.resolved", at: 60)
    desk.run(until: 2_000)
    #expect(desk.told.sorted() == ["0:00 db.firing s", "1:00 1 more in 60 s", "1:00 db.resolved s"])
  }

  @Test func whatIsExceptedIsTold() {
    var desk = Desk([
      policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(600), unless: .data(["vip"], [.equals(true)])) }
    ])
    desk.post("job.failed", at: 0)
    desk.post("job.failed", at: 1, data: ["vip": true])
    desk.post("job.failed", at: 2)
    desk.run(until: 2_000)
    #expect(desk.told == ["0:00 job.failed s", "0:01 job.failed s", "10:00 1 more in 10 min"])
  }

  @Test func aThrottleTellsTheFirstAndThenHowMany() throws {
    var desk = Desk([policy { $0.throttle = PacePolicy.Throttle(max: 2, per: .seconds(600)) }])
    for number in 0..<7 {
      desk.post(number % 2 == 0 ? "a.failed" : "b.failed", "s\(number)", number == 5 ? .critical : .error, at: Double(number))
    }
    desk.post("a.failed", "late", at: 700)
    desk.run(until: 3_000)
    #expect(desk.told == ["0:00 a.failed s0", "0:01 b.failed s1", "10:00 trouble: 5 more in 10 min", "11:40 a.failed late"])
    let summary = try #require(desk.deliveries.first { $0.event.type == "bellhop.throttled" })
    #expect(summary.event.severity == .critical)
    #expect(summary.event.data["types"] == ["a.failed": 3, "b.failed": 2])
    #expect(summary.rendering?.text?.plain.hasPrefix("a.failed: 3\nb.failed: 2\n- b.failed s5") == true, "\(summary.event.text)")
  }

  /// Beyond the cap the oldest keys are closed and told, never dropped.
  @Test func tooManyKeysAreToldAsOthers() {
    var settle = policy {
      $0.settle = PacePolicy.Settle(.seconds(100))
      $0.keys = 10
    }
    settle.row = "many"
    var desk = Desk([settle])
    for number in 0..<25 { desk.post("db.firing", "\(number)", at: Double(number)) }
    desk.run(until: 1_000)
    #expect(desk.told.count == 11, "\(desk.told)")
    #expect(desk.told.filter { $0.contains("many: and 15 others") }.count == 1, "\(desk.told)")
    #expect(desk.fate(1) == "folded: settle: too many at a time, told with others")
    #expect(desk.closed == [ClosedKeys(role: "devops", row: "many", rule: "settle"): 15])
    desk.post("db.resolved", "1", at: 1_001)
    #expect(desk.told.last == "16:41 db.resolved 1", "told with others is told")
    var dedupe = dedupe
    dedupe.keys = 10
    var second = Desk([dedupe])
    for number in 0..<25 { for _ in 0..<3 { second.post("job.failed", "\(number)", at: Double(number)) } }
    second.run(until: 2_000)
    #expect(second.told.filter { $0.hasSuffix("more in 10 min") }.count == 10)
    #expect(second.told.filter { $0.contains("trouble: and 30 others") }.count == 1, "\(second.told)")
  }

  @Test func aThrottleByKeyCountsEachAlone() {
    var desk = Desk([policy { $0.throttle = PacePolicy.Throttle(max: 1, per: .seconds(600), by: ["data.host"]) }])
    for (number, host) in ["a", "b", "a", "b"].enumerated() {
      desk.post("x.failed", host, at: Double(number), data: ["host": .string(host)])
    }
    desk.run(until: 3_000)
    #expect(
      desk.told == ["0:00 x.failed a", "0:01 x.failed b", "10:00 trouble: 1 more in 10 min", "10:01 trouble: 1 more in 10 min"])
  }

  /// The place in the row of a key that ended and began again is its new one: it is the youngest, and not the one to be closed.
  @Test func aKeyThatBeganAgainIsNotTheOldest() {
    var settling = Desk([
      policy {
        $0.settle = PacePolicy.Settle(.seconds(60))
        $0.keys = 1
      }
    ])
    settling.post("db.firing", "a", at: 0)
    settling.post("db.resolved", "a", at: 1)
    let again = settling.post("db.firing", "a", at: 2)
    #expect(settling.fate(again).hasPrefix("held: settle: waits"))
    settling.run(until: 300)
    #expect(settling.told == ["1:02 db.firing a"])

    var repeating = Desk([
      policy {
        $0.dedupe = PacePolicy.Dedupe(by: ["subject"], within: .seconds(600))
        $0.keys = 2
      }
    ])
    repeating.post("db.firing", "a", at: 0)
    repeating.post("db.resolved", "a", at: 1)
    for (number, subject) in ["a", "a", "b", "b"].enumerated() { repeating.post("db.firing", subject, at: 2 + Double(number)) }
    repeating.run(until: 2_000)
    #expect(repeating.told.suffix(2) == ["10:02 1 more in 10 min", "10:04 1 more in 10 min"], "\(repeating.told)")
  }
}
