import Bellhop
import Store
import Testing

@testable import Courier

/// Faults of the lane and faults of the message.
struct OutageTests {
  private static let policy = Policy(concurrency: 1, retry: RetryPolicy(for: .seconds(1_000), first: .seconds(1), max: .seconds(60)))

  /// Lets time go by, every attempt ending so; answers how many were made.
  private func pass(_ rig: inout Rig, until: Int, _ outcome: Outcome) -> Int {
    var attempts = 0
    while rig.ticks < .seconds(until) {
      attempts += rig.sends.count
      rig.answer(outcome)
      rig.ticks += .seconds(5)
      rig.step([.tick])
    }
    return attempts
  }

  private func count(_ rig: Rig, _ state: DeliveryState) -> Int { rig.store.deliveries.values.filter { $0.state == state }.count }

  /// A host that is gone: each of its messages ends in the time it was promised, and not in that time behind all others.
  @Test func aBacklogForNobodyEndsInItsTime() throws {
    var rig = Rig(roster: roster(Self.policy))
    let gone = Outcome.postponed(Fault(.unreachable, "connection refused"))
    rig.post(2_000)
    var attempts = pass(&rig, until: 600, gone)
    rig.post(10)
    attempts += pass(&rig, until: 980, gone)
    #expect(count(rig, .dead) == 0)
    attempts += pass(&rig, until: 1_150, gone)
    #expect(count(rig, .dead) == 2_000 && count(rig, .waiting) == 10)
    attempts += pass(&rig, until: 1_560, gone)
    #expect(count(rig, .waiting) == 10, "those that came later have their own time")
    attempts += pass(&rig, until: 1_750, gone)
    #expect(count(rig, .dead) == 2_010)
    #expect(attempts < 100)
    let last = try #require(rig.store.deliveries[1_900])
    #expect(last.fault == .unreachable && last.note == "connection refused (its lane took nothing for 1000s)", "\(last.note ?? "")")
    #expect(rig.dead == 2_010)
  }

  /// What was there for a while counts no more.
  @Test func anOutageThatEndsCostsNobody() {
    var rig = Rig(roster: roster(Self.policy))
    let gone = Outcome.postponed(Fault(.unreachable, "connection refused"))
    rig.post(100)
    _ = pass(&rig, until: 900, gone)
    while count(rig, .delivered) < 1 {
      rig.deliver()
      rig.ticks += .seconds(5)
      rig.step([.tick])
    }
    _ = pass(&rig, until: 1_500, gone)
    #expect(count(rig, .dead) == 0)
  }

  /// A pause by hand in the middle: nobody was tried then, so nobody's time went by.
  @Test func aPauseByHandIsNoOutage() {
    var rig = Rig(roster: roster(Self.policy))
    let gone = Outcome.postponed(Fault(.unreachable, "connection refused"))
    rig.post(100)
    _ = pass(&rig, until: 500, gone)
    rig.core.pause("log", Pause(until: nil, why: "upkeep", byHand: true))
    _ = pass(&rig, until: 2_000, gone)
    rig.core.resume("log", at: rig.now)
    _ = pass(&rig, until: 2_400, gone)
    #expect(count(rig, .dead) == 0)
  }

  /// A token that was revoked: it is told, one message now and then asks whether it is taken again, and the others wait.
  @Test func credentialsThatAreNotTakenEmptyNoLane() {
    var rig = Rig(roster: roster(Policy(concurrency: 1)))
    rig.post(1_000)
    _ = pass(&rig, until: 600, .refused(Fault(.unauthorized, "401")))
    #expect((3...15).contains(count(rig, .dead)), "\(count(rig, .dead))")
    #expect(rig.broken == 1)
    let lost = count(rig, .dead)
    rig.ticks += .seconds(300)
    rig.step([.tick])
    while !rig.sends.isEmpty { rig.deliver() }
    #expect(count(rig, .delivered) == 1_000 - lost)
    #expect(rig.mended == 1)
  }

  /// And where nobody mends it, the backlog ends when its time is over.
  @Test func credentialsThatStayWrongEndTheBacklogInItsTime() {
    var rig = Rig(roster: roster(Self.policy))
    rig.post(1_000)
    _ = pass(&rig, until: 990, .refused(Fault(.unauthorized, "401")))
    #expect(count(rig, .dead) < 50)
    _ = pass(&rig, until: 1_200, .refused(Fault(.unauthorized, "401")))
    #expect(count(rig, .dead) == 1_000)
  }

  /// A single one that is refused so among others that are taken is its own fault.
  @Test func oneThatIsForbiddenBlocksNobody() {
    var rig = Rig(roster: roster(Policy(concurrency: 1)))
    rig.post(100)
    rig.answer(.refused(Fault(.unauthorized, "403")))
    rig.ticks += .seconds(2)
    rig.step([.tick])
    while !rig.sends.isEmpty { rig.deliver() }
    #expect(count(rig, .delivered) == 99 && rig.broken == 0 && rig.mended == 0)
  }
}

/// Retries and clocks that were set.
struct SetClockTests {
  private static let policy = Policy(concurrency: 1, retry: RetryPolicy(for: .seconds(86_400), first: .seconds(1), max: .seconds(900)))
  private let year = Duration.seconds(365 * 86_400)

  private func tried(_ rig: inout Rig) {
    rig.post(1)
    rig.answer(.postponed(Fault(.unavailable, "503")))
  }

  /// The clock was a year ahead when a retry was put off, and is right at the next start: it is due now. What a calendar holds is held.
  @Test func aRetryOverARestartIsNotAYearAway() throws {
    var rig = Rig(roster: roster(Self.policy))
    rig.clockIsOff = year
    tried(&rig)
    rig.post(1, notBefore: rig.now.wall + .seconds(3_600))
    var after = Rig(roster: roster(Self.policy))
    after.store = rig.store
    after.load()
    #expect(after.sends.map(\.parcel.id) == [1])
    after.deliver()
    #expect(after.store.deliveries[2]?.state == .waiting && after.sends.isEmpty)
  }

  /// The other way round it is due too.
  @Test func aRetryFromAnEarlierClockIsDue() {
    var rig = Rig(roster: roster(Self.policy))
    tried(&rig)
    var after = Rig(roster: roster(Self.policy))
    after.clockIsOff = year
    after.store = rig.store
    after.load()
    after.step([.tick])
    #expect(after.sends.map(\.parcel.id) == [1])
  }

  /// Many of them, over several pages.
  @Test func allOfThemAreFound() {
    var rig = Rig(roster: roster(Policy(concurrency: 1_000, retry: Self.policy.retry), parallel: 1_000))
    rig.clockIsOff = year
    rig.post(700)
    rig.answer(.unclear(Fault(.timeout, "slow")))
    var after = Rig(roster: roster(Policy(concurrency: 1_000, retry: Self.policy.retry), parallel: 1_000))
    after.store = rig.store
    after.load()
    #expect(after.sends.count == 700)
  }

  /// In the middle of a process: told once, what was put off is due, what rests rests as long as the vendor said, a pause as long as people said.
  @Test(arguments: [1, -1]) func aClockThatIsSetIsToldAndDelaysNothing(_ sign: Int) {
    var rig = Rig(roster: roster(Self.policy, names: ["log", "other", "third"]))
    tried(&rig)
    rig.post(1, to: { _ in Destination(transport: "other") })
    rig.answer(.postponed(Fault(.throttled, "429"), retryAfter: .seconds(30)))
    rig.core.pause("third", Pause(until: rig.now.wall + .seconds(30), why: "upkeep", byHand: true))
    rig.post(1, to: { _ in Destination(transport: "third") })
    rig.setClock(by: sign > 0 ? year : .zero - year)
    #expect(rig.jumps == [sign > 0 ? year : .zero - year])
    rig.ticks += .seconds(10)
    rig.step([.tick])
    #expect(rig.sends.map(\.way.name) == ["log"])
    rig.ticks += .seconds(30)
    rig.step([.tick])
    #expect(Set(rig.sends.map(\.way.name)) == ["log", "other", "third"])
    #expect(rig.jumps.count == 1)
  }

  @Test func drift() {
    var steady = SteadyWall(wall: Timestamp(seconds: 1_000), ticks: .zero)
    func look(_ clock: Int64, _ ticks: Int) -> (Timestamp, Duration?) {
      let (now, jump) = steady.moment(clock: Timestamp(seconds: clock), ticks: .seconds(ticks), luck: 0)
      return (now.wall, jump)
    }
    #expect(look(1_010, 10) == (Timestamp(seconds: 1_010), nil))
    #expect(look(1_079, 20) == (Timestamp(seconds: 1_020), nil), "a minute is not a jump")
    #expect(look(5_000, 30) == (Timestamp(seconds: 5_000), .seconds(3_970)))
    #expect(look(5_010, 40) == (Timestamp(seconds: 5_010), nil))
    #expect(look(2_000, 50) == (Timestamp(seconds: 2_000), .seconds(-3_020)))
  }
}
