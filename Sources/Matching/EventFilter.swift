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

  /// Whether the event says what was asked for. Roles, rows, states and times are for who knows of them.
  public func matches(_ event: Event) -> Bool {
    // The grammar has no calendars, so the time decides nothing.
    let moment = MatchContext(event: event, time: event.time, calendars: [:])
    return match.miss(at: moment) == nil && phrases.allSatisfy { $0.holds(for: event) }
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

/// Words that stand in an event's text, subject or data, in any case and also as a part of longer ones: what searching the history means.
public struct FilterPhrase: Sendable, Hashable {
  /// As typed, without its quotes.
  public let text: String
  /// It must not stand there.
  public let isExcluded: Bool
  private let bytes: [UInt8]
  /// As it stands inside JSON text.
  private let escaped: [UInt8]

  /// A phrase that is not empty.
  public init(_ text: String, isExcluded: Bool = false) {
    self.text = text
    self.isExcluded = isExcluded
    let lower = text.lowercased()
    bytes = Array(lower.utf8)
    escaped = Array(JSON.string(lower).bytes.dropFirst().dropLast())
  }

  func holds(for event: Event) -> Bool { stands(in: event) != isExcluded }

  private func stands(in event: Event) -> Bool {
    if Self.find(bytes, in: event.text) || event.subject.map({ Self.find(bytes, in: $0) }) ?? false { return true }
    return !event.data.isEmpty && Self.find(escaped, in: JSON.object(event.data).text)
  }

  /// In time that grows with the text alone, whatever stands in both (Knuth, Morris and Pratt,
  /// https://doi.org/10.1137/0206024).
  private static func find(_ needle: [UInt8], in text: String) -> Bool {
    guard !needle.isEmpty else { return true }
    var fallback = [0]
    for byte in needle.dropFirst() {
      var length = fallback[fallback.count - 1]
      while length > 0, needle[length] != byte { length = fallback[length - 1] }
      fallback.append(needle[length] == byte ? length + 1 : 0)
    }
    var matched = 0
    for byte in text.lowercased().utf8 {
      while matched > 0, needle[matched] != byte { matched = fallback[matched - 1] }
      if needle[matched] == byte { matched += 1 }
      if matched == needle.count { return true }
    }
    return false
  }
}
