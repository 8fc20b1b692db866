import Bellhop
import Matching
import Pacing
import Routing
import Store
import Watching

/// Decides by the tables in force: what rows' noise rules make of an event and of the windows that they opened, and what was wished under tables
/// that are no longer.
///
/// It never changes, and is asked for with every event: one object for all of them.
public final class TableDecider: Decider {
  let router: Router
  /// Of the configuration that `router` was made of.
  public let generation: Int
  /// By the number of the row; nil where the row has no rules.
  let pacers: [Pacer?]
  /// Rows that look out for causes among all events.
  private let watchers: [Pacer]
  /// By role and name.
  let numbers: [String: Int]
  private let watches: Watches
  private let shelf = SilenceShelf()
  let calendars: [String: Calendar]
  /// How what it says itself finds the threads of what it is about.
  public let threads: ThreadPaths

  /// The decider of one configuration.
  public init(
    _ router: Router, policies: [PacePolicy] = [], watches: [Watch] = [], calendars: [Calendar] = [], generation: Int
  ) {
    self.router = router
    threads = ThreadPaths(router)
    self.watches = Watches(watches, calendars: calendars)
    self.generation = generation
    self.calendars = Dictionary(calendars.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let byName = Dictionary(policies.map { ("\($0.role)/\($0.row)", $0) }, uniquingKeysWith: { first, _ in first })
    let names = router.allRows.map { router.name(ofRow: $0) }.map { "\($0.role)/\($0.row)" }
    let known = self.calendars
    pacers = router.allRows.map { number in
      let hold = router.hold(ofRow: number)
      var policy = byName[names[number]]
      if policy == nil, hold != nil {
        let (role, row) = router.name(ofRow: number)
        policy = PacePolicy(role: role, row: row)
      }
      policy?.hold = hold
      return policy.map { Pacer($0, calendars: known) }
    }
    watchers = pacers.compactMap { $0 }.filter { !$0.policy.mutedWhile.isEmpty }
    numbers = Dictionary(zip(names, router.allRows), uniquingKeysWith: { first, _ in first })
  }

  /// What the rules say, to tell later which of them changed.
  public var rules: RuleWords { RuleWords(pacers.compactMap { $0?.policy }, watches: watches.words) }

  /// What the tables make of an event now: to be handed to the store with it. Where rows have rules, the store's turn makes all of it.
  public func wish(_ event: Event, at time: Timestamp) -> Wish {
    let wins = router.wins(event, at: time)
    // Of a problem's life it must be known what people were told, whatever the row says.
    if wins.contains(where: { pacers[$0] != nil }) || ProblemLife.told(by: event.type) != nil {
      return Wish(plan: Plan(), generation: Self.open)
    }
    return Wish(plan: router.wish(event, wins: wins), generation: generation)
  }

  /// No configuration has that number: the wish is made in the store's turn.
  private static let open = -1

  /// The wish with the ends of its holds, made anew where a reload came between or rules have a say.
  public func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    guard let generation = arrival.wish.generation else { return Decision(plan: arrival.wish.plan) }
    if let answer = Acknowledgement(arrival.event) { return decide(answer, arrival.event, turn, states) }
    var quiet = Quiet(shelf.book(in: states), at: turn.received)
    if generation == self.generation, !quiet.isPossible, watchers.isEmpty, watches.isEmpty {
      return Decision(plan: router.held(arrival.wish.plan, at: turn.received))
    }
    var changes = PaceStates(states)
    watchCauses(arrival.event, turn, &changes)
    let plan: Plan
    if generation == self.generation, !quiet.isPossible {
      plan = router.held(arrival.wish.plan, at: turn.received)
    } else {
      plan = router.held(self.plan(arrival.event, turn, &quiet, &changes), at: turn.received)
    }
    var consequences = consequences(changes, turn, states)
    consequences.states.merge(quiet.hits(in: states)) { _, new in new }
    add(watches.observe(arrival.event, in: turn, states), to: &consequences, turn)
    return Decision(plan: plan, consequences: consequences)
  }

  private func watchCauses(_ event: Event, _ turn: StoreTurn, _ states: inout PaceStates) {
    for pacer in watchers {
      pacer.watchCauses(pacer.paced(event, sequence: turn.sequence, received: turn.received), &states)
    }
  }

  /// The rows that take the event, each as its rules say.
  private func plan(_ event: Event, _ turn: StoreTurn, _ quiet: inout Quiet, _ states: inout PaceStates) -> Plan {
    var wins = router.wins(event, at: turn.received)
    if wins.isEmpty { return quiet.hush(router.wish(event, wins: wins), of: event) }
    var verdicts: [Int: RowVerdict] = [:]
    var skipped: Set<Int> = []
    var next = 0
    while next < wins.count {
      let number = wins[next]
      next += 1
      guard verdicts[number] == nil else { continue }
      let (role, row) = router.name(ofRow: number)
      let pacer = pacers[number] ?? Pacer(PacePolicy(role: role, row: row), calendars: calendars)
      let silence = quiet.silence(for: event, role: role, row: row)
      let verdict = pacer.decide(
        pacer.paced(event, sequence: turn.sequence, received: turn.received), silence: silence?.note, &states)
      if let silence, case .end(.silenced, _) = verdict { quiet.count(silence) }
      if verdict == .unknown, !router.matches(event, row: number, at: turn.received) {
        // The end of another row's problem, which may stand further down.
        skipped.insert(number)
        wins = router.wins(event, at: turn.received, without: skipped)
        next = 0
        continue
      }
      verdicts[number] = RowVerdict(verdict)
    }
    return asking(router.plan(event, wins: wins, verdicts: verdicts), for: event, verdicts, turn, states)
  }

  /// A window whose time has come; one whose row or rule is no more says what it held.
  public func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    var changes = PaceStates(states)
    guard let (slot, state) = changes.window(window.ref) else { return Consequences() }
    if slot.owner == Watches.owner {
      var consequences = Consequences()
      add(watches.wake(slot: slot, state: state, alarm: window, in: turn, states), to: &consequences, turn)
      return consequences
    }
    let pacer = numbers[slot.name].flatMap { pacers[$0] } ?? Self.pacer(ending: slot)
    let (book, policy) = (shelf.book(in: states), pacer.policy)
    let isSilenced = { (event: Event) in book.silence(for: event, role: policy.role, row: policy.row, at: turn.received) != nil }
    pacer.wake(slot, state, due: window.due, at: turn.received, isSilenced: isSilenced, &changes)
    return consequences(changes, turn, states)
  }

  /// For windows of a row that has no rules any more, or is gone: it lets go of what they held, and says what they counted.
  private static func pacer(ending slot: RuleSlot) -> Pacer {
    let parts = slot.name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return Pacer(PacePolicy(role: parts[0], row: parts.count > 1 ? parts[1] : ""))
  }

  /// Opens what waits for an hour and not for an event: when a configuration has come into force.
  public func begin(in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    var changes = PaceStates(states)
    for case let pacer? in pacers { pacer.begin(at: turn.received, &changes) }
    var consequences = changes.consequences
    add(watches.begin(in: turn, states), to: &consequences, turn)
    return consequences
  }

  /// What watches noticed is an event like others: it finds its rows, and other watches see it.
  private func add(_ notice: WatchNotice, to consequences: inout Consequences, _ turn: StoreTurn) {
    consequences.alarms += notice.alarms
    consequences.needs += notice.needs
    consequences.states.merge(notice.states) { _, new in new }
    consequences.emitted += notice.emits.map { Arrival(event: $0, wish: wish($0, at: turn.received)) }
  }

  private func consequences(_ changes: PaceStates, _ turn: StoreTurn, _ states: any StateReading) -> Consequences {
    var consequences = changes.consequences
    consequences.emitted = changes.summaries.compactMap { arrival(of: $0, turn, states) }
    return consequences
  }

  /// The event of a rule's own message, planned: it goes where the row sends events, and no rule looks at it.
  private func arrival(of summary: PaceSummary, _ turn: StoreTurn, _ states: any StateReading) -> Arrival? {
    let number = numbers["\(summary.role)/\(summary.row)"]
    if summary.kind == .reminder || summary.kind == .escalation {
      return number.flatMap { arrival(again: summary, row: $0, turn, states) }
    }
    let samples = summary.samples.compactMap(states.event)
    let model = summary.like.flatMap(states.event)?.event
    let told = SummaryText(summary, samples: samples, like: model)
    let event = threads.carry(from: model, to: told.event(at: turn.received))
    // Of a row that is gone nobody knows where it would go: it is an event like others, for whoever takes it.
    guard let number else { return Arrival(event: event, wish: wish(event, at: turn.received)) }
    let plan = router.plan(event, asRow: number, like: model ?? event, alert: summary.atMost ?? .loud, rendering: told.rendering)
    return Arrival(event: event, wish: Wish(plan: plan))
  }
}

extension TableDecider {
  /// The same message once more, or to others.
  private func arrival(again summary: PaceSummary, row number: Int, _ turn: StoreTurn, _ states: any StateReading) -> Arrival? {
    guard let first = summary.like.flatMap(states.event) else { return nil }
    let told = ReminderText(summary, of: first.sequence, first.event)
    let plan = router.plan(first.event, again: [(number, summary.kind == .escalation)], alert: .loud, told.rendering)
    return Arrival(event: threads.carry(from: first.event, to: told.event(at: turn.received)), wish: Wish(plan: plan))
  }
}

extension RowVerdict {
  init(_ verdict: PaceVerdict) {
    self =
      switch verdict {
      case .tell(let cap): .tell(atMost: cap)
      case .unknown: .keep(.folded, window: nil, note: "no problem is known that it is the end of")
      case .hold(let window, let note): .keep(.held, window: window, note: note)
      case .end(let state, let note): .keep(state, window: nil, note: note)
      }
  }
}
