import Bellhop

/// An event with what its rows want of it, to be accepted.
public struct Arrival: Sendable {
  /// What happened, with its secrets hidden.
  public var event: Event
  /// What is to become of it, as far as that can be told before the store knows its place.
  public var wish: Wish

  /// The wish must have been made for this very event.
  public init(event: Event, wish: Wish) {
    self.event = event
    self.wish = wish
  }

  /// An arrival that was planned whole.
  public init(event: Event, plan: Plan) { self.init(event: event, wish: Wish(plan: plan)) }
}

/// What an event's rows want of it: all that is stateless, made before the store's turn by whoever takes the event in.
public struct Wish: Sendable, Hashable {
  /// The rows that won, with their renderings.
  public var plan: Plan
  /// Which configuration's tables made it: under another one it is made anew. Nil: it stands as it is.
  public var generation: Int?

  /// A wish that stands, unless told otherwise.
  public init(plan: Plan, generation: Int? = nil) {
    self.plan = plan
    self.generation = generation
  }
}

/// What became of an arrival, in the order of the batch.
public struct Acceptance: Sendable, Hashable {
  /// The event's sequence in the store; of a duplicate, that of the first.
  public var sequence: Int64
  /// The same (sender, source, id) was accepted before: nothing was kept.
  public var duplicate: Bool
  /// A duplicate whose body was another: it is logged and changes nothing.
  public var differs: Bool

  /// Of a new event, unless told otherwise.
  public init(sequence: Int64, duplicate: Bool = false, differs: Bool = false) {
    self.sequence = sequence
    self.duplicate = duplicate
    self.differs = differs
  }
}
