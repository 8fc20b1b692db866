import Bellhop
import Courier
import Store
import Testing

@testable import Gateway

@Suite struct TroubleTests {
  private let start = Timestamp(seconds: 1_800_000_000)

  /// A disk that stays low is told once a minute, not at every look.
  @Test func theSameIsToldOnceAMinute() {
    var trouble = Trouble()
    #expect(trouble.storeLow("low", at: start)?.type == "bellhop.store.low")
    #expect(trouble.storeLow("low", at: start + .seconds(59)) == nil)
    let again = trouble.storeLow("lower", at: start + .seconds(60))
    #expect(again?.text == "lower" && again?.severity == .critical)
  }

  /// Once a day within the last week, and the same event after a restart.
  @Test func secretsThatEndSoonAreTold() {
    var trouble = Trouble()
    let end = start + .seconds(10 * 86_400)
    var told: [Event] = []
    for hour in 0..<(12 * 24) { told += trouble.expiring([("sender shop", end)], at: start + .seconds(hour * 3_600)) }
    #expect(told.count == 8, "the days that the last 168 hours touch: \(told.map(\.id))")
    #expect(told.allSatisfy { $0.type == "bellhop.token.expiring" && $0.subject == "sender shop" && $0.time < end })
    #expect(Set(told.map(\.id)).count == told.count)
    var anew = Trouble()
    #expect(anew.expiring([("sender shop", end)], at: end - .seconds(60)) == told.suffix(1))
  }

  @Test func lanesAreToldApart() {
    var trouble = Trouble()
    let fault = Fault(.unreachable, "nobody there")
    #expect(trouble.event(for: .laneBroken(lane: "chat #a", fault: fault), at: start)?.subject == "chat #a")
    #expect(trouble.event(for: .laneBroken(lane: "chat #b", fault: fault), at: start)?.subject == "chat #b")
    #expect(trouble.event(for: .laneBroken(lane: "chat #a", fault: fault), at: start) == nil)
    #expect(trouble.event(for: .laneMended(lane: "chat #a"), at: start)?.type == "bellhop.lane.mended")
  }

  @Test(arguments: [(Int64(-7_200), "back by 2h"), (90, "forward by 90s")])
  func aClockThatWasSetIsTold(_ seconds: Int64, _ words: String) {
    var trouble = Trouble()
    let told = trouble.event(for: .clockJumped(by: .seconds(seconds)), at: start)
    #expect(told?.type == "bellhop.clock.jumped" && told?.severity == .warning && told?.data["by"] == .int(seconds))
    #expect(told?.text == "The machine's clock was set \(words): look at its time service; waits go on as they were")
  }

  /// A target that an event could not fill is somebody's silence: it is told like any other death.
  @Test func whatIsDeadFromTheStartIsTold() {
    var trouble = Trouble()
    let destination = Destination(channel: "shops", transport: "chat")
    var planned = PlannedDelivery(destination: destination, role: "sales", state: .dead, note: "channel: the event has no data.shop")
    func kept(_ type: String, from sender: String = "s") -> Committed.Kept {
      let event = Event(id: "1", sender: sender, source: "s", type: type, time: start)
      return Committed.Kept(sequence: 9, received: start, event: event, plan: Plan(deliveries: [planned]))
    }
    let told = trouble.event(for: planned, of: kept("order.paid"), at: start)
    #expect(told?.type == "bellhop.delivery.dead" && told?.subject == "shops" && told?.data["event"] == 9)
    #expect(told?.text == "order.paid could not be delivered to shops: channel: the event has no data.shop")
    #expect(trouble.event(for: planned, of: kept("order.paid"), at: start) == nil, "once a minute")
    #expect(trouble.event(for: planned, of: kept("bellhop.lane.broken", from: "bellhop"), at: start + .seconds(99)) == nil)
    planned.state = .folded
    #expect(trouble.event(for: planned, of: kept("order.paid"), at: start + .seconds(99)) == nil)
  }

  /// Else a channel for Bellhop's own trouble that fails would feed on itself.
  @Test func troubleAboutTroubleIsNotTold() {
    var trouble = Trouble()
    func dead(_ type: String, from sender: String) -> CourierEvent {
      let event = Event(id: "1", sender: sender, source: "s", type: type, time: start)
      let delivery = Delivery(
        id: 1, sequence: 1, destinationID: 1, destination: Destination(transport: "chat", target: Target()), event: event, received: start,
        role: "r")
      return .deliveryDead(delivery, Fault(.rejected, "no"))
    }
    #expect(trouble.event(for: dead("bellhop.store.low", from: "bellhop"), at: start) == nil)
    // What another calls by such a name is lost like anything else of his: a relayed event of the hub's, say.
    #expect(trouble.event(for: dead("bellhop.store.low", from: "upstream"), at: start)?.type == "bellhop.delivery.dead")
    trouble = Trouble()
    #expect(trouble.event(for: dead("user.registered", from: "s"), at: start)?.type == "bellhop.delivery.dead")
  }
}
