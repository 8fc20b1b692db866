import Bellhop
import Matching
import Pacing
import Watching

/// The noise rules and watches of one life. People change their minds: there are three editions, and a reload puts another one in force.
struct Rulebook {
  /// What one configuration says.
  struct Edition {
    var policies: [String: PacePolicy] = [:]
    var watches: [Watch] = []
    /// The last of the ruled rows stands in it, too.
    var isWhole = true

    /// What a row without rules still says: what ends its problems belongs to the row.
    mutating func strip(_ row: Row) {
      policies[row.name] = row.end == nil ? nil : PacePolicy(role: row.role, row: row.rawValue, resolves: row.resolves)
    }

    /// It has neither rules nor watches.
    var isBare: Bool { watches.isEmpty && policies.values.allSatisfy { $0.settle == nil && $0.dedupe == nil && $0.digest == nil } }
  }

  let editions: [Edition]
  /// What is told in this life that rules and watches make something of: a few kinds, so that they meet.
  let types: [String]

  /// In the last edition there are neither rules nor watches: whatever waits ends.
  static let bare = 2

  private static let problems = [
    ["db.firing", "db.firing", "db.firing", "db.resolved", "db.resolved", "db.acknowledged", "net.firing", "net.resolved"],
    ["job.failed", "job.failed", "job.succeeded", "net.firing"], ["ticket.new", "db.firing", "db.resolved", "user.new"],
  ]
  private static let watched = [
    ["order.paid", "order.paid", "order.sent"], ["step.one", "step.two"], Array(repeating: "login.failed", count: 5), ["host.alive"],
  ]

  init(_ dice: inout Dice) {
    types = dice.pick(Self.problems) + dice.pick(Self.problems) + dice.pick(Self.watched) + dice.pick(Self.watched)
    var first = Edition()
    for row in Row.allCases { first.policies[row.name] = row.policy(&dice) }
    first.watches = Self.watches(within: 40, &dice)
    var second = first
    second.isWhole = dice.chance(0.7)
    for row in Row.allCases {
      if dice.chance(0.3) { second.policies[row.name] = row.policy(&dice) }
      if dice.chance(0.15) { second.strip(row) }
    }
    if dice.chance(0.5) { second.watches = Self.watches(within: 30, &dice) }
    if dice.chance(0.5) { second.watches.removeAll { _ in dice.chance(0.3) } }
    var last = Edition()
    for row in Row.allCases { last.strip(row) }
    editions = [first, second, last]
  }

  /// Every edition says the same of it.
  func isSteady(_ row: String, _ part: (PacePolicy?) -> some Equatable) -> Bool {
    Set(editions.dropLast().map { "\(part($0.policies[row]))" }).count == 1
  }

  func everDamps(_ row: String) -> Bool { editions.contains { $0.policies[row]?.flap != nil } }

  // MARK: Rows

  /// The rows that have rules.
  enum Row: String, CaseIterable {
    case outages, jobs, signups, tickets, day

    var role: String { self == .tickets || self == .day ? "office" : "oncall" }
    var name: String { "\(role)/\(rawValue)" }

    /// What it takes, without what ends its problems.
    var types: [String] {
      switch self {
      case .outages: ["db.*"]
      case .jobs: ["job.failed"]
      case .signups: ["user.*"]
      case .tickets: ["ticket.*", "db.*"]
      case .day: ["money.*"]
      }
    }

    /// Another type that ends them.
    var end: String? { self == .jobs ? "job.succeeded" : nil }
    var resolves: Match? { end.map { .type([Glob($0)]) } }

    /// The row is offered events of this type.
    func takes(_ type: String) -> Bool { type == end || types.contains { Glob($0).matches(type) } }

    func policy(_ dice: inout Dice) -> PacePolicy {
      var policy = PacePolicy(role: role, row: rawValue, resolves: resolves)
      if dice.chance(0.4) { policy.keys = 1 + dice.below(3) }
      let unless: Match? = dice.chance(0.5) ? .severity([.critical]) : nil
      if self != .day, dice.chance(0.4) {
        policy.dedupe = .init(by: dice.chance(0.7) ? ["type", "subject"] : ["type"], within: dice.duration(10...120), unless: unless)
      }
      switch self {
      case .outages, .jobs:
        if dice.chance(0.5) { policy.settle = .init(dice.duration(3...40), unless: unless) }
        if dice.chance(0.25) { policy.flap = .init(halfLife: dice.duration(20...60), start: 2, stop: 1) }
        if dice.chance(0.3) {
          policy.mutedWhile = [
            .init(cause: .type([Glob("net.firing")]), same: ["subject"], length: dice.duration(20...120), label: "net.firing")
          ]
        }
      case .day:
        // The life begins at eight o'clock.
        if let time = try? DailyTime(minute: 480 + dice.below(4), days: Set(1...7), zone: "UTC") {
          policy.digest = .init(.daily(time, empty: dice.chance(0.5)))
        }
        return policy
      case .signups, .tickets: break
      }
      switch dice.below(4) {
      case 0:
        policy.throttle = .init(
          max: 1 + dice.below(3), per: dice.duration(10...90), by: dice.chance(0.3) ? ["subject"] : [], unless: unless)
      case 1:
        policy.digest = .init(
          .every(dice.duration(10...90)), by: dice.chance(0.5) ? ["subject"] : [], max: dice.chance(0.4) ? 2 + dice.below(3) : nil,
          unless: unless)
      case 2: policy.untilAck = .init(every: dice.duration(8...40), max: 1 + dice.below(3), escalates: dice.chance(0.5))
      default: break
      }
      return policy
    }
  }

  // MARK: Watches

  static let stalled = "stalled"
  static let silent = "silent"
  static let life = "life"
  static let pair = "pair"
  static let many = "many"
  /// How many events `many` asks for.
  static let enough = 3

  private static func watches(within seconds: Double, _ dice: inout Dice) -> [Watch] {
    func type(_ name: String) -> Match { .type([Glob(name)]) }
    let within = dice.duration(seconds / 2...seconds)
    func watch(_ name: String, _ rule: WatchRule, by: [String] = ["subject"]) -> Watch {
      Watch(name: name, rule: rule, by: by, emit: WatchEmission(type: "watch.\(name)", severity: .warning))
    }
    return [
      watch(stalled, .followUp(after: type("order.paid"), expect: type("order.sent"), within: within)),
      watch(silent, .heartbeat(expect: type("host.alive"), .every(within), grace: .seconds(5))),
      watch(life, .heartbeat(expect: type("host.alive"), .every(within * 2), grace: .seconds(2)), by: []),
      watch(pair, .sequence([type("step.one"), type("step.two")], within: within)),
      watch(many, .count(type("login.failed"), atLeast: enough, within: within)),
    ]
  }
}
