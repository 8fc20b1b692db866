import Bellhop
import Senders
import Testing

@Suite struct RateTests {
  @Test func aPeriodsWorthAtOnceThenEvenly() {
    var limiter = RateLimiter(Rate(10, per: .seconds(1)))
    let t = Duration.seconds(100)
    #expect(limiter.take(10, at: t) == nil)
    #expect(limiter.take(1, at: t) == .milliseconds(100))
    #expect(limiter.wait(at: t) == .milliseconds(100))
    #expect(limiter.take(1, at: t + .milliseconds(99)) == .milliseconds(1))
    #expect(limiter.take(1, at: t + .milliseconds(100)) == nil)
    #expect(limiter.take(5, at: t + .milliseconds(400)) == .milliseconds(200))
    #expect(limiter.take(10, at: t + .seconds(60)) == nil && limiter.take(1, at: t + .seconds(60)) != nil)
  }

  @Test func aBatchAboveTheRateIsPaidOff() {
    var limiter = RateLimiter(Rate(10, per: .seconds(1)))
    #expect(limiter.take(1, at: .seconds(10)) == nil)
    #expect(limiter.take(30, at: .seconds(10)) == .milliseconds(100))
    #expect(limiter.take(30, at: .seconds(11)) == nil)
    #expect(limiter.take(1, at: .seconds(13)) == .milliseconds(100))
    #expect(limiter.take(10, at: .seconds(14)) == nil)
  }

  @Test func inTheLongRunTheRateHolds() {
    var luck = Seeded(3)
    var limiter = RateLimiter(Rate(7, per: .seconds(1)))
    var now = Duration.zero
    var taken = 0
    while now < .seconds(1_000) {
      let count = Int.random(in: 1...9, using: &luck)
      if limiter.take(count, at: now) == nil { taken += count }
      now += .milliseconds(Int.random(in: 0...300, using: &luck))
    }
    #expect((6_000...7_010).contains(taken), "\(taken)")
  }
}
