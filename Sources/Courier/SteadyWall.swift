import Bellhop

/// Wall time that goes on as the monotonic clock does, from what the machine's clock said once. Where that is set by more than a minute, it is
/// believed from then on, and that is told. Pure.
struct SteadyWall: Sendable {
  static let tolerance = Duration.seconds(60)

  private var wall: Timestamp
  private var ticks: Duration

  init(wall: Timestamp, ticks: Duration) {
    self.wall = wall
    self.ticks = ticks
  }

  /// This moment, and by how much the machine's clock was set: negative is back.
  mutating func moment(clock: Timestamp, ticks: Duration, luck: Double) -> (now: StepTime, jump: Duration?) {
    let expected = wall + (ticks - self.ticks)
    let ahead = clock - expected
    guard ahead > Self.tolerance || ahead < .zero - Self.tolerance else {
      return (StepTime(wall: expected, ticks: ticks, luck: luck, clock: clock), nil)
    }
    self = SteadyWall(wall: clock, ticks: ticks)
    return (StepTime(wall: clock, ticks: ticks, luck: luck, clock: clock), ahead)
  }
}
