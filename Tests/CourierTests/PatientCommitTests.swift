import Bellhop
import Store
import TestSupport
import Testing

@testable import Courier

/// Successes may wait for the next commit, where nobody waits for the places that they take.
struct PatientCommitTests {
  /// What the core wants written when the oldest attempt of a rig ends so.
  private func written(_ rig: inout Rig, _ outcome: Outcome = .delivered(Receipt())) -> [(number: Int, batch: Batch)] {
    let sending = rig.sends.removeFirst()
    return commits(
      rig.core.step([.sent(token: sending.token, delivery: sending.parcel.id, outcome: outcome, took: .zero, Earlier())], at: rig.now))
  }

  private func commits(_ effects: [Effect]) -> [(number: Int, batch: Batch)] {
    effects.compactMap { if case .commit(let number, let batch) = $0 { (number, batch) } else { nil } }
  }

  private func isHurried(_ effects: [Effect]) -> Bool { effects.contains { if case .hurry = $0 { true } else { false } } }

  /// Tells the core of one more arrival, and does nothing of what it wants.
  private func arrive(_ rig: inout Rig) -> [Effect] {
    let event = Event(id: "late", sender: "s", source: "s", time: rig.now.wall)
    let plan = Plan(deliveries: [PlannedDelivery(destination: Destination(transport: "log"), role: "r")])
    let deliveries = rig.store.apply(Batch(arrivals: [Arrival(event: event, plan: plan)]), now: rig.now.wall).committed.deliveries
    return rig.core.step([.arrived(deliveries)], at: rig.now)
  }

  @Test func aSuccessCanWaitWhereNobodyIsInLine() {
    var rig = Rig(roster: roster())
    rig.post(1)
    #expect(written(&rig).map(\.batch.isPatient) == [true])
  }

  @Test func notWhereTheNextInLineWantsItsPlace() {
    var rig = Rig(roster: roster())
    rig.post(2)
    #expect(written(&rig).map(\.batch.isPatient) == [false])
  }

  @Test func notWhereAnotherLaneWaitsForAPlaceOfTheTransport() {
    var rig = Rig(roster: roster(Policy(concurrency: 1), parallel: 1))
    rig.post(2, to: { Destination(transport: "log", target: Target(["path": .string("\($0)")])) })
    #expect(rig.core.lanes.count == 2 && rig.sends.count == 1)
    #expect(written(&rig).map(\.batch.isPatient) == [false])
  }

  @Test func aFailureIsWrittenAtOnce() {
    var rig = Rig(roster: roster())
    rig.post(1)
    #expect(written(&rig, .postponed(Fault(.unavailable, "503"))).map(\.batch.isPatient) == [false])
  }

  @Test func whoComesForThePlaceMakesItHurryOnce() {
    var rig = Rig(roster: roster())
    rig.post(1)
    _ = written(&rig)
    #expect(isHurried(arrive(&rig)))
    #expect(!isHurried(rig.core.step([.tick], at: rig.now)))
  }

  @Test func whoFindsAPlaceHurriesNobody() {
    var rig = Rig(roster: roster(Policy(concurrency: 2)))
    rig.post(1)
    _ = written(&rig)
    #expect(!isHurried(arrive(&rig)))
  }

  @Test func theEndOfAllHurries() {
    var rig = Rig(roster: roster())
    rig.post(1)
    _ = written(&rig)
    rig.core.drain(cancelAt: rig.ticks + .seconds(5))
    #expect(isHurried(rig.core.step([], at: rig.now)))
  }

  /// However many successes wait, a failure and the start of an attempt do not wait for them.
  @Test func othersAreNotKeptBack() {
    var rig = Rig(roster: roster(Policy(concurrency: 8)))
    rig.post(5)
    for count in 1...4 { #expect(written(&rig).count == (count > rig.core.limits.commits ? 0 : 1)) }
    let failed = written(&rig, .postponed(Fault(.unavailable, "503")))
    #expect(failed.map(\.batch.isPatient) == [false])
    #expect(failed.first?.batch.settlements.count == 3, "what was collected meanwhile goes along")
    // What was handed in is answered in any order.
    for number in 1...2 { _ = rig.core.step([.committed(number)], at: rig.now) }
    _ = rig.core.step([.committed(failed[0].number)], at: rig.now)
    #expect(rig.core.outbox.inFlight.isEmpty && rig.core.outbox.isEmpty)
  }
}
