import Bellhop

// No pause is silent, whoever asked for it.
extension CourierCore {
  /// A lane that holds back what waits in it is told after so long, and again each time that as much has gone by since.
  static let holdIsTold = (after: Duration.seconds(900), every: Duration.seconds(3_600))

  /// Notes that a lane with something in its line does not send, and tells it when it is time; answers when to look again.
  mutating func tellHold(_ lane: Lane, _ now: StepTime) -> Duration {
    var hold = lane.hold ?? (now.ticks, nil)
    let due = hold.told.map { $0 + Self.holdIsTold.every } ?? hold.since + Self.holdIsTold.after
    if due <= now.ticks {
      let reason = reason(lane, now)
      effects.append(.report(.laneHeld(lane: lane.name, for: now.ticks - hold.since, why: reason.why, until: reason.until)))
      hold.told = now.ticks
    }
    lane.hold = hold
    return hold.told.map { $0 + Self.holdIsTold.every } ?? hold.since + Self.holdIsTold.after
  }

  private func reason(_ lane: Lane, _ now: StepTime) -> (why: String, until: Timestamp?) {
    if let pause = pauses[lane.name], !pause.isOver(at: now.wall) {
      return (pause.why.isEmpty ? "paused by hand" : "paused by hand: \(pause.why)", pause.until)
    }
    if let rest = lane.rest, rest.until > now.ticks { return (rest.pause.why, rest.pause.until) }
    return (lane.lastFault?.line ?? "its messages fail", nil)
  }
}
