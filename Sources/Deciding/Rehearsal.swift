import Bellhop
import Pacing
import Store

/// Events and time through the rules of one configuration, in memory: no gateway, no disk, no clock. What stands here is decided by the very code
/// that decides in the store's turn. Nothing fails to arrive, and nothing is silenced but by the silences that it is given.
public struct Rehearsal: Sendable {
  private let decider: TableDecider
  private let room: Int
  /// What it holds of events and states, in bytes, about.
  private var used = 0
  private var steps = 0

  /// The time it has come to. It never runs backwards.
  public private(set) var now: Timestamp
  /// In the order of their sequences, which count from 1.
  public private(set) var events: [RehearsedEvent] = []
  /// In the order in which they were decided; one that waits for a calendar has a time to come.
  public private(set) var messages: [RehearsedMessage] = []
  /// From then on nothing more was taken, for want of room; nil where all was.
  public private(set) var cut: Timestamp?

  private var known: Set<[String]> = []
  private var kept: [String: (state: KeptState, expires: Timestamp?)] = [:]
  private var version: Int64 = 0
  private var alarms = WindowAlarms()
  /// Of each window, what it holds or has counted, as places in ``events`` and their parts.
  private var waiting: [Int64: [(event: Int, part: Int)]] = [:]

  /// Begins at a time, as a gateway that is started then with nothing in its store.
  /// - Parameters:
  ///   - silences: that are in the store from the beginning, each with its own times.
  ///   - room: bytes of memory that events and states may take, about. What comes above that is not taken: see ``cut``.
  public init(_ decider: TableDecider, from start: Timestamp, silences: SilenceList = SilenceList(), room: Int = 256 << 20) {
    self.decider = decider
    self.room = room
    now = start
    if !silences.silences.isEmpty {
      version += 1
      kept[SilenceList.key] = (KeptState(bytes: silences.bytes, version: version), nil)
    }
    let begun = decider.begin(in: StoreTurn(sequence: 0, received: start), reading)
    apply(begun)
  }

  /// An event is received at that time, or now where that is later. Windows that are due before end first.
  /// - Returns: its sequence; nil where the same was posted before, or there is no room.
  @discardableResult public mutating func post(_ event: Event, at time: Timestamp) -> Int64? {
    run(until: time)
    guard cut == nil else { return nil }
    return accept(Arrival(event: event, wish: decider.wish(event, at: now)))
  }

  /// Goes to that time, and ends the windows that are due on the way, each at its own.
  public mutating func run(until end: Timestamp) {
    while cut == nil, let due = alarms.next(by: end) {
      now = max(now, due.due)
      guard hasRoom(for: 0) else { break }
      // Apart, so that what was read is let go before it is changed.
      let woken = decider.wake(due, in: StoreTurn(sequence: Int64(events.count), received: now), reading)
      apply(woken)
    }
    now = max(now, end)
  }

  /// An event by its sequence.
  public subscript(sequence: Int64) -> RehearsedEvent? {
    sequence > 0 && sequence <= Int64(events.count) ? events[Int(sequence) - 1] : nil
  }

  /// A window that is open still may let it go, or tell it with others.
  public func isPending(_ part: RehearsedPart) -> Bool {
    part.told == nil && (part.state == .held || part.window.map { kept[RuleSlot.key(of: $0)] != nil } ?? false)
  }

  /// How many events come and windows end at most.
  private static let mostSteps = 500_000

  /// Memory of what became of an event for one row.
  private static let part = 256

  private mutating func hasRoom(for bytes: Int) -> Bool {
    steps += 1
    if used + bytes > room || steps > Self.mostSteps { cut = cut ?? now }
    return cut == nil
  }

  // MARK: Deciding

  private var reading: RehearsedStates { RehearsedStates(kept: kept, events: events, now: now) }

  private struct RehearsedStates: StateReading {
    let kept: [String: (state: KeptState, expires: Timestamp?)]
    let events: [RehearsedEvent]
    let now: Timestamp

    func state(_ key: String) -> KeptState? {
      guard let found = kept[key], found.expires.map({ $0 > now }) ?? true else { return nil }
      return found.state
    }

    func event(_ sequence: Int64) -> StoredEvent? {
      guard sequence > 0, sequence <= Int64(events.count) else { return nil }
      let found = events[Int(sequence) - 1]
      return StoredEvent(sequence: sequence, received: found.received, event: found.event)
    }
  }

  private mutating func accept(_ arrival: Arrival) -> Int64? {
    let event = arrival.event
    guard hasRoom(for: event.footprint), known.insert([event.sender, event.source, event.id]).inserted else { return nil }
    used += event.footprint
    let sequence = Int64(events.count) + 1
    let decision = decider.decide(arrival, in: StoreTurn(sequence: sequence, received: now), reading)
    let slots = touched(by: decision.consequences)
    used += decision.plan.deliveries.count * Self.part
    events.append(RehearsedEvent(sequence: sequence, received: now, event: event, fate: decision.plan.fate, parts: []))
    add(decision.plan, slots)
    apply(decision.consequences, slots)
    return sequence
  }

  private mutating func apply(_ consequences: Consequences, _ known: [RuleSlot]? = nil) {
    let slots = known ?? touched(by: consequences)
    for change in consequences.alarms { alarms.change(change) }
    for (key, value) in consequences.states {
      version += 1
      used += (value?.bytes.count ?? 0) - (kept[key]?.state.bytes.count ?? 0)
      kept[key] = value.map { (KeptState(bytes: $0.bytes, version: version), $0.expires) }
    }
    for release in consequences.releases { self.release(release, slots) }
    for arrival in consequences.emitted {
      let before = messages.count
      guard accept(arrival) != nil else { continue }
      if let message = messages[before...].first, let window = SummaryText.window(of: arrival.event) {
        tell(window, kind: arrival.event.type, as: message)
      }
    }
  }

  /// The places of rules that a decision changes, before it does.
  private func touched(by consequences: Consequences) -> [RuleSlot] {
    consequences.states.compactMap { key, value in
      (value?.bytes ?? kept[key]?.state.bytes).flatMap { RuleSlot.read($0)?.slot }.flatMap { $0.owner == Pacer.owner ? $0 : nil }
    }
  }

  /// The window that counts what a row keeps back: of the rules that it passed, the last.
  private static func keeper(_ role: String, _ row: String?, among slots: [RuleSlot]) -> Int64? {
    let own = slots.filter { slot in row.map { slot.name == "\(role)/\($0)" } ?? slot.name.hasPrefix("\(role)/#") }
    let order = ["muted", "settle", "dedupe", "flap", "throttle", "digest", "report", "hold"]
    let ranked = own.compactMap { slot in order.firstIndex { slot.rule.hasPrefix($0) }.map { (rank: $0, ref: slot.ref) } }
    return ranked.max { $0.rank < $1.rank }?.ref
  }

  // MARK: What becomes of it

  private mutating func add(_ plan: Plan, _ slots: [RuleSlot]) {
    let event = events.count - 1
    let isTold = plan.deliveries.contains { $0.state == .waiting }
    for row in Self.rows(of: plan) {
      let planned = plan.deliveries.filter { $0.role == row.role && $0.row == row.row }
      // What people hear of counts, not the places that another message reaches already.
      guard let first = planned.first(where: { $0.state == .waiting }) ?? planned.first(where: { $0.state == .held }) ?? planned.first
      else { continue }
      let own = planned.filter { $0.state == first.state }
      var part = RehearsedPart(
        role: first.role, row: first.row, alert: own.map(\.alert).max() ?? first.alert, state: first.state, note: first.note,
        places: Set(planned.map { $0.destination.channel ?? $0.destination.transport }), told: nil,
        words: first.rendering?.title?.plain ?? first.rendering?.text?.plain ?? events[event].event.text, window: first.window)
      let number = events[event].parts.count
      switch first.state {
      case .waiting: tell(&part, event, at: max(now, own.compactMap(\.notBefore).min() ?? now))
      case .folded where isTold && first.note?.hasPrefix(PlannedDelivery.sameTarget) == true: part.told = now
      case .held, .folded:
        part.window = part.window ?? Self.keeper(first.role, first.row, among: slots)
        if let window = part.window { waiting[window, default: []].append((event, number)) }
      default: break
      }
      events[event].parts.append(part)
    }
  }

  private static func rows(of plan: Plan) -> [(role: String, row: String?)] {
    var rows: [(role: String, row: String?)] = []
    for one in plan.deliveries where !rows.contains(where: { $0.role == one.role && $0.row == one.row }) {
      rows.append((one.role, one.row))
    }
    return rows
  }

  /// A message of its own.
  private mutating func tell(_ part: inout RehearsedPart, _ event: Int, at time: Timestamp) {
    part.state = .waiting
    part.note = nil
    part.window = nil
    part.told = part.told ?? time
    messages.append(
      RehearsedMessage(
        at: time, role: part.role, row: part.row, alert: part.alert, words: part.words, sequence: events[event].sequence,
        places: part.places))
  }

  private mutating func release(_ release: Release, _ slots: [RuleSlot]) {
    var stay: [(event: Int, part: Int)] = []
    for place in waiting.removeValue(forKey: release.window) ?? [] {
      var part = events[place.event].parts[place.part]
      guard part.state == .held else {
        stay.append(place)
        continue
      }
      switch release.end {
      case .line(let notBefore): tell(&part, place.event, at: max(now, notBefore ?? now))
      case .window(let window, let note):
        (part.window, part.note) = (window, note)
        waiting[window, default: []].append(place)
      case .ended(let state, let note):
        (part.state, part.note) = (state, note)
        let window = Self.keeper(part.role, part.row, among: slots) ?? release.window
        part.window = window
        if window == release.window { stay.append(place) } else { waiting[window, default: []].append(place) }
      }
      events[place.event].parts[place.part] = part
    }
    if !stay.isEmpty { waiting[release.window, default: []] += stay }
  }

  /// A message that stands for all that a window has counted.
  private mutating func tell(_ window: Int64, kind: String, as message: RehearsedMessage) {
    var windows = [window]
    if kind.hasSuffix(PaceSummary.Kind.others.rawValue) {
      // Windows of that row that had to close before their time.
      windows += waiting.filter { $0.key != window && kept[RuleSlot.key(of: $0.key)] == nil }.map(\.key)
    }
    for window in windows {
      var rest: [(event: Int, part: Int)] = []
      for place in waiting.removeValue(forKey: window) ?? [] {
        let part = events[place.event].parts[place.part]
        guard part.role == message.role, part.row == message.row, part.state != .held else {
          rest.append(place)
          continue
        }
        events[place.event].parts[place.part].told = part.told ?? message.at
      }
      if !rest.isEmpty { waiting[window] = rest }
    }
  }
}
