import Bellhop
import Deciding
import Matching
import Pacing
import Routing
import Store
import TestSupport

/// A gateway without transports: events go in, alarms are woken when they are due, and what people would read comes out.
struct Desk {
  static let start = Timestamp(rfc3339: "2026-11-23T09:00:00Z") ?? Timestamp(seconds: 0)

  var store = MemoryStore()
  var decider: TableDecider
  var now = Desk.start
  /// `MM:SS title or text`, with the minutes since the start.
  private(set) var told: [String] = []
  private(set) var deliveries: [Delivery] = []
  private(set) var closed: [ClosedKeys: Int] = [:]
  private var posted = 0

  init(_ policies: [PacePolicy], rows: [Table]? = nil, calendars: [Calendar] = []) {
    decider = Self.decider(policies, rows: rows, calendars: calendars)
  }

  static func decider(_ policies: [PacePolicy], rows: [Table]? = nil, calendars: [Calendar] = []) -> TableDecider {
    let tables =
      rows
      ?? policies.map { policy in
        var row = Row(name: policy.row, to: [.transport(policy.role, TargetTemplate())], alert: policy.untilAck == nil ? .normal : .loud)
        if policy.untilAck?.escalates == true { row.escalation = [.transport("boss", TargetTemplate())] }
        return Table(role: policy.role, rows: [row])
      }
    let transports = Set(tables.map(\.role)).union(["chat", "boss"])
    let directory = Directory(channels: [:], transports: transports, expands: [:]) { _, _ in nil }
    let router = Router(tables: tables, calendars: calendars, directory: directory, unrouted: [])
    return TableDecider(router, policies: policies, calendars: calendars, generation: 1)
  }

  /// An event at a time in seconds since the start; windows that are due before are woken first.
  @discardableResult mutating func post(
    _ type: String, _ subject: String? = "s", _ severity: Severity = .error, at seconds: Double, data: JSON.Object = [:]
  ) -> Int64 {
    run(until: seconds)
    posted += 1
    let event = Event(
      id: "e\(posted)", sender: "shop", source: "shop", type: type, subject: subject, severity: severity, time: now,
      text: "\(type) \(subject ?? "-")", data: data)
    let (answers, committed) = store.apply(
      Batch(arrivals: [Arrival(event: event, wish: decider.wish(event, at: now))]), now: now, decider: decider)
    note(committed)
    return answers[0].sequence
  }

  /// Goes to that second, and wakes what comes due on the way.
  mutating func run(until seconds: Double) {
    let end = Desk.start + .milliseconds(Int64(seconds * 1_000))
    while let due = store.nextAlarm(.window), due <= end {
      now = max(now, due)
      let alarms = store.alarms(.window, dueBy: now, limit: 1)
      note(store.apply(Batch(due: alarms), now: now, decider: decider).committed)
    }
    now = max(now, end)
  }

  /// As after a reload that changed all rules.
  mutating func wakeAll() {
    let alarms = store.alarms(.window, dueBy: Timestamp(microseconds: .max), limit: 100).map { Alarm(kind: $0.kind, ref: $0.ref, due: now) }
    note(store.apply(Batch(alarms: alarms.map(AlarmChange.set), due: alarms), now: now, decider: decider).committed)
  }

  /// The gateway was down from now until that second: what came due meanwhile is woken then.
  mutating func sleep(until seconds: Double) { now = Desk.start + .milliseconds(Int64(seconds * 1_000)) }

  /// Somebody acknowledges an event by hand, for these roles or for all: answers how many rows waited for it.
  @discardableResult mutating func acknowledge(_ sequence: Int64, roles: Set<String>? = nil, by who: String = "ann", at seconds: Double)
    -> Int
  {
    run(until: seconds)
    guard let row = store.events[sequence] else { return 0 }
    let rows = decider.awaiting(StoredEvent(sequence: sequence, received: row.received, event: row.event), roles: roles).filter {
      let known = Pacer.awaited(store.states[$0.place.key], in: $0.place, of: sequence)
      return known != nil && known?.answered == nil
    }
    let event = Acknowledgement(event: sequence, rows: rows.map(\.name), who: who).event(about: row.event, at: now, in: decider.threads)
    note(store.apply(Batch(arrivals: [Arrival(event: event, wish: decider.wish(event, at: now))]), now: now, decider: decider).committed)
    return rows.count
  }

  /// A silence of what the filter takes, between two seconds.
  mutating func silence(_ filter: String, from: Double, until: Double) throws {
    run(until: from)
    var list = SilenceList()
    _ = try list.add(
      SilenceWish(filter: filter, until: Desk.start + .milliseconds(Int64(until * 1_000)), who: "ann", why: "work"), at: now)
    note(store.apply(Batch(states: [SilenceList.key: StateValue(list.bytes)]), now: now, decider: decider).committed)
  }

  mutating func begin() { note(store.apply(Batch(begins: true), now: now, decider: decider).committed) }

  private mutating func note(_ committed: Committed) {
    closed.merge(committed.closed, uniquingKeysWith: +)
    for delivery in committed.deliveries {
      deliveries.append(delivery)
      let seconds = Int((now - Desk.start).microseconds / 1_000_000)
      let time = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
      told.append("\(time) \(delivery.rendering?.title?.plain ?? delivery.event.text)")
    }
  }

  /// What became of an event's deliveries, as the history tells it.
  func fate(_ sequence: Int64) -> String {
    store.deliveries.values.filter { $0.delivery.sequence == sequence }.sorted { $0.delivery.id < $1.delivery.id }
      .map { "\($0.state.word)\($0.note.map { ": \($0)" } ?? "")" }.joined(separator: "; ")
  }

  /// Deliveries by state.
  var states: [DeliveryState: Int] { Dictionary(grouping: store.deliveries.values, by: \.state).mapValues(\.count) }
}

/// The one row of a role, with rules.
func policy(_ change: (inout PacePolicy) -> Void) -> PacePolicy {
  var policy = PacePolicy(role: "devops", row: "trouble")
  change(&policy)
  return policy
}
