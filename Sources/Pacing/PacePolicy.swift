import Bellhop
import Matching

/// The noise rules of one row: what it says of when, and how often, people hear of what it matched.
public struct PacePolicy: Sendable, Hashable {
  /// The role whose row it is.
  public var role: String
  /// What the row is called; a row without a name by its place in the table.
  public var row: String
  /// Which values tell one problem from another, as dotted paths of the event.
  public var by: [String]
  /// Events of the row that end its problems, besides those whose type ends in `.resolved`, `.recovered` or `.resumed`.
  public var resolves: Match?
  /// Causes that keep it quiet.
  public var mutedWhile: [MutedWhile] = []
  /// Waits to see whether a problem heals by itself.
  public var settle: Settle?
  /// Repeats are counted.
  public var dedupe: Dedupe?
  /// What comes and goes is told once.
  public var flap: Flap?
  /// No more than so many in a time.
  public var throttle: Throttle?
  /// One message for many.
  public var digest: Digest?
  /// Told again until somebody has acknowledged it.
  public var untilAck: UntilAck?
  /// Out of these hours it waits.
  public var hold: Calendar?
  /// How many keys of a rule may be open at a time.
  public var keys = 10_000

  /// Rules of a row that has none yet.
  public init(role: String, row: String, by: [String] = ["subject"], resolves: Match? = nil) {
    self.role = role
    self.row = row
    self.by = by
    self.resolves = resolves
  }

  /// Waits for a resolution before it tells.
  public struct Settle: Sendable, Hashable {
    /// How long.
    public var wait: Duration
    /// What is told at once.
    public var unless: Match?
    /// Of that length.
    public init(_ wait: Duration, unless: Match? = nil) {
      self.wait = wait
      self.unless = unless
    }
  }

  /// Tells the first and counts the rest.
  public struct Dedupe: Sendable, Hashable {
    /// What repeats have in common.
    public var by: [String]
    /// How long after the first.
    public var within: Duration
    /// What is told in any case.
    public var unless: Match?
    /// A window of that length for each value of `by`.
    public init(by: [String], within: Duration, unless: Match? = nil) {
      self.by = by
      self.within = within
      self.unless = unless
    }
  }

  /// A penalty for each change of state, which decays.
  public struct Flap: Sendable, Hashable {
    /// After this time half of the penalty is left.
    public var halfLife: Duration
    /// Above this sum a problem flaps.
    public var start: Double
    /// Below this sum it does not any more.
    public var stop: Double
    /// `start` is more than `stop`; both are more than 0.
    public init(halfLife: Duration, start: Double, stop: Double) {
      self.halfLife = halfLife
      self.start = start
      self.stop = stop
    }
  }

  /// The first so many in a time, then one summary.
  public struct Throttle: Sendable, Hashable {
    /// Told one by one.
    public var max: Int
    /// Counted from the first.
    public var per: Duration
    /// For the whole row, unless told otherwise.
    public var by: [String]
    /// What is told in any case.
    public var unless: Match?
    /// For each value of `by`.
    public init(max: Int, per: Duration, by: [String] = [], unless: Match? = nil) {
      self.max = max
      self.per = per
      self.by = by
      self.unless = unless
    }
  }

  /// One message for many.
  public struct Digest: Sendable, Hashable {
    /// When it is sent.
    public var when: When
    /// A digest for each value of these.
    public var by: [String]
    /// So many are sent at once; nil waits for the end.
    public var max: Int?
    /// What is told by itself.
    public var unless: Match?

    /// The end of a digest's window.
    public enum When: Sendable, Hashable {
      /// So long after the first.
      case every(Duration)
      /// At a time of the day; also when nothing happened, unless `empty` is false.
      case daily(DailyTime, empty: Bool)
    }

    /// A digest of the whole row, unless told otherwise.
    public init(_ when: When, by: [String] = [], max: Int? = nil, unless: Match? = nil) {
      self.when = when
      self.by = by
      self.max = max
      self.unless = unless
    }
  }

  /// Told again and again until somebody has acknowledged it.
  public struct UntilAck: Sendable, Hashable {
    /// Between one time and the next; 1 second or more.
    public var every: Duration
    /// How often it is told in all, with the first; 1 or more.
    public var max: Int
    /// Others are told when nobody has acknowledged it by then.
    public var escalates: Bool
    /// So often, and to others in the end where it `escalates`.
    public init(every: Duration, max: Int, escalates: Bool = false) {
      self.every = every
      self.max = max
      self.escalates = escalates
    }
  }

  /// Quiet while something else is known to be the cause.
  public struct MutedWhile: Sendable, Hashable {
    /// The cause.
    public var cause: Match
    /// Values that cause and consequence have in common.
    public var same: [String]
    /// How long at most, and how long a consequence may outlive its cause.
    public var length: Duration
    /// What people call the cause: its type as written.
    public var label: String
    /// From the cause until it is resolved.
    public init(cause: Match, same: [String], length: Duration, label: String) {
      self.cause = cause
      self.same = same
      self.length = length
      self.label = label
    }
  }

  /// It says nothing of problems: what the row matches is told, late at most.
  public var isEmpty: Bool {
    mutedWhile.isEmpty && settle == nil && dedupe == nil && flap == nil && throttle == nil && digest == nil && resolves == nil
      && untilAck == nil
  }
}
