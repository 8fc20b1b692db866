import Bellhop

/// What a commit made true, in the order of commits: the courier, metrics and streams live on it.
public struct Committed: Sendable {
  /// Events newly kept; duplicates are not among them.
  public var arrivals: [Kept]
  /// Steps that counted; those of deliveries that had ended are not among them.
  public var settlements: [Settlement]
  /// Deliveries that now wait: of new events and of fallbacks, including those with a `due` of their own.
  public var deliveries: [Delivery]
  /// Sequences of events that have nothing to say any more: somebody is forgotten.
  public var forgotten: [Int64] = []

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
    /// The number of the first delivery of its plan; the others follow it, whatever became of them.
    public var firstDelivery: Int64
    /// All of it is on disk already.
    public init(sequence: Int64, received: Timestamp, event: Event, plan: Plan, firstDelivery: Int64 = 0) {
      self.sequence = sequence
      self.received = received
      self.event = event
      self.plan = plan
      self.firstDelivery = firstDelivery
    }

    /// As the history tells it at that moment.
    public var told: HistoryEvent {
      let deliveries = plan.deliveries.enumerated().map { index, planned in
        HistoryDelivery(
          id: firstDelivery + Int64(index), sequence: sequence, destination: planned.destination, role: planned.role, row: planned.row,
          alert: planned.alert, state: planned.state, note: planned.note, fault: nil,
          due: planned.state == .waiting ? planned.notBefore : nil, attempts: [])
      }
      return HistoryEvent(
        sequence: sequence, received: received, event: event, fate: plan.fate, note: plan.note, deliveries: deliveries)
    }
  }

  /// Nobody need hear of it.
  public var isEmpty: Bool { arrivals.isEmpty && settlements.isEmpty && deliveries.isEmpty && forgotten.isEmpty && window == nil }

  /// Nothing, unless told otherwise.
  public init(arrivals: [Kept] = [], settlements: [Settlement] = [], deliveries: [Delivery] = []) {
    self.arrivals = arrivals
    self.settlements = settlements
    self.deliveries = deliveries
  }
}
