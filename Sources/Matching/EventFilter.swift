import Bellhop

/// Which events somebody means, typed on one line: `type:payment.* severity:error+ data.amount>100 -sender:test "card declined"`.
///
/// Made by ``FilterText``, the one grammar for silences, search, streams and exports. What can be asked of an event by itself stands in
/// ``match`` and ``phrases``; the rest is for those who know more than the event, and is nil or empty where they did not allow it.
public struct EventFilter: Sendable, Hashable {
  /// All of it that is about attributes and data.
  public var match: Match
  /// What must stand in its words, or must not.
  public var phrases: [FilterPhrase]
  /// Any of these roles; empty is each.
  public var roles: [String]
  /// Any of these rows, by name; empty is each.
  public var rows: [String]
  /// Any of these states of deliveries, or fates of events, as typed; empty is each.
  public var states: [String]
  /// Not before then.
  public var since: FilterTime?
  /// Before then.
  public var until: FilterTime?

  /// Each event, unless narrowed.
  public init(
    match: Match = .all([]), phrases: [FilterPhrase] = [], roles: [String] = [], rows: [String] = [], states: [String] = [],
    since: FilterTime? = nil, until: FilterTime? = nil
  ) {
    self.match = match
    self.phrases = phrases
    self.roles = roles
    self.rows = rows
    self.states = states
    self.since = since
    self.until = until
  }

  /// No event is left out by what it says: nothing was asked, or what each event has.
  public var takesEveryEvent: Bool { phrases.isEmpty && Implication.holds(.all([]), implies: match) }

  /// Asks for this too.
  public mutating func narrow(_ part: Match) { match = match == .all([]) ? part : .all([match, part]) }

  /// Whether the event says what was asked for. Roles, rows, states and times are for who knows of them.
  public func matches(_ event: Event) -> Bool {
    // The grammar has no calendars, so the time decides nothing.
    let moment = MatchContext(event: event, time: event.time, calendars: [:])
    guard match.miss(at: moment) == nil else { return false }
    if phrases.isEmpty { return true }
    let line = EventWords.line(of: event)
    return phrases.allSatisfy { $0.holds(in: line) }
  }
}

/// A time as typed in a filter: a moment, or how long ago.
public enum FilterTime: Sendable, Hashable {
  case moment(Timestamp)
  case ago(Duration)

  /// The moment that is meant, where it is `now`.
  public func moment(now: Timestamp) -> Timestamp {
    switch self {
    case .moment(let time): time
    case .ago(let length): now - length
    }
  }
}
