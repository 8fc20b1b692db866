import Bellhop
import Testing

@testable import Courier

private let retry = RetryPolicy(for: .seconds(1_000), first: .seconds(4), max: .seconds(60))
private let trouble = Outcome.postponed(Fault(.unavailable, "503"))

private func moment(_ seconds: Double) -> StepTime {
  StepTime(wall: Timestamp(seconds: 1_000) + .seconds(seconds), ticks: .seconds(seconds), luck: 1)
}

struct BreakerTests {
  private func opened() -> Breaker {
    var breaker = Breaker()
    for id in 1...5 { _ = breaker.note(trouble, of: Int64(id), retry: retry, at: moment(0)) }
    return breaker
  }

  @Test func opensAfterFiveMessagesFailInARow() {
    var breaker = Breaker()
    for id in 1...4 { #expect(breaker.note(trouble, of: Int64(id), retry: retry, at: moment(0)) == nil) }
    #expect(breaker.note(trouble, of: 5, retry: retry, at: moment(0)) == .opened)
    #expect(breaker.state == .open(until: .seconds(4)))
  }

  @Test func oneSuccessBetweenStartsAnew() {
    var breaker = Breaker()
    for id in 1...4 { _ = breaker.note(trouble, of: Int64(id), retry: retry, at: moment(0)) }
    _ = breaker.note(.delivered(Receipt()), of: 9, retry: retry, at: moment(0))
    for id in 11...14 { #expect(breaker.note(trouble, of: Int64(id), retry: retry, at: moment(0)) == nil) }
  }

  @Test func aPoisonMessageAloneDoesNotOpenIt() {
    var breaker = Breaker()
    for _ in 0..<50 { #expect(breaker.note(trouble, of: 7, retry: retry, at: moment(0)) == nil) }
    #expect(breaker.state == .closed)
  }

  @Test func nobodyThereIsNotTheMessagesFault() {
    var breaker = Breaker()
    let nobody = Outcome.postponed(Fault(.unreachable, "refused"))
    for _ in 0..<4 { #expect(breaker.note(nobody, of: 7, retry: retry, at: moment(0)) == nil) }
    #expect(breaker.note(nobody, of: 7, retry: retry, at: moment(0)) == .opened)
  }

  @Test func a429IsNoFailure() {
    var breaker = Breaker()
    for id in 1...50 {
      let slow = Outcome.postponed(Fault(.throttled, "429"), retryAfter: id % 2 == 0 ? .seconds(1) : nil)
      #expect(breaker.note(slow, of: Int64(id), retry: retry, at: moment(0)) == nil)
    }
    #expect(breaker.state == .closed)
  }

  @Test func aFailedProbeDoublesTheWaitUpToFiveMinutesUntold() {
    var breaker = opened()
    var time = 0.0
    var waits: [Double] = []
    let long = RetryPolicy(for: .seconds(1), first: .seconds(4), max: .seconds(3_600))
    for id in 10..<18 {
      guard case .open(let until) = breaker.state else {
        Issue.record("not open")
        return
      }
      waits.append(until / .seconds(1) - time)
      time = until / .seconds(1)
      breaker.settle(at: until)
      #expect(breaker.state == .probing)
      #expect(breaker.note(trouble, of: Int64(id), retry: long, at: moment(time)) == nil)
    }
    #expect(waits == [4, 8, 16, 32, 64, 128, 256, 300])
  }

  @Test func aGoodProbeMendsIt() {
    var breaker = opened()
    breaker.settle(at: .seconds(3))
    #expect(breaker.state != .probing)
    breaker.settle(at: .seconds(4))
    #expect(breaker.note(.delivered(Receipt()), of: 6, retry: retry, at: moment(4)) == .mended)
    #expect(breaker == Breaker())
  }
}

struct PacerTests {
  @Test func spreadsEvenlyWithoutABurst() {
    var pacer = RateGate()
    var sent: [Duration] = []
    var now = Duration.seconds(100)
    while sent.count < 5 {
      if pacer.next <= now {
        pacer.take(Rate(2, per: .seconds(1)), at: now)
        sent.append(now - .seconds(100))
      }
      now += .milliseconds(1)
    }
    #expect(sent == [0, 480, 980, 1_480, 1_980].map { .milliseconds($0) })
  }

  @Test func withoutARateItNeverWaits() {
    var pacer = RateGate()
    for _ in 0..<100 { pacer.take(nil, at: .seconds(1)) }
    #expect(pacer.next == .zero)
  }
}

struct AgendaTests {
  @Test func givesTheEarliestFirst() {
    var agenda = Timers()
    let times = [5, 3, 9, 1, 7, 3, 2, 8, 6, 4]
    for (lane, time) in times.enumerated() { agenda.add(.init(at: .seconds(time), lane: lane)) }
    var order: [Duration] = []
    while let entry = agenda.pop(dueBy: .seconds(7)) { order.append(entry.at) }
    #expect(order == [1, 2, 3, 3, 4, 5, 6, 7].map { .seconds($0) })
    #expect(agenda.first?.at == .seconds(8))
  }
}

struct PauseTests {
  @Test(arguments: [
    Pause(until: nil, why: "upkeep \"now\"", byHand: true), Pause(until: Timestamp(microseconds: 17), why: "", byHand: false),
  ])
  func survivesItsState(pause: Pause) {
    #expect(Pause(state: pause.state().bytes) == pause)
  }

  @Test func garbageIsNoPause() {
    #expect(Pause(state: Array("{".utf8)) == nil)
    #expect(Pause(state: []) == nil)
  }
}
