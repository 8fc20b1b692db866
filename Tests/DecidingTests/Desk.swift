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
  private var posted = 0

  init(_ policies: [PacePolicy], rows: [Table]? = nil, calendars: [Calendar] = []) {
    decider = Self.decider(policies, rows: rows, calendars: calendars)
  }

  static func decider(_ policies: [PacePolicy], rows: [Table]? = nil, calendars: [Calendar] = []) -> TableDecider {
    let tables =
      rows
      ?? policies.map { policy in
        Table(role: policy.role, rows: [Row(name: policy.row, to: [.transport(policy.role, TargetTemplate())])])
      }
    let transports = Set(tables.map(\.role)).union(["chat"])
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

  /// The gateway was down from now until that second: what came due meanwhile is woken then.
  mutating func sleep(until seconds: Double) { now = Desk.start + .milliseconds(Int64(seconds * 1_000)) }

  mutating func begin() { note(store.apply(Batch(begins: true), now: now, decider: decider).committed) }

  private mutating func note(_ committed: Committed) {
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
