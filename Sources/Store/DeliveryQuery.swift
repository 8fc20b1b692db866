import Bellhop

/// Which deliveries somebody asks for, in all states. What is nil or empty does not narrow it; all that is set must hold.
public struct DeliveryQuery: Sendable {
  /// What became of them.
  public var states: Set<DeliveryState>
  /// Whose tables made them.
  public var roles: Set<String>
  /// The names of the rows that made them.
  public var rows: Set<String>
  /// Only those of these roles, because the reader sees no others; nil is all.
  public var only: Set<String>?
  /// The channel; where a row named a transport by itself, that transport. Or the whole destination as the history prints it.
  public var channel: String?
  /// Whether an event is meant. Of a forgotten one nobody asks.
  public var about: (@Sendable (Event) -> Bool)?
  /// Made at this time or later.
  public var since: Timestamp?
  /// Made before this time.
  public var until: Timestamp?
  /// ``ToldDeliveries/next`` of the page before; nil starts with the newest.
  public var before: Int64?
  /// 1 to 1,000.
  public var limit: Int

  /// The newest 50, unless narrowed.
  public init(
    states: Set<DeliveryState> = [], roles: Set<String> = [], rows: Set<String> = [], only: Set<String>? = nil, channel: String? = nil,
    since: Timestamp? = nil, until: Timestamp? = nil, before: Int64? = nil, limit: Int = 50,
    about: (@Sendable (Event) -> Bool)? = nil
  ) {
    self.states = states
    self.roles = roles
    self.rows = rows
    self.only = only
    self.channel = channel
    self.since = since
    self.until = until
    self.before = before
    self.limit = limit
    self.about = about
  }

  /// Whether a delivery of this role, row and state is meant, as far as these tell.
  public func takes(role: String, row: String?, _ state: DeliveryState) -> Bool {
    (states.isEmpty || states.contains(state)) && (roles.isEmpty || roles.contains(role)) && only?.contains(role) ?? true
      && (rows.isEmpty || row.map(rows.contains) ?? false)
  }

  /// Whether one that goes there is meant.
  public func takes(_ destination: Destination) -> Bool {
    guard let channel else { return true }
    return channel == destination.channel ?? destination.transport || channel == destination.description
  }
}

/// A delivery, and what it is about.
public struct ToldDelivery: Sendable {
  /// With all its attempts.
  public var delivery: HistoryDelivery
  /// Without its deliveries.
  public var event: HistoryEvent

  /// Both as they were kept.
  public init(delivery: HistoryDelivery, event: HistoryEvent) {
    self.delivery = delivery
    self.event = event
  }
}

/// One page of deliveries.
public struct ToldDeliveries: Sendable {
  /// Newest first.
  public var deliveries: [ToldDelivery]
  /// Where the next page starts; nil at the end. A page may be short or empty and still have a next one: a look has an end.
  public var next: Int64?
  /// When the event of the last one that was looked at was received, where there is a next page.
  public var back: Timestamp?

  /// `next` is nil where nothing older is left to look at.
  public init(deliveries: [ToldDelivery], next: Int64? = nil, back: Timestamp? = nil) {
    self.deliveries = deliveries
    self.next = next
    self.back = back
  }
}
