import Bellhop

/// Where the courier takes time and luck from: the machine's, or a test's.
public struct Timepiece: Sendable {
  /// Wall time: for what must survive a restart.
  public var wall: @Sendable () -> Timestamp
  /// Monotonic time since some start: for waits inside the process.
  public var ticks: @Sendable () -> Duration
  /// Comes back when ``ticks`` has reached this, or soon after its task is cancelled.
  public var sleep: @Sendable (_ until: Duration) async -> Void
  /// From 0 to below 1.
  public var luck: @Sendable () -> Double

  /// A timepiece of four hands.
  public init(
    wall: @escaping @Sendable () -> Timestamp, ticks: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async -> Void, luck: @escaping @Sendable () -> Double
  ) {
    self.wall = wall
    self.ticks = ticks
    self.sleep = sleep
    self.luck = luck
  }

  /// The machine's clocks and generator.
  public static let system: Timepiece = {
    let clock = ContinuousClock()
    let start = clock.now
    return Timepiece(
      wall: { .now },
      ticks: { clock.now - start },
      sleep: { until in
        // A cancelled sleep is a short one.
        try? await clock.sleep(until: start + until, tolerance: .zero)
      },
      luck: luck())
  }()

  /// A stream that the system's generator starts: drawn at every step, and a system call for each would be a part of an event's cost.
  /// https://prng.di.unimi.it/splitmix64.c
  private static func luck() -> @Sendable () -> Double {
    let state = Guarded(UInt64.random(in: .min ... .max))
    return {
      let word = state.withLock { state in
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
      }
      return Double(word >> 11) / Double(1 << 53)
    }
  }

  /// This moment with one draw of luck, and by how much the machine's clock was set since the last.
  func moment(_ steady: inout SteadyWall) -> (now: StepTime, jump: Duration?) {
    let ticks = ticks()
    return steady.moment(clock: wall(), ticks: ticks, luck: luck())
  }
}

/// Time and luck of one step, as arguments of all that decides.
struct StepTime: Sendable, Hashable {
  /// Wall time that goes on as the monotonic clock does (see ``SteadyWall``).
  var wall: Timestamp
  var ticks: Duration
  /// From 0 to below 1.
  var luck: Double
  /// What the machine's clock says, for people and for signatures.
  var clock: Timestamp

  init(wall: Timestamp, ticks: Duration, luck: Double, clock: Timestamp? = nil) {
    self.wall = wall
    self.ticks = ticks
    self.luck = luck
    self.clock = clock ?? wall
  }

  /// One draw spread over many deliveries, so that what fails together does not come back together.
  func luck(for delivery: Int64) -> Double {
    let golden = 0.618_033_988_749_895
    return (luck + Double(delivery & 0xFFFF) * golden).truncatingRemainder(dividingBy: 1)
  }

  /// When a wall time will be, in ticks.
  func ticks(at time: Timestamp) -> Duration { time.microseconds == .max ? .forever : ticks + (time - wall) }
}

extension Duration {
  /// Longer than any process lives, and far from overflow.
  static let forever = Duration.seconds(Int64(1) << 40)
}
