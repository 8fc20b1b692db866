import Bellhop
import Store
import Testing

@testable import Courier

private let policy = Policy(retry: .init(for: .seconds(100), first: .seconds(4), max: .seconds(30)))
private let trouble = Fault(.unavailable, "503")

private func delivery(spent: Duration = .zero, received: Int64 = 1_000, attempts: Int = 0) -> Delivery {
  Delivery(
    id: 1, sequence: 1, destinationID: 1, destination: Destination(transport: "chat"),
    event: Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: received)), received: Timestamp(seconds: received), role: "r",
    attempts: attempts, spent: spent)
}

private func judged(_ outcome: Outcome, spent: Duration = .zero, policy: Policy = policy, throttles: Int = 0, luck: Double = 1) -> Verdict {
  judge(outcome, of: delivery(spent: spent), under: policy, throttles: throttles, luck: luck)
}

struct VerdictTests {
  @Test func aDelayDoublesUpToItsCapAndEndsWithTheBudget() {
    var spent = Duration.zero
    var delays: [Duration] = []
    while case .later(let delay, let sum) = judged(.postponed(trouble), spent: spent) {
      delays.append(delay)
      spent = sum
    }
    #expect(delays == [4, 8, 16, 30, 30, 12].map { .seconds($0) })
    #expect(spent == .seconds(100))
    guard case .dead(let fault) = judged(.postponed(trouble), spent: spent) else {
      Issue.record("not dead after its budget")
      return
    }
    #expect(fault == Fault(.unavailable, "503 (tried for 100s)"))
  }

  @Test(arguments: [0.0, 0.3, 0.999]) func luckShortensADelayByAQuarterAtMost(luck: Double) {
    guard case .later(let delay, _) = judged(.postponed(trouble), spent: .seconds(50), luck: luck) else {
      Issue.record("not later")
      return
    }
    #expect((Duration.seconds(22.5)...Duration.seconds(30)).contains(delay))
  }

  @Test func aVendorsWordIsExactAndCostsNothing() {
    let slow = Fault(.throttled, "429")
    #expect(
      judged(.postponed(slow, retryAfter: .seconds(3)), spent: .seconds(7), luck: 0.1) == .rest(.seconds(3), .asked, spent: .seconds(7)))
    #expect(
      judged(.postponed(trouble, retryAfter: .seconds(900)), spent: .seconds(100)) == .rest(.seconds(900), .asked, spent: .seconds(100)))
    #expect(judged(.postponed(slow), spent: .seconds(100)) == .rest(.seconds(4), .throttled, spent: .seconds(100)))
    #expect(judged(.postponed(slow), throttles: 2) == .rest(.seconds(16), .throttled, spent: .zero))
    #expect(judged(.postponed(slow), throttles: 60) == .rest(.seconds(30), .throttled, spent: .zero))
    // "Retry-After: 0" is no pause at all: that would be a hot loop.
    #expect(judged(.postponed(slow, retryAfter: .zero)) == .rest(.seconds(4), .throttled, spent: .zero))
  }

  @Test func nobodyThereRestsTheLaneAtTheCostOfTheMessage() {
    #expect(judged(.postponed(Fault(.unreachable, "refused"))) == .rest(.seconds(4), .unreachable, spent: .seconds(4)))
    guard case .dead = judged(.postponed(Fault(.unreachable, "refused")), spent: .seconds(100)) else {
      Issue.record("not dead")
      return
    }
  }

  /// A queue inside a transport was longer than the attempt's time: that is neither the message's fault nor its lane's.
  @Test func whatWasNotBegunCostsNothing() {
    let unsent = Outcome.postponed(Fault(.interrupted, "cancelled before it began"))
    #expect(judged(unsent, spent: .seconds(100)) == .rest(.seconds(4), .unreachable, spent: .seconds(100)))
    var breaker = Breaker()
    for id in 1...50 {
      let now = StepTime(wall: Timestamp(seconds: 0), ticks: .zero, luck: 0)
      #expect(breaker.note(unsent, of: Int64(id), retry: policy.retry, at: now) == nil)
    }
  }

  @Test func endsAreEnds() {
    #expect(judged(.delivered(Receipt(id: "1"))) == .delivered(Receipt(id: "1")))
    #expect(judged(.refused(trouble)) == .dead(trouble))
  }

  @Test func unclearIsRepeatedOnlyWhereThatIsHarmless() {
    #expect(judged(.unclear(trouble)) == .later(.seconds(4), spent: .seconds(4)))
    #expect(judged(.unclear(trouble), spent: .seconds(100)) == .unclear(trouble))
    var once = policy
    once.repeats = false
    #expect(judged(.unclear(trouble), policy: once) == .unclear(trouble))
  }

  /// It arrives each time, as likely as not: people need not read it a hundred times.
  @Test func whatIsAnsweredUnreadablyIsRepeatedAFewTimesOnly() {
    func verdict(_ kind: Fault.Kind, attempts: Int) -> Verdict {
      judge(.unclear(Fault(kind, "?")), of: delivery(attempts: attempts), under: policy, throttles: 0, luck: 1)
    }
    #expect(verdict(.unintelligible, attempts: 3) == .later(.seconds(4), spent: .seconds(4)))
    #expect(verdict(.unintelligible, attempts: 4) == .unclear(Fault(.unintelligible, "?")))
    #expect(verdict(.timeout, attempts: 40) == .later(.seconds(4), spent: .seconds(4)))
  }

  @Test func staleIsOlderThanItsTime() {
    var policy = policy
    #expect(!isStale(delivery(), under: policy, at: Timestamp(seconds: 9_000_000)))
    policy.stale = .seconds(60)
    #expect(!isStale(delivery(), under: policy, at: Timestamp(seconds: 1_060)))
    #expect(isStale(delivery(), under: policy, at: Timestamp(seconds: 1_061)))
  }
}
