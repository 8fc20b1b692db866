import Bellhop
import Store

// Wall clocks lie. What waits for a time was given that time by an earlier clock: of this process before somebody set it, or of another process.
extension CourierCore {
  /// A walk over the retries that are due further off than any retry waits.
  struct FarWalk {
    /// Where the next page begins; nil is behind the longest wait from now.
    var after: Alarm?
    /// Number of the page's reading, while it is under way.
    var reading: Int?
    var notBefore = Duration.zero
  }

  /// The machine's clock was set by so much, and is believed from now on.
  mutating func jumped(by jump: Duration, at now: StepTime) {
    // Pauses last as long as people said.
    for (name, pause) in pauses { pauses[name]?.until = pause.until.map { $0.microseconds == .max ? $0 : $0 + jump } }
    effects.append(.report(.clockJumped(by: jump)))
    lookForFar(now)
  }

  /// Begins to look for retries that the clock which was set has put far off.
  mutating func lookForFar(_ now: StepTime) {
    if let reading = far?.reading { readings.remove(reading) }
    far = FarWalk()
  }

  /// The longest wait between two attempts, with what a clock may be wrong unseen.
  private var longestRetry: Duration {
    (roster.ways.values.map(\.policy.retry.max).max() ?? RetryPolicy().max) + SteadyWall.tolerance
  }

  mutating func askForFar(_ now: StepTime) {
    guard draining == nil, isLoaded, let walk = far, walk.reading == nil, walk.notBefore <= now.ticks else { return }
    nextReading += 1
    far?.reading = nextReading
    readings.insert(nextReading)
    let first = Alarm(kind: .delivery, ref: .max, due: now.wall + longestRetry)
    effects.append(.readFar(reading: nextReading, after: walk.after ?? first, limit: limits.alarmPage))
  }

  /// What was tried before and is due further off than any retry waits is due now. What was never tried is held until a time of the calendar.
  mutating func foundFar(_ reading: Int, _ alarms: [Alarm]?, _ deliveries: [Delivery], _ now: StepTime) {
    guard far?.reading == reading else { return }
    readings.remove(reading)
    defer { forgetLeft() }
    guard let alarms else {
      far?.reading = nil
      far?.notBefore = now.ticks + .seconds(1)
      return
    }
    for delivery in deliveries where delivery.attempts > 0 && flights[delivery.id] == nil && left[delivery.id, default: 0] < reading {
      outbox.batch.alarms.append(.set(Alarm(kind: .delivery, ref: delivery.id, due: now.wall)))
    }
    far = alarms.count < limits.alarmPage ? nil : FarWalk(after: alarms.last)
  }

  /// Alarms that are on disk now.
  mutating func alarmed(_ changes: [AlarmChange]) {
    for case .set(let alarm) in changes where alarm.kind == .delivery { nextAlarm = min(nextAlarm ?? alarm.due, alarm.due) }
  }

  /// A retry that is on disk with a time of the clock before it was set.
  mutating func doubt(_ due: Timestamp, _ now: StepTime) { if far == nil, due > now.wall + longestRetry { lookForFar(now) } }
}
