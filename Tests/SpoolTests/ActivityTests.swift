import Bellhop
import Ledger
import Store
import TestSupport
import Testing

/// The figures behind the charts.
@Suite struct ActivityTests {
  private static let start = Timestamp(seconds: 1_800_000_000)

  private static func minute(_ figures: ActivityFigures, back: Int) -> [Int] { figures.events[Activity.minutes - 1 - back].counts }

  @Test func eventsAreCountedByMinuteAndFallOut() {
    var activity = Activity()
    activity.note(.info, at: Self.start)
    activity.note(.info, at: Self.start + .seconds(30))
    activity.note(.error, at: Self.start + .seconds(61))
    let now = activity.figures(at: Self.start + .seconds(70))
    #expect(now.events.count == Activity.minutes && now.events.last?.start == Timestamp(seconds: 1_800_000_060))
    #expect(Self.minute(now, back: 1)[Severity.info.rawValue] == 2 && Self.minute(now, back: 0)[Severity.error.rawValue] == 1)
    #expect(activity.figures(at: Self.start + .seconds(3_600)).events.map { $0.counts.reduce(0, +) }.reduce(0, +) == 1)
    #expect(activity.figures(at: Self.start + .seconds(7_200)).events.allSatisfy { $0.counts == [0, 0, 0, 0, 0, 0] })
    activity.note(.info, at: Self.start + .seconds(7_200))
    activity.note(.info, at: Self.start)
    let late = activity.figures(at: Self.start + .seconds(7_200)).events.map { $0.counts.reduce(0, +) }.reduce(0, +)
    #expect(late == 1, "what is too old is not counted as new")
  }

  @Test func fatesAreOfADayAndByRole() {
    var activity = Activity()
    for state in DeliveryState.allCases { activity.note(state, of: "ops", at: Self.start) }
    activity.note(.dead, of: "finance", at: Self.start + .seconds(23 * 3_600))
    let figures = activity.figures(at: Self.start + .seconds(23 * 3_600))
    #expect(figures.fates.map(\.role) == ["finance", "ops"] && figures.fates[1].total == 5, "what waits or is held has not ended")
    #expect(figures.fates[1][.dead] == 1 && figures.fates[1][.waiting] == 0)
    #expect(activity.figures(at: Self.start + .seconds(25 * 3_600)).fates.map(\.role) == ["finance"])
    let seen = figures.seen(by: ["finance"])
    #expect(seen.fates.map(\.role) == ["finance"] && seen.events.isEmpty && seen.latencies.isEmpty)
  }

  /// To an eighth: what people read of a chart is no finer.
  @Test func latenciesAreNearTheTruth() throws {
    var activity = Activity()
    for index in 1...100 { activity.note(latency: .milliseconds(index * 10), at: Self.start) }
    let span = try #require(activity.figures(at: Self.start).latencies.last)
    let (median, high) = (try #require(span.median), try #require(span.high))
    #expect(span.count == 100 && abs(median.microseconds - 500_000) < 65_000 && abs(high.microseconds - 950_000) < 120_000)
    activity.note(latency: .zero, at: Self.start + .seconds(300))
    #expect(activity.figures(at: Self.start + .seconds(300)).latencies.last?.median == .microseconds(1))
  }

  /// What is noted live and what is read again after a restart are the same.
  @Test func aRestartTellsTheSame() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let live = Guarded(Activity())
    let clock = Clock()
    let ledger = try Ledger.open(
      path: folder.path, options: .init(freeFraction: { 1 }), decider: AsWished(), now: { clock.now },
      observe: { committed in live.withLock { $0.note(committed, now: clock.now) } })
    try await ledger.keep(arrival(event("1")), arrival(event("2"), to: [money, bell], role: "office"))
    clock.now = clock.now + .seconds(90)
    try await ledger.keep(arrival(event("3")))
    let waiting = try await ledger.deliveries(state: .waiting, destination: nil, before: nil, limit: 9)
    let done = AttemptRecord(
      number: 1, at: clock.now, took: .milliseconds(12), lane: "chat #money", kind: "slack", outcome: .delivered(Receipt(note: "200")))
    for delivery in waiting.dropLast() {
      let received = try await ledger.event(sequence: delivery.sequence)?.received
      try await ledger.settle(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: received, attempt: done, state: .delivered))
    }
    let last = try #require(waiting.last)
    try await ledger.settle(Settlement(delivery: last.id, event: last.sequence, role: last.role, state: .dead, fault: .rejected))
    let read = try await ledger.activity(at: clock.now).figures(at: clock.now)
    let told = live.withLock { $0.figures(at: clock.now) }
    #expect(read.events == told.events && read.fates == told.fates && read.latencies == told.latencies && read.since == nil)
    #expect(read.latencies.last?.count == 3 && read.fates.map(\.total) == [2, 2])
    await ledger.close()
  }
}
