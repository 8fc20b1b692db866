/// How long and how often a message is tried.
public struct RetryPolicy: Sendable, Hashable {
  /// The budget: the sum of the delays between attempts that no vendor and no breaker asked for. After it the delivery is dead.
  public var `for`: Duration
  /// The first delay; the next ones double.
  public var first: Duration
  /// The longest delay.
  public var max: Duration

  /// By default a day, from 1 s to 15 min apart.
  public init(for: Duration = .seconds(86_400), first: Duration = .seconds(1), max: Duration = .seconds(900)) {
    self.for = `for`
    self.first = first
    self.max = max
  }
}
