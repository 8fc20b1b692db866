import Bellhop
import Deciding
import Matching
import Pacing
import Routing
import Store
import Testing

/// `until_ack`: told again until somebody is at it.
@Suite struct UntilAckTests {
  private static func rule(_ role: String = "devops", max: Int = 6, escalates: Bool = true) -> PacePolicy {
    var policy = PacePolicy(role: role, row: "trouble")
    policy.untilAck = PacePolicy.UntilAck(every: .seconds(300), max: max, escalates: escalates)
    return policy
  }

  @Test func itIsToldAgainAtAFixedDistanceAndThenToOthersOnce() {
    var desk = Desk([Self.rule()])
    let first = desk.post("db.firing", at: 0)
    // What comes in between moves nothing.
    desk.post("db.firing", at: 400)
    desk.run(until: 10_000)
    #expect(
      desk.told == [
        "0:00 db.firing s", "5:00 2 of 6: db.firing s", "6:40 db.firing s", "10:00 3 of 6: db.firing s", "15:00 4 of 6: db.firing s",
        "20:00 5 of 6: db.firing s", "25:00 6 of 6: db.firing s", "30:00 nobody acknowledged it in 30 min: db.firing s",
      ])
    let again = desk.deliveries.filter { $0.event.type == "bellhop.reminder" }
    #expect(again.count == 5 && again.allSatisfy { $0.alert == .loud && $0.destination.transport == "devops" && $0.event.subject == "s" })
    #expect(again.map { $0.event.data["number"]?.int } == [2, 3, 4, 5, 6] && again.allSatisfy { $0.event.data["event"]?.int == first })
    let others = desk.deliveries.filter { $0.event.type == "bellhop.escalation" }
    #expect(others.map(\.destination.transport) == ["boss"] && others.first?.alert == .loud)
    #expect(desk.store.nextAlarm(.window) == nil)
  }

  @Test func everyMessageThatAsksNamesTheFirst() {
    var desk = Desk([Self.rule(max: 2)])
    let first = desk.post("db.firing", at: 0)
    desk.run(until: 600)
    desk.post("db.resolved", at: 700)
    #expect(desk.deliveries.map { $0.rendering?.acknowledges } == [first, first, first, nil])
  }

  @Test func itEndsWithItsLastWhereNobodyElseIsToBeTold() {
    var desk = Desk([Self.rule(max: 3, escalates: false)])
    desk.post("db.firing", at: 0)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s", "5:00 2 of 3: db.firing s", "10:00 3 of 3: db.firing s"])
    // That was the end of it: what fires now begins anew.
    desk.post("db.firing", at: 10_000)
    desk.run(until: 10_400)
    #expect(desk.told.suffix(2) == ["166:40 db.firing s", "171:40 2 of 3: db.firing s"])
  }

  @Test func anAcknowledgementEndsItAndIsSeenWhereItWasTold() throws {
    var desk = Desk([Self.rule()])
    let first = desk.post("db.firing", at: 0)
    #expect(desk.acknowledge(first, at: 400) == 1)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s", "5:00 2 of 6: db.firing s", "6:40 acknowledged by ann"])
    let line = try #require(desk.deliveries.last)
    #expect(line.event.type == "bellhop.acknowledged" && line.alert == .quiet && line.destination.transport == "devops")
    #expect(
      line.event.subject == "s" && line.rendering?.acknowledges == nil && line.rendering?.text?.plain == "acknowledged by ann: db.firing s")
    // Once is enough.
    #expect(desk.acknowledge(first, at: 10_100) == 0)
    #expect(desk.told.count == 3)
  }

  @Test func whoWasToldInTheEndMayAnswerAndAllHearOfIt() {
    var desk = Desk([Self.rule(max: 1)])
    let first = desk.post("db.firing", at: 0)
    desk.run(until: 600)
    #expect(desk.acknowledge(first, by: "boss", at: 700) == 1)
    #expect(desk.deliveries.suffix(2).map(\.destination.transport) == ["devops", "boss"])
  }

  @Test func oneRolesWordIsOnesRoleOnly() {
    var desk = Desk([Self.rule("devops", max: 2, escalates: false), Self.rule("support", max: 2, escalates: false)])
    let first = desk.post("db.firing", at: 0)
    #expect(desk.acknowledge(first, roles: ["support"], at: 100) == 1)
    desk.run(until: 10_000)
    #expect(desk.deliveries.filter { $0.event.type == "bellhop.reminder" }.map(\.role) == ["devops"])
    #expect(desk.deliveries.filter { $0.event.type == "bellhop.acknowledged" }.map(\.role) == ["support"])
  }

  @Test func theEndOfItsProblemEndsIt() {
    var desk = Desk([Self.rule()])
    let first = desk.post("db.firing", "a", at: 0)
    desk.post("db.firing", "b", at: 10)
    desk.post("db.resolved", "a", at: 20)
    #expect(desk.acknowledge(first, at: 30) == 0)
    desk.run(until: 320)
    #expect(desk.told == ["0:00 db.firing a", "0:10 db.firing b", "0:20 db.resolved a", "5:10 2 of 6: db.firing b"])
  }

  /// Types without a life are problems too, where their end says so.
  @Test func whatSaysNothingOfItsLifeEndsToo() {
    var desk = Desk([Self.rule()])
    desk.post("db.down", at: 0)
    desk.post("db.down.resolved", at: 20)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.down s", "0:20 db.down.resolved s"])
  }

  @Test func aMonitorsWordIsAnAcknowledgementToo() {
    var desk = Desk([Self.rule()])
    desk.post("db.firing", at: 0)
    desk.post("db.acknowledged", at: 20)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s", "0:20 db.acknowledged s"])
    #expect(desk.deliveries.last?.alert == .quiet)
  }

  @Test func aSilencePausesItAndItGoesOnAfterwards() throws {
    var desk = Desk([Self.rule(max: 3)])
    desk.post("db.firing", at: 0)
    try desk.silence("type:db.*", from: 310, until: 1_000)
    desk.run(until: 10_000)
    // The first was told before; what the silence held back is not counted, and its end tells nothing by itself.
    #expect(
      desk.told == [
        "0:00 db.firing s", "5:00 2 of 3: db.firing s", "20:00 3 of 3: db.firing s", "25:00 nobody acknowledged it in 25 min: db.firing s",
      ])
  }

  @Test func whatASilenceHeldBackAsksNobody() throws {
    var desk = Desk([Self.rule()])
    try desk.silence("type:db.*", from: 0, until: 100)
    desk.post("db.firing", at: 10)
    desk.run(until: 10_000)
    #expect(desk.told.isEmpty)
  }

  @Test func whatFiresSoonAfterAnAnswerDoesNotStartAgain() {
    var desk = Desk([Self.rule(max: 2, escalates: false)])
    let first = desk.post("db.firing", at: 0)
    desk.acknowledge(first, at: 100)
    let soon = desk.post("db.firing", at: 399)
    desk.run(until: 5_000)
    #expect(desk.told == ["0:00 db.firing s", "1:40 acknowledged by ann", "6:39 db.firing s"])
    #expect(desk.deliveries.last?.rendering?.acknowledges == nil)
    #expect(desk.acknowledge(soon, at: 5_000) == 0)
    let late = desk.post("db.firing", at: 5_100)
    desk.run(until: 5_500)
    #expect(desk.told.suffix(2) == ["85:00 db.firing s", "90:00 2 of 2: db.firing s"])
    // An old link does not answer for what is new.
    #expect(desk.acknowledge(first, at: 5_500) == 0 && desk.acknowledge(late, at: 5_500) == 1)
  }

  @Test func anAnswerOutlivesARestart() {
    var desk = Desk([Self.rule()])
    let first = desk.post("db.firing", at: 0)
    desk.acknowledge(first, at: 100)
    desk.decider = Desk.decider([Self.rule()])
    desk.post("db.firing", at: 200)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s", "1:40 acknowledged by ann", "3:20 db.firing s"])
  }

  @Test func whatCameDueWhileDownIsToldOnceAndGoesOn() {
    var desk = Desk([Self.rule(max: 4, escalates: false)])
    desk.post("db.firing", at: 0)
    desk.sleep(until: 1_000)
    desk.decider = Desk.decider([Self.rule(max: 4, escalates: false)])
    desk.run(until: 10_000)
    #expect(
      desk.told == ["0:00 db.firing s", "16:40 2 of 4: db.firing s", "20:00 3 of 4: db.firing s", "25:00 4 of 4: db.firing s"])
    #expect(desk.deliveries[1].rendering?.fields.first?.name == "Due at" && desk.deliveries[2].rendering?.fields.isEmpty == true)
  }

  @Test func itIsCountedFromWhenPeopleHeardOfIt() throws {
    var rule = Self.rule(max: 2, escalates: false)
    rule.settle = PacePolicy.Settle(.seconds(120))
    var desk = Desk([rule])
    let first = desk.post("db.firing", at: 0)
    desk.run(until: 10_000)
    #expect(desk.told == ["2:00 db.firing s", "7:00 2 of 2: db.firing s"])
    #expect(desk.deliveries.first?.rendering?.acknowledges == first)
    var held = Self.rule(max: 2, escalates: false)
    let hours = try Calendar(name: "hours", days: Set(1...7), from: 600, to: 1_200, zone: "UTC")
    held.hold = hours
    let rows = [
      Table(role: "devops", rows: [Row(name: "trouble", to: [.transport("devops", TargetTemplate())], alert: .loud, holdUntil: "hours")])
    ]
    desk = Desk([held], rows: rows, calendars: [hours])
    desk.post("db.firing", at: 0)
    desk.run(until: 10_000)
    #expect(desk.told == ["60:00 db.firing s", "65:00 2 of 2: db.firing s"])
  }

  @Test func aChangedRuleGoesOnByItsNewWords() {
    var desk = Desk([Self.rule(max: 3, escalates: false)])
    desk.post("db.firing", at: 0)
    desk.run(until: 310)
    var shorter = Self.rule(max: 3, escalates: false)
    shorter.untilAck?.every = .seconds(60)
    desk.decider = Desk.decider([shorter])
    desk.wakeAll()
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s", "5:00 2 of 3: db.firing s", "6:00 3 of 3: db.firing s"])
    desk = Desk([Self.rule()])
    desk.post("db.firing", at: 0)
    desk.decider = Desk.decider([policy { $0.resolves = .type([Glob("db.ok")]) }])
    desk.wakeAll()
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s"])
  }

  /// Its answer is known for days, and does not make news of a second word that the problem is over.
  @Test func whatIsOverWhileTheRuleIsAwayIsNotNewsWhenItIsBack() {
    for meanwhile in [policy { $0.resolves = .type([Glob("db.ok")]) }, policy { _ in }] {
      var desk = Desk([Self.rule()])
      let first = desk.post("db.firing", at: 0)
      #expect(desk.acknowledge(first, at: 100) == 1)
      desk.decider = Desk.decider([meanwhile])
      desk.wakeAll()
      desk.post("db.resolved", at: 200)
      desk.decider = Desk.decider([Self.rule()])
      desk.post("db.resolved", at: 300)
      #expect(desk.told == ["0:00 db.firing s", "1:40 acknowledged by ann", "3:20 db.resolved s"])
    }
  }

  @Test func aForgottenEventIsToldNoMore() {
    var desk = Desk([Self.rule()])
    desk.post("db.firing", at: 0)
    _ = desk.store.forget(subject: "s", limit: 10)
    desk.run(until: 10_000)
    #expect(desk.told == ["0:00 db.firing s"])
  }
}
