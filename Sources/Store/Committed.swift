import Bellhop

/// What a commit made true, in the order of commits: the courier, metrics and streams live on it.
public struct Committed: Sendable {
  /// Events newly kept; duplicates are not among them.
  public var arrivals: [Kept]
  /// Steps that counted; those of deliveries that had ended are not among them.
  public var settlements: [Settlement]
  /// Deliveries that now wait: of new events and of fallbacks, including those with a `due` of their own.
  public var deliveries: [Delivery]

  /// The earliest alarm of a window that was set; nil where none was.
  public var window: Timestamp?
  /// How many keys of a rule were closed before their time, as there were too many.
  public var closed: [ClosedKeys: Int] = [:]

  /// An event as it was kept.
  public struct Kept: Sendable {
    /// Its place in the store.
    public var sequence: Int64
    /// When it was accepted, on the store's clock.
    public var received: Timestamp
    /// What happened.
    public var event: Event
    /// What its plan made of it.
    public var plan: Plan
    /// All of it is on disk already.
    public init(sequence: Int64, received: Timestamp, event: Event, plan: Plan) {
      self.sequence = sequence
      self.received = received
      self.event = event
      self.plan = plan
    }
  }

  /// Nothing, unless told otherwise.
  public init(arrivals: [Kept] = [], settlements: [Settlement] = [], deliveries: [Delivery] = []) {
    self.arrivals = arrivals
    self.settlements = settlements
    self.deliveries = deliveries
  }
}
