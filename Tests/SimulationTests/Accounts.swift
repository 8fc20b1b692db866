import Bellhop
import Pacing
import Store
import TestSupport
import Watching

/// What an honest observer writes down of what rules decide, by its own reckoning: who was told of what, and what is still owed to people.
struct Accounts {
  /// An event as one row has it.
  struct Item: Hashable {
    var sequence: Int64
    var role: String
    var row: String?
    var name: String { "\(role)/\(row ?? "")" }
  }

  /// What became of it there.
  enum Fate: Hashable {
    case told
    case held(Int64)
    case folded(String)
    case silenced
    case dead
  }

  /// The problem of a row.
  struct Problem: Hashable {
    var row: String
    var stem: String
    var subject: String?
  }

  /// What is said of a problem again and again.
  struct Reminded: Hashable {
    var name: String
    var sequence: Int64
  }

  var faults: [String] = []
  let rulebook: Rulebook
  var watches: WatchAccounts
  private(set) var events: [Int64: Event] = [:]
  private(set) var fates: [Item: Fate] = [:]
  private var held: [Int64: [Item]] = [:]
  /// Of each row and rule, how many were folded and are not in any message yet.
  private var owed: [String: Int] = [:]
  /// Problems that people know of.
  private(set) var known: Set<Problem> = []
  /// What waits to see whether it heals: nobody knows of it.
  private var settling: Set<Item> = []
  private var answered: Set<Problem> = []
  /// Somebody was at it once: what is told of it again may be another one.
  private var everAnswered: Set<Problem> = []
  /// Rows that told of more at a time than a message names.
  private var vague: Set<String> = []
  /// A configuration without rules was the last.
  private var endsBare = false
  private var reminded: [Reminded: Int] = [:]
  private var escalated: Set<Reminded> = []
  /// What was forgotten is in no account any more: sums need not agree.
  private(set) var somebodyWasForgotten = false
  /// Deliveries of all plans.
  private(set) var planned = 0
  /// How often each rule folded, each kind of message of the house's own was told, and a silence held back.
  private(set) var counts: [String: Int] = [:]

  init(_ rulebook: Rulebook) {
    self.rulebook = rulebook
    watches = WatchAccounts()
  }

  mutating func wrong(_ line: String) { faults.append(line) }

  mutating func forget() {
    somebodyWasForgotten = true
    watches.forget()
  }

  // MARK: Reading

  mutating func read(_ seen: [Scribe.Seen], _ edition: Rulebook.Edition) {
    endsBare = edition.isBare
    if !seen.isEmpty { watches.adopt(edition) }
    for one in seen {
      switch one {
      case .event(let event, let turn, let decision, let isPlanned, let silences):
        events[turn.sequence] = event
        note(event, turn, decision.plan)
        if event.sender == Event.gateway {
          hear(event)
        } else if !isPlanned {
          judge(event, turn, edition, SilenceBook(silences))
        }
        release(decision.consequences)
        watches.see(event, turn)
      case .window(_, _, let consequences):
        watches.wake()
        release(consequences)
      case .beginning(_, let consequences): release(consequences)
      }
    }
    faults += watches.faults
    watches.faults = []
  }

  private mutating func note(_ event: Event, _ turn: StoreTurn, _ plan: Plan) {
    planned += plan.deliveries.count
    if plan.deliveries.isEmpty, plan.fate == .planned, event.type != "bellhop.acknowledged" {
      // A row of an end whose problem it does not know stands back; what nobody else wants must still be seen.
      wrong("\(turn.sequence) (\(event.type)) is planned for nobody")
    }
    for planned in plan.deliveries {
      let item = Item(sequence: turn.sequence, role: planned.role, row: planned.row)
      let fate: Fate =
        switch planned.state {
        case .waiting, .delivered, .unclear: .told
        case .held: .held(planned.window ?? -1)
        case .folded: planned.note?.hasPrefix(PlannedDelivery.sameTarget) == true ? .told : .folded(planned.note ?? "")
        case .silenced: .silenced
        case .dead: .dead
        }
      // One row may have several targets: what reaches one of them is told.
      if fates[item] == .told { continue }
      let isNew = fates[item] != fate
      fates[item] = fate
      guard isNew else { continue }
      if case .held(let window) = fate { held[window, default: []].append(item) }
      if case .folded(let note) = fate { fold(item, note) }
    }
  }

  /// The rules that say how often they held back.
  private static let counting = ["dedupe:", "throttle:", "digest: told in the report", "digest:", "hold_until:", "settle: too many"]

  private mutating func fold(_ item: Item, _ note: String) {
    if !Self.notes.contains(where: note.hasPrefix) { wrong("\(item.sequence) is folded for \(item.name) by no rule: \(note)") }
    if let rule = Self.counting.first(where: note.hasPrefix) { owed["\(item.name) \(rule)", default: 0] += 1 }
    counts[String(note.prefix { $0 != ":" }), default: 0] += 1
  }

  /// What a note begins with that names why an event is not told by itself.
  private static let notes = [
    "muted_while:", "settle:", "dedupe:", "flap:", "throttle:", "digest:", "hold_until:", "its problem was not told", "no problem is known",
  ]

  private mutating func release(_ consequences: Consequences) {
    for release in consequences.releases {
      for item in held.removeValue(forKey: release.window) ?? [] {
        let wasSettling = settling.remove(item) != nil
        var isTold = true
        switch release.end {
        case .line: fates[item] = .told
        case .window(let next, _):
          fates[item] = .held(next)
          held[next, default: []].append(item)
        case .ended(.folded, let note):
          fates[item] = .folded(note)
          fold(item, note)
          isTold = ["digest:", "hold_until:", "settle: too many"].contains(where: note.hasPrefix)
        case .ended:
          fates[item] = .silenced
          isTold = false
        }
        if wasSettling, isTold { learn(item) }
      }
    }
  }

  // MARK: Problems

  /// Where a type stands in a problem's life.
  private static func life(_ type: String, _ row: Rulebook.Row) -> ProblemLife? {
    if let told = ProblemLife.told(by: type) { return told.life }
    return row.end == nil ? nil : type == row.end ? .resolution : .firing
  }

  private static func problem(_ event: Event, _ row: Rulebook.Row) -> Problem {
    Problem(row: row.name, stem: row.end == nil ? ProblemLife.told(by: event.type)?.stem ?? event.type : "", subject: event.subject)
  }

  /// People were told of it just now.
  private mutating func learn(_ item: Item) {
    guard let event = events[item.sequence], let row = Rulebook.Row(rawValue: item.row ?? ""),
      Self.life(event.type, row) ?? .firing == .firing
    else { return }
    known.insert(Self.problem(event, row))
    answered.remove(Self.problem(event, row))
  }

  /// What the ruled rows made of an event of somebody's.
  private mutating func judge(_ event: Event, _ turn: StoreTurn, _ edition: Rulebook.Edition, _ book: SilenceBook) {
    for row in Rulebook.Row.allCases where row.takes(event.type) && (edition.isWhole || row != .day) {
      let item = Item(sequence: turn.sequence, role: row.role, row: row.rawValue)
      let fate = fates[item]
      let problem = Self.problem(event, row)
      let life = Self.life(event.type, row)
      let wasKnown = known.contains(problem)
      let silence = book.silence(for: event, role: row.role, row: row.rawValue, at: turn.received)
      if isClear(row) { judge(silence: silence, fate, item, isEnd: life == .resolution && wasKnown) }
      var isTold = fate == .told || fate == .dead
      if case .held(let window) = fate {
        isTold = window != RuleSlot(owner: Pacer.owner, name: row.name, rule: "settle", values: [problem.stem, problem.subject]).ref
        if !isTold { settling.insert(item) }
      }
      if case .folded(let note) = fate { isTold = note.hasPrefix("digest:") || note.hasPrefix("hold_until:") }
      let isPlain = edition.policies[row.name]?.isEmpty ?? true
      switch life {
      case .firing, nil: if isTold { learn(item) }
      case .acknowledgement:
        if isTold, !wasKnown, !isPlain, isClear(row) {
          wrong("\(turn.sequence): \(row.name) hears that a problem was seen of which it was not told")
        }
        answer(problem)
      case .resolution:
        let isOffered = fate != nil || event.type == row.end
        if isOffered, isClear(row) {
          if isTold, !wasKnown, !isPlain { wrong("\(turn.sequence): \(row.name) hears the end of a problem of which it was not told") }
          if !isTold, wasKnown {
            wrong("\(turn.sequence): \(row.name) was told of a problem, and not of its end: \(fate.map { "\($0)" } ?? "nothing")")
          }
        }
        if isOffered {
          known.remove(problem)
          answer(problem)
        }
      }
    }
  }

  /// What the row's people know can be said from outside: a problem that comes and goes is told as such.
  private func isClear(_ row: Rulebook.Row) -> Bool {
    !rulebook.everDamps(row.name) && !vague.contains(row.name) && !somebodyWasForgotten
  }

  private mutating func answer(_ problem: Problem) {
    answered.insert(problem)
    everAnswered.insert(problem)
  }

  private mutating func judge(silence: Silence?, _ fate: Fate?, _ item: Item, isEnd: Bool) {
    guard let fate else { return }
    if fate == .silenced { counts["silenced", default: 0] += 1 }
    if fate == .silenced, silence == nil { wrong("\(item.sequence) is silenced for \(item.name) by nobody") }
    if fate == .silenced, isEnd { wrong("\(item.sequence): \(item.name) was told of a problem, and its end is silenced") }
    if fate != .silenced, silence != nil, !isEnd { wrong("\(item.sequence) is silenced for \(item.name), and is \(fate)") }
  }

  // MARK: What the house says itself

  private mutating func hear(_ event: Event) {
    let name = "\(event.data["role"]?.string ?? "")/\(event.data["row"]?.string ?? "")"
    let count = Int(event.data["count"]?.int ?? 0)
    counts[event.type, default: 0] += 1
    switch event.type {
    case "bellhop.repeats": pay(name, "dedupe:", count, event)
    case "bellhop.throttled": pay(name, "throttle:", count, event)
    case "bellhop.report": pay(name, "digest: told in the report", count, event)
    case "bellhop.digest": pay(name, window(event) == slot(name, "hold") ? "hold_until:" : "digest:", count, event)
    case "bellhop.others":
      for (rule, note) in [("dedupe", "dedupe:"), ("throttle", "throttle:"), ("digest", "digest:"), ("settle", "settle: too many")]
      where window(event) == slot(name, "others \(rule)") { pay(name, note, count, event) }
    case "bellhop.outlived":
      let named = (event.data["events"]?.array ?? []).compactMap(\.int)
      if named.count < count { vague.insert(name) }
      for sequence in named { learn(Item(sequence: sequence, role: event.data["role"]?.string ?? "", row: event.data["row"]?.string)) }
    case "bellhop.reminder", "bellhop.escalation": remind(event, name)
    case "bellhop.acknowledged":
      guard let first = events[event.data["event"]?.int ?? -1] else { return }
      for row in (event.data["rows"]?.array ?? []).compactMap(\.string) {
        if let row = Rulebook.Row.allCases.first(where: { $0.name == row }) { answer(Self.problem(first, row)) }
      }
    default: break
    }
  }

  private func window(_ event: Event) -> Int64? { event.id.split(separator: "-").dropFirst().first.flatMap { Int64($0) } }
  private func slot(_ name: String, _ rule: String) -> Int64 { RuleSlot(owner: Pacer.owner, name: name, rule: rule).ref }

  private mutating func pay(_ name: String, _ rule: String, _ count: Int, _ event: Event) {
    owed["\(name) \(rule)", default: 0] -= count
    guard let left = owed["\(name) \(rule)"], left < 0, !somebodyWasForgotten else { return }
    wrong("\(event.id) counts \(count), \(-left) more than \(name) folded by \(rule)")
  }

  private mutating func remind(_ event: Event, _ name: String) {
    guard let sequence = event.data["event"]?.int, let first = events[sequence],
      let row = Rulebook.Row(rawValue: event.data["row"]?.string ?? "")
    else { return wrong("\(event.id) is about nothing") }
    let reminded = Reminded(name: name, sequence: sequence)
    let problem = Self.problem(first, row)
    if answered.contains(problem) { wrong("\(event.id): somebody is at \(sequence) already") }
    if escalated.contains(reminded) { wrong("\(event.id): others were told of \(sequence) already") }
    if event.type == "bellhop.escalation" {
      escalated.insert(reminded)
      return
    }
    let number = Int(event.data["number"]?.int ?? 0)
    if number != self.reminded[reminded, default: 1] + 1 {
      wrong("\(event.id): after \(self.reminded[reminded, default: 1]) comes \(number)")
    }
    self.reminded[reminded] = number
  }

  // MARK: The end

  /// A configuration without rules is in force: nothing waits for what nobody says any more.
  mutating func checkNothingIsLeft(_ store: MemoryStore) {
    let left = store.alarms(.window, dueBy: Timestamp(microseconds: .max), limit: .max)
    for alarm in left {
      guard let slot = RuleSlot.read(store.states[RuleSlot.key(of: alarm.ref)] ?? [])?.slot else { continue }
      // The hours that a row waits for are still those, and what was closed is told in a moment.
      if slot.rule != "hold", slot.rule != Watches.closing { wrong("\(slot.name) \(slot.rule) goes on, and nobody says so any more") }
    }
  }

  /// At any time: what waits for an hour has an alarm, and what is held is held by somebody.
  mutating func checkWindows(_ store: MemoryStore) {
    let alarms = Set(store.alarms(.window, dueBy: Timestamp(microseconds: .max), limit: .max).map(\.ref))
    for (key, bytes) in store.states where key.hasPrefix("slot/") {
      guard let (slot, state) = RuleSlot.read(bytes), Self.waits(slot, state), !alarms.contains(slot.ref) else { continue }
      wrong("the window of \(slot.name) \(slot.rule) has lost its alarm")
    }
    for row in store.deliveries.values where row.state == .held {
      guard let window = row.window, store.states[RuleSlot.key(of: window)] != nil, alarms.contains(window) else {
        wrong("\(row.delivery.id) is held by nobody")
        continue
      }
    }
  }

  private static func waits(_ slot: RuleSlot, _ state: JSON) -> Bool {
    if slot.owner == Pacer.owner {
      switch slot.rule {
      case "settle", "dedupe", "throttle", "digest", "report", "hold": return true
      case "flap": return state["f"]?.bool ?? false
      case "until_ack": return state["d"] != nil
      default: return slot.rule.hasPrefix("muted") || slot.rule.hasPrefix("others ")
      }
    }
    let parts = state.array ?? []
    if slot.rule.hasPrefix("follow-up") { return parts.first.map { !$0.isNull } ?? false }
    if slot.rule.hasPrefix("heartbeat") { return parts.count == 5 && !parts[3].isNull }
    return false
  }

  mutating func checkEnd(_ store: MemoryStore) {
    checkWindows(store)
    for (item, fate) in fates { if case .held = fate { wrong("\(item.sequence) is held for \(item.name) for ever") } }
    guard !somebodyWasForgotten else { return }
    for (what, count) in owed where count != 0 { wrong("\(what) \(count) were folded and told in no message") }
    let (flapping, settled) = (counts["bellhop.flapping", default: 0], counts["bellhop.settled", default: 0])
    if flapping != settled { wrong("\(flapping) problems came and went, and \(settled) came to rest") }
    watches.checkClosed()
    faults += watches.faults
    watches.faults = []
    guard !endsBare else { return }
    checkReminders()
    watches.checkEnd()
    faults += watches.faults
  }

  /// What nobody acknowledged was told as often as the row says.
  private mutating func checkReminders() {
    for (reminded, number) in reminded {
      guard let first = events[reminded.sequence], let row = Rulebook.Row.allCases.first(where: { $0.name == reminded.name }),
        rulebook.isSteady(row.name, { $0?.untilAck }), rulebook.isSteady(row.name, { $0?.keys }),
        let policy = rulebook.editions[0].policies[row.name], let rule = policy.untilAck
      else { continue }
      if number > rule.max { wrong("\(reminded.sequence) was told \(number) times of \(rule.max)") }
      // The oldest of too many is asked for no more.
      guard !everAnswered.contains(Self.problem(first, row)), policy.keys > 1_000 else { continue }
      if number < rule.max { wrong("\(reminded.sequence) was told \(number) times of \(rule.max), and nobody acknowledged it") }
      if rule.escalates, !escalated.contains(reminded) {
        wrong("\(reminded.sequence) was acknowledged by nobody, and nobody else was told")
      }
    }
  }
}
