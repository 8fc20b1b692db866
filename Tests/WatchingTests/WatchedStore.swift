import Bellhop
import Matching
import Store
import Templates
import TestSupport

@testable import Watching

/// Asks the watches in a store's turn, as the gateway does.
struct WatchDecider: Decider {
  let watches: Watches

  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    Decision(plan: arrival.wish.plan, consequences: consequences(watches.observe(arrival.event, in: turn, states)))
  }

  func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    guard let kept = states.state(RuleSlot.key(of: window.ref)), let (slot, state) = RuleSlot.read(kept.bytes) else {
      return Consequences()
    }
    return consequences(watches.wake(slot: slot, state: state, alarm: window, in: turn, states))
  }

  func begin(in turn: StoreTurn, _ states: any StateReading) -> Consequences { consequences(watches.begin(in: turn, states)) }

  private func consequences(_ notice: WatchNotice) -> Consequences {
    Consequences(alarms: notice.alarms, states: notice.states, emitted: notice.emits.map { Arrival(event: $0, plan: Plan()) })
  }
}

/// A store with watches, and a clock that tests move.
struct WatchedStore {
  private(set) var store = MemoryStore()
  private(set) var watches: Watches
  var now: Timestamp
  /// What the watches have said, in order.
  private(set) var said: [Event] = []
  private var next = 0

  init(_ watches: [Watch], at now: Timestamp = Timestamp(seconds: 1_800_000_000), calendars: [Calendar] = []) {
    self.watches = Watches(watches, calendars: calendars)
    self.now = now
    begin()
  }

  /// A configuration comes into force.
  mutating func load(_ watches: [Watch]) {
    self.watches = Watches(watches)
    begin()
  }

  private mutating func begin() {
    hear(store.apply(Batch(begins: true), now: now, decider: WatchDecider(watches: watches)).committed)
  }

  /// An event arrives; alarms that are due do not go off for it. Answers whether it was new.
  @discardableResult
  mutating func post(_ event: Event) -> Bool {
    let (answers, committed) = store.apply(
      Batch(arrivals: [Arrival(event: event, plan: Plan())]), now: now, decider: WatchDecider(watches: watches))
    hear(committed)
    return answers[0].duplicate == false
  }

  /// An event that happens now, unless told otherwise.
  mutating func post(
    _ type: String, _ subject: String? = nil, happened: Timestamp? = nil, sender: String = "shop", data: JSON.Object = [:]
  ) {
    next += 1
    post(
      Event(
        id: "e\(next)", sender: sender, source: sender, type: type, subject: subject, time: happened ?? now, text: "\(type) text",
        data: data))
  }

  /// Alarms that are due go off, those of what comes of them too.
  mutating func wake() {
    while let due = store.nextAlarm(.window), due <= now {
      let alarms = store.alarms(.window, dueBy: now, limit: 10)
      hear(store.apply(Batch(due: alarms), now: now, decider: WatchDecider(watches: watches)).committed)
    }
  }

  /// Time goes by, and every alarm goes off when it is due.
  mutating func pass(_ duration: Duration) { pass(until: now + duration) }

  mutating func pass(until end: Timestamp) {
    while let due = store.nextAlarm(.window), due <= end {
      now = max(now, due)
      wake()
    }
    now = max(now, end)
  }

  mutating func forget(_ subject: String) { _ = store.forget(subject: subject) }

  private mutating func hear(_ committed: Committed) { said += committed.arrivals.map(\.event).filter { $0.sender == Event.gateway } }

  /// What was said, as `type subject`.
  var words: [String] { said.map { event in event.subject.map { "\(event.type) \($0)" } ?? event.type } }

  /// Slots that hold something.
  var slots: Int { store.states.count }
}

extension Match {
  static func typed(_ type: String) -> Match { .all([.type([Glob(type)])]) }
}

extension Watch {
  static func followUp(
    _ after: String = "user.registered", _ expect: String = "user.onboarded", within: Duration = .seconds(3_600),
    by: [String] = ["subject"],
    says type: String = "user.stalled", text: String? = nil
  ) -> Watch {
    Watch(
      name: "stalled", rule: .followUp(after: .typed(after), expect: .typed(expect), within: within), by: by,
      emit: WatchEmission(type: type, severity: .warning, text: text.flatMap { try? Template($0) }))
  }

  static func beat(
    _ schedule: BeatSchedule = .every(.seconds(86_400)), grace: Duration = .seconds(3_600), by: [String] = [],
    expect: Match = .typed("beat")
  ) -> Watch {
    Watch(
      name: "backup", rule: .heartbeat(expect: expect, schedule, grace: grace), by: by,
      emit: WatchEmission(type: "silent", severity: .error))
  }

  static func order(_ steps: [String], within: Duration = .seconds(600), by: [String] = ["subject"]) -> Watch {
    Watch(name: "flapping", rule: .sequence(steps.map(Match.typed), within: within), by: by, emit: WatchEmission(type: "flaps"))
  }

  static func many(_ atLeast: Int, within: Duration = .seconds(300), by: [String] = ["data.ip"], text: String? = nil) -> Watch {
    Watch(
      name: "failures", rule: .count(.typed("login.failed"), atLeast: atLeast, within: within), by: by,
      emit: WatchEmission(type: "attack", text: text.flatMap { try? Template($0) }))
  }
}
