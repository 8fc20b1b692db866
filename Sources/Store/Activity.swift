import Bellhop

/// What happened lately, in figures: each commit is noted in it. Pure, and of a size that does not grow with what happens.
public struct Activity: Sendable {
  /// Events are counted by the minute for so many.
  public static let minutes = 60
  /// Fates are counted by the hour for so many.
  public static let hours = 24
  /// Latencies are kept for spans of so many minutes.
  public static let span = 5

  private var events = TimeRing(of: Self.minutes, seconds: 60, empty: [Int](repeating: 0, count: Severity.allCases.count))
  private var fates = TimeRing(of: Self.hours, seconds: 3_600, empty: [String: [Int]]())
  private var latencies = TimeRing(of: Self.minutes / Self.span, seconds: Int64(Self.span) * 60, empty: LatencyCounts())
  /// Roles that are told apart in an hour; those of a configuration, and of those before it. What is beyond them is not counted.
  private static let roles = 1_000

  /// All since then is counted; nil where nothing is left out.
  public var since: Timestamp?

  /// Nothing happened yet.
  public init() {}

  /// Notes what a commit made true, in the order of commits.
  /// - Parameter now: wall time, for what does not tell when it was.
  public mutating func note(_ committed: Committed, now: Timestamp) {
    for kept in committed.arrivals {
      note(kept.event.severity, at: kept.received)
      for planned in kept.plan.deliveries { note(planned.state, of: planned.role, at: kept.received) }
    }
    for settlement in committed.settlements {
      guard let attempt = settlement.attempt else {
        note(settlement.state, of: settlement.role, at: now)
        continue
      }
      let end = attempt.at + attempt.took
      note(settlement.state, of: settlement.role, at: end)
      if case .delivered = attempt.outcome, let received = settlement.received { note(latency: end - received, at: end) }
    }
  }

  /// Notes an event.
  public mutating func note(_ severity: Severity, at time: Timestamp) { events.change(at: time) { $0[severity.rawValue] += 1 } }

  /// Notes that a delivery ended; one that waits or is held has not.
  public mutating func note(_ state: DeliveryState, of role: String, at time: Timestamp) {
    if state == .waiting || state == .held { return }
    fates.change(at: time) { hour in
      guard hour[role] != nil || hour.count < Self.roles else { return }
      hour[role, default: [Int](repeating: 0, count: DeliveryState.allCases.count)][state.rawValue] += 1
    }
  }

  /// Notes how long it took from an event's acceptance to the vendor's yes.
  public mutating func note(latency: Duration, at time: Timestamp) { latencies.change(at: time) { $0.add(latency) } }

  /// All of it, as it is read.
  public func figures(at now: Timestamp) -> ActivityFigures {
    var sums: [String: [Int]] = [:]
    for hour in fates.spans(until: now) {
      for (role, counts) in hour.value { sums[role] = sums[role].map { zip($0, counts).map(+) } ?? counts }
    }
    return ActivityFigures(
      events: events.spans(until: now).map { minute in
        ActivityFigures.EventMinute(start: minute.start, counts: Severity.allCases.map { minute.value[$0.rawValue] })
      },
      fates: sums.sorted { $0.key < $1.key }.map { ActivityFigures.RoleFates(role: $0.key, counts: $0.value) },
      latencies: latencies.spans(until: now).map { span in
        ActivityFigures.LatencySpan(
          start: span.start, count: span.value.count, median: span.value.quantile(0.5), high: span.value.quantile(0.95))
      }, since: since)
  }
}

/// What charts show of an ``Activity``.
public struct ActivityFigures: Sendable {
  /// A minute's events.
  public struct EventMinute: Sendable, Hashable {
    /// When it began.
    public var start: Timestamp
    /// In the order of the severities.
    public var counts: [Int]
    /// A minute and its counts.
    public init(start: Timestamp, counts: [Int]) {
      self.start = start
      self.counts = counts
    }
  }

  /// What became of a role's deliveries.
  public struct RoleFates: Sendable, Hashable {
    /// Empty for `unrouted:`.
    public var role: String
    /// In the order of the states. One that is retried by hand ends twice.
    public var counts: [Int]
    /// A role and its counts.
    public init(role: String, counts: [Int]) {
      self.role = role
      self.counts = counts
    }

    /// How many ended so.
    public subscript(state: DeliveryState) -> Int { counts[state.rawValue] }
    /// How many ended.
    public var total: Int { counts.reduce(0, +) }
  }

  /// How long deliveries took that ended in these minutes.
  public struct LatencySpan: Sendable, Hashable {
    /// When it began.
    public var start: Timestamp
    /// How many were delivered.
    public var count: Int
    /// Half of them took no longer, to an eighth or so; nil where there were none.
    public var median: Duration?
    /// 95 of 100 took no longer.
    public var high: Duration?
    /// A span and what is known of it.
    public init(start: Timestamp, count: Int, median: Duration?, high: Duration?) {
      self.start = start
      self.count = count
      self.median = median
      self.high = high
    }
  }

  /// Of the last hour, oldest first; the last minute is not over yet.
  public var events: [EventMinute]
  /// Of the last 24 hours, by the role's name.
  public var fates: [RoleFates]
  /// Of the last hour, oldest first.
  public var latencies: [LatencySpan]
  /// All since then is counted; nil where nothing is left out.
  public var since: Timestamp?

  /// Nothing but that all is known.
  public init(
    events: [EventMinute] = [], fates: [RoleFates] = [], latencies: [LatencySpan] = [], since: Timestamp? = nil
  ) {
    self.events = events
    self.fates = fates
    self.latencies = latencies
    self.since = since
  }

  /// Without what concerns other roles than these; nil is all. What is not told apart by role is left out then.
  public func seen(by roles: Set<String>?) -> ActivityFigures {
    guard let roles else { return self }
    return ActivityFigures(fates: fates.filter { roles.contains($0.role) }, since: since)
  }
}
