import Bellhop
import Matching
import Store

/// The watches of one configuration, compiled: what an event costs hardly grows with their number. Pure: what is known of a key stands in the
/// store under its ``RuleSlot``, nothing in memory.
///
/// All is measured by the time of receipt, which does not run backwards. Where a clock was wrong by more than an hour and has been set right, it
/// does: no time has passed then, so that nothing is told twice and nothing waits for a year that is not coming.
public struct Watches: Sendable {
  /// A rule and how it is called in its slots. A class, because looking one up would touch a dozen reference counts otherwise.
  final class CompiledWatch: Sendable {
    let watch: Watch
    /// The kind of rule with a fingerprint of what it notices: a rule that was changed begins anew.
    let rule: String
    /// The place of its first match among all.
    let first: Int

    init(_ watch: Watch, first: Int) {
      self.watch = watch
      rule = watch.ruleName
      self.first = first
    }
  }

  let watches: [CompiledWatch]
  let named: [String: Int]
  private let matches: [Match]
  /// For each match the watch whose it is.
  private let owners: [Int]
  private let index: MatchIndex
  private let calendars: [String: Calendar]

  /// The watches of a configuration and the calendars that they name.
  public init(_ watches: [Watch], calendars: [Calendar] = []) {
    var compiled: [CompiledWatch] = []
    var matches: [Match] = []
    var owners: [Int] = []
    for (number, watch) in watches.enumerated() {
      compiled.append(CompiledWatch(watch, first: matches.count))
      matches += watch.rule.matches
      owners += watch.rule.matches.map { _ in number }
    }
    self.watches = compiled
    self.matches = matches
    self.owners = owners
    named = Dictionary(compiled.enumerated().map { ($0.element.watch.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    index = MatchIndex(matches)
    self.calendars = Dictionary(calendars.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// There are none.
  public var isEmpty: Bool { watches.isEmpty }

  /// What an event means to the watches. `turn` is the event's own place.
  public func observe(_ event: Event, in turn: StoreTurn, _ states: any StateReading) -> WatchNotice {
    guard !watches.isEmpty else { return WatchNotice() }
    var work = WatchTurn(turn: turn, states: states)
    let moment = MatchContext(event: event, time: turn.received, calendars: calendars)
    var candidates = index.candidates(for: event)
    var minimum = 0
    // The matches of a watch stand side by side.
    var met: (watch: Int, parts: [Int])?
    while let number = candidates.next(from: minimum) {
      minimum = number + 1
      guard matches[number].miss(at: moment) == nil else { continue }
      let owner = owners[number]
      if let met, met.watch != owner { observe(event, met.watch, met.parts, &work) }
      let earlier = met?.watch == owner ? met?.parts ?? [] : []
      met = (owner, earlier + [number - watches[owner].first])
    }
    if let met { observe(event, met.watch, met.parts, &work) }
    return work.notice
  }

  /// What an event would do to watches, whatever they know already: each with what it is to it, in the order of the file.
  public func meaning(of event: Event, at time: Timestamp) -> [WatchMeaning] {
    let moment = MatchContext(event: event, time: time, calendars: calendars)
    return watches.compactMap { compiled in
      let watch = compiled.watch
      let parts = watch.rule.matches.indices.filter { watch.rule.matches[$0].miss(at: moment) == nil }
      guard !parts.isEmpty else { return nil }
      return WatchMeaning(
        watch: watch.name, words: parts.reversed().map(watch.rule.words).joined(separator: " and "), emits: watch.emit.type,
        key: watch.by.map { ($0, event.value(at: $0)?.plain) })
    }
  }

  /// What becomes of a deadline: `slot` and `state` as ``RuleSlot/read(_:)`` found them under the alarm's key.
  public func wake(slot: RuleSlot, state: JSON, alarm: Alarm, in turn: StoreTurn, _ states: any StateReading) -> WatchNotice {
    var work = WatchTurn(turn: turn, states: states)
    if slot.rule == Watches.closing {
      ClosedState(state).tell(slot, &work)
      return work.notice
    }
    // A watch that is gone, or notices something else now: what it waited for is closed, and that is said.
    guard let compiled = named[slot.name].map({ watches[$0] }), compiled.rule == slot.rule else {
      close(slot, state, &work)
      return work.notice
    }
    let watch = compiled.watch
    switch watch.rule {
    case .followUp:
      var state = FollowUpState(state)
      if let open = state.open, !work.wait(slot, until: open.due) { state.miss(watch, slot, &work) }
      work.keep(state.json, in: slot, expires: state.expires(work.now))
    case .heartbeat(_, let schedule, let grace):
      var state = HeartbeatState(state)
      if let due = state.due, !work.wait(slot, until: due + grace) { state.miss(watch, schedule, grace, slot, &work) }
      work.keep(state.json, in: slot, expires: state.expires(watch, work.now))
    case .sequence, .count:
      // They have no deadlines.
      break
    }
    return work.notice
  }

  /// To be asked whenever a configuration comes into force: heartbeats of which nothing is known are expected from now on. What was there goes
  /// on; heartbeats with `by:` begin with the first beat of a key, as nobody knows the keys before.
  public func begin(in turn: StoreTurn, _ states: any StateReading) -> WatchNotice {
    var work = WatchTurn(turn: turn, states: states)
    for compiled in watches {
      guard case .heartbeat(_, let schedule, let grace) = compiled.watch.rule, compiled.watch.by.isEmpty else { continue }
      let slot = compiled.slot([])
      guard work.state(slot) == nil else { continue }
      var state = HeartbeatState()
      state.expect(after: work.now, schedule)
      work.expect(state.due.map { $0 + grace }, slot)
      work.keep(state.json, in: slot)
    }
    return work.notice
  }

  private func close(_ slot: RuleSlot, _ state: JSON, _ work: inout WatchTurn) {
    work.forget(slot)
    let awaited: Int64?
    if slot.rule.hasPrefix(WatchRule.Kind.followUp.rawValue) {
      guard let open = FollowUpState(state).open else { return }
      awaited = open.sequence
    } else {
      let known = HeartbeatState(state)
      guard slot.rule.hasPrefix(WatchRule.Kind.heartbeat.rawValue), known.due != nil, !isGoingOn(slot) else { return }
      awaited = known.beat == nil ? nil : known.sequence
    }
    var closed = ClosedState(work.state(ClosedState.slot(of: slot.name)))
    closed.add(awaited, of: slot.name, &work)
  }

  /// A heartbeat without keys whose words were changed is expected by its new ones.
  private func isGoingOn(_ slot: RuleSlot) -> Bool {
    guard let now = named[slot.name].map({ watches[$0] }), case .heartbeat = now.watch.rule, now.watch.by.isEmpty else { return false }
    return slot == RuleSlot(owner: Self.owner, name: slot.name, rule: slot.rule)
  }

  private func observe(_ event: Event, _ number: Int, _ parts: [Int], _ work: inout WatchTurn) {
    let watch = watches[number].watch
    let slot = watches[number].slot(watch.by.map { event.value(at: $0)?.plain })
    let known = work.state(slot)
    switch watch.rule {
    case .followUp(_, _, let within):
      var state = FollowUpState(known)
      // What is met comes before what begins: each may be followed by the next of its kind.
      if parts.contains(1) { state.meet(event, watch, slot, &work) }
      if parts.contains(0) { state.begin(event, within, watch, slot, &work) }
      if state.json != known { work.keep(state.json, in: slot, expires: state.expires(work.now)) }
    case .heartbeat(_, let schedule, let grace):
      var state = HeartbeatState(known)
      state.beat(event, watch, schedule, grace, slot, &work)
      work.keep(state.json, in: slot, expires: state.expires(watch, work.now))
    case .sequence(let matches, let within):
      var state = SequenceState(known)
      state.see(event, parts, of: matches.count, within, watch, slot, &work)
      work.keep(state.json, in: slot, expires: state.expires(within))
    case .count(_, let atLeast, let within):
      var state = CountState(known)
      state.see(event, atLeast, within, watch, slot, &work)
      work.keep(state.json, in: slot, expires: state.expires(work.now, within))
    }
  }
}

extension Watches.CompiledWatch {
  /// Where what it knows of a key stands.
  func slot(_ values: [String?]) -> RuleSlot { RuleSlot(owner: Watches.owner, name: watch.name, rule: rule, values: values) }
}

extension Watches {
  /// ``RuleSlot/owner`` of all slots of watches.
  public static let owner = "watch"

  /// The type of the event that tells what was closed as its watch was changed, or is gone.
  public static let ended = "bellhop.watch.ended"

  /// The rule of the slots where that is counted, one for each watch. No reload ends them: what is closed by one is told together.
  public static let closing = "ended"

  /// What each watch notices, in words that are the same in every process: they tell whether it was changed.
  public var words: [String: String] {
    Dictionary(watches.map { ($0.watch.name, $0.rule) }, uniquingKeysWith: { first, _ in first })
  }
}
