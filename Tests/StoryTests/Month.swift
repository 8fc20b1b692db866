import Bellhop
import Deciding
import Foundation
import Routing
import Settings
import Store
import TestSupport

@testable import Gateway

/// A time of ``Saas`` through the example configuration: who heard of what, when, and how loudly.
struct Month {
  /// A message to a role: one, however many channels it goes to.
  struct Told {
    var at: Timestamp
    var role: String
    var alert: Alert
    var event: Event
  }

  private(set) var told: [Told] = []
  private(set) var store = MemoryStore()
  let saas: Saas
  let decider: TableDecider

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  init(days: Int, seed: UInt64) throws {
    saas = Saas(days: days, seed: seed)
    let loaded = Gateway.load(Self.root.appending(path: "config.example.yaml").path(percentEncoded: false))
    guard let configuration = loaded.configuration else { throw LaunchError("the example has mistakes") }
    let router = Router(
      tables: configuration.tables, calendars: configuration.calendars, directory: configuration.directory,
      unrouted: configuration.unrouted)
    decider = TableDecider(router, policies: configuration.policies, calendars: configuration.calendars, generation: 1)
    apply(Batch(begins: true), Saas.start, decider)
    for happening in saas.happenings {
      wake(until: happening.at, decider)
      let arrival = Arrival(event: happening.event, wish: decider.wish(happening.event, at: happening.at))
      apply(Batch(arrivals: [arrival]), happening.at, decider)
    }
    wake(until: Saas.start + .seconds((days + 4) * 86_400), decider)
  }

  private mutating func wake(until end: Timestamp, _ decider: TableDecider) {
    while let due = store.nextAlarm(.window), due <= end {
      apply(Batch(due: store.alarms(.window, dueBy: due, limit: 100)), due, decider)
    }
  }

  private mutating func apply(_ batch: Batch, _ now: Timestamp, _ decider: TableDecider) {
    var seen: Set<String> = []
    for delivery in store.apply(batch, now: now, decider: decider).committed.deliveries {
      guard seen.insert("\(delivery.role) \(delivery.sequence)").inserted else { continue }
      told.append(Told(at: now, role: delivery.role, alert: delivery.alert, event: delivery.event))
    }
  }

  /// As the README shows it.
  var table: String {
    let roles = Dictionary(grouping: told, by: \.role)
    let rows = roles.keys.sorted().map { role in
      let all = roles[role] ?? []
      let loud = all.filter { $0.alert == .loud }.count
      return "| \(role.isEmpty ? "nobody's" : role) | \(offered(role)) | \(all.count) | \(loud) |"
    }
    return (["| role | events | messages | loud |", "|---|---|---|---|"] + rows).joined(separator: "\n")
  }

  /// Events that the role's rows took.
  private func offered(_ role: String) -> Int {
    Set(store.deliveries.values.filter { $0.delivery.role == role && $0.delivery.event.sender != "bellhop" }.map(\.delivery.sequence)).count
  }
}
